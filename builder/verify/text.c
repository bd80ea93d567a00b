/* SPDX-License-Identifier: ISC */
#include "verify/text.h"

#include <string.h>

bool
text_line(struct text *rest, struct text *line)
{
	const char *end;

	if (rest->n == 0)
		return false;
	end = memchr(rest->p, '\n', rest->n);
	line->p = rest->p;
	line->n = end == NULL ? rest->n : (size_t)(end - rest->p);
	size_t used = end == NULL ? line->n : line->n + 1;
	rest->p += used;
	rest->n -= used;
	return true;
}

bool
text_skip(struct text *t, const char *z)
{
	size_t n = strlen(z);

	if (t->n < n || memcmp(t->p, z, n) != 0)
		return false;
	t->p += n;
	t->n -= n;
	return true;
}

bool
text_is_plain(struct text t)
{
	for (size_t i = 0; i < t.n; i++)
		if (((unsigned char)t.p[i] < ' ' && t.p[i] != '\t') || t.p[i] == 0x7f)
			return false;
	return true;
}
