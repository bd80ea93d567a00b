/* SPDX-License-Identifier: ISC */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_CAP = 128 };

static void
make_room(struct buf *b, size_t more)
{
	size_t cap = b->cap == 0 ? FIRST_CAP : b->cap;

	if (b->n + more + 1 <= b->cap)
		return;
	while (cap < b->n + more + 1)
		cap *= 2;
	char *p = arena_alloc(b->a, cap);
	if (b->n != 0)
		memcpy(p, b->p, b->n);
	b->p = p;
	b->cap = cap;
}

void
buf_add(struct buf *b, struct str s)
{
	make_room(b, s.n);
	if (s.n != 0)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = '\0';
}

void
buf_add_z(struct buf *b, const char *z)
{
	buf_add(b, str_of(z));
}

void
buf_add_char(struct buf *b, char c)
{
	buf_add(b, (struct str){ &c, 1 });
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	make_room(b, (size_t)n);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
	va_end(again);
	b->n += (size_t)n;
}

struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->n == 0 ? "" : b->p, b->n };
}
