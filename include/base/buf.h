/* buf.h - text that grows, in an arena. SPDX-License-Identifier: ISC */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"
#include "base/str.h"

/* Initialise with { .a = arena }. p[n] is always NUL once anything was added. */
struct buf {
	struct arena *a;
	char *p;
	size_t n, cap;
};

void buf_add(struct buf *b, struct str s);
void buf_add_z(struct buf *b, const char *z);
void buf_add_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);

/* A view of what is there, valid until the next addition. */
struct str buf_str(const struct buf *b);

#endif
