/*
 * text.h - a piece of a text, cut into lines.  It borrows its bytes, which may hold NUL.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef VERIFY_TEXT_H
#define VERIFY_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	const char *p;
	size_t n;
};

/* Cut the first line off; the last may lack its newline. False when nothing is left. */
bool text_line(struct text *rest, struct text *line);

/* Cut z off when the text starts so. */
bool text_skip(struct text *t, const char *z);

/* Can it steer no terminal? Of the control characters a tab alone cannot. */
bool text_is_plain(struct text t);

#endif
