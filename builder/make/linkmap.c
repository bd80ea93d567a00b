/* SPDX-License-Identifier: ISC */
#include "make/linkmap.h"

#include <string.h>

#include "base/buf.h"

/* clang's pattern is "NAME-%%%%%%.o", each of them a hexadecimal digit. */
enum { RANDOM_DIGITS = 6 };

static bool
is_name(char c)
{
	return c != ':' && c != '(' && c != ')' && c != '/' && (unsigned char)c > ' ';
}

static bool
is_hex(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'a' && p[i] <= 'f')))
			return false;
	return true;
}

/* A name without its random part, if it has one. */
static void
add_name(struct buf *out, struct str name)
{
	struct str end = STR(".o");
	size_t tail = RANDOM_DIGITS + end.n;

	if (name.n > tail + 1 && str_ends(name, end) && name.p[name.n - tail - 1] == '-' &&
	    is_hex(name.p + name.n - tail, RANDOM_DIGITS)) {
		buf_add(out, (struct str){ name.p, name.n - tail - 1 });
		buf_add(out, end);
		return;
	}
	buf_add(out, name);
}

struct str
linkmap_normalise(struct arena *a, struct str text)
{
	struct buf out = { .a = a };
	struct str tmp = STR("/tmp/");
	const char *p;

	while ((p = text.n == 0 ? NULL : memmem(text.p, text.n, tmp.p, tmp.n)) != NULL) {
		size_t before = (size_t)(p - text.p) + tmp.n, n = 0;
		buf_add(&out, (struct str){ text.p, before });
		text = str_skip(text, before);
		while (n < text.n && is_name(text.p[n]))
			n++;
		add_name(&out, (struct str){ text.p, n });
		text = str_skip(text, n);
	}
	buf_add(&out, text);
	return buf_str(&out);
}
