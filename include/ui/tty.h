/*
 * tty.h - a few live lines at the end of a terminal, drawn over and over.
 *
 * Only "cursor up" and "erase to the end" are used: no other screen, nothing hidden, so
 * what scrolled stays and any terminal will do.  Pure: the bytes to write come back in
 * a buf.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef UI_TTY_H
#define UI_TTY_H

#include "base/buf.h"

enum { TTY_LINES_MAX = 64 };

/* What stands on the terminal now; all zeros: nothing. */
struct tty {
	int n;
	size_t length[TTY_LINES_MAX];
};

/* Take the lines off a terminal that is `columns` wide now: after it became narrower a line
 * takes several rows. */
void tty_erase(struct tty *t, struct buf *out, int columns);

/* Put lines where the cursor is, at the start of a row. At most TTY_LINES_MAX. */
void tty_draw(struct tty *t, struct buf *out, const struct str *line, int n);

#endif
