/* SPDX-License-Identifier: ISC */
#include "verify/list.h"

#include <string.h>

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
parse_digest(struct text *line, unsigned char out[SHA256_BYTES])
{
	for (size_t i = 0; i < SHA256_BYTES; i++) {
		int high, low;
		if (line->n < 2)
			return false;
		high = digit_value(line->p[0]);
		low = digit_value(line->p[1]);
		if (high == -1 || low == -1)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
		line->p += 2;
		line->n -= 2;
	}
	return true;
}

static bool
is_name(struct text t)
{
	return t.n > 0 && t.n <= NAME_MAX_BYTES && t.p[0] != '.' && memchr(t.p, '/', t.n) == NULL &&
	       text_is_plain(t);
}

bool
row_parse(struct text line, struct row *out)
{
	if (!parse_digest(&line, out->digest) || !text_skip(&line, "  ") || !is_name(line))
		return false;
	memcpy(out->name, line.p, line.n);
	out->name[line.n] = '\0';
	return true;
}
