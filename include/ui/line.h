/*
 * line.h - what an event leaves on the page: the lines that stay.
 *
 *	run  curl 8.14.1 armv7 (usually 38 s)
 *	ok   curl 8.14.1 armv7  41 s (usually 38 s)
 *	FAIL curl 8.14.1 armv7  12 s
 *	     build: exit status 2
 *	     ...
 *
 * Names are never cut.  Pure; the same for plain output and above the live lines.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef UI_LINE_H
#define UI_LINE_H

#include "ui/board.h"

enum line_detail {
	LINE_QUIET,   /* failures only */
	LINE_ENDS,    /* what ended; beginnings are seen elsewhere */
	LINE_PLAIN,   /* beginnings and ends */
	LINE_VERBOSE, /* phases, and what was reused, too */
};

struct line_style {
	enum line_detail detail;
	bool colour;
};

/* Whole lines, or nothing. The board has seen the event already. */
void line_event(
    struct buf *out, const struct board *b, const struct event *ev, struct line_style style);

#endif
