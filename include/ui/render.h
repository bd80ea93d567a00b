/*
 * render.h - show a run to a person or a program, from its events alone.
 *
 *	tty    live lines at the end of the terminal, at most a third of its height; what
 *	       ended and what failed scrolls above them (stderr)
 *	plain  a line when a package begins and when it ends; after a minute without one, a
 *	       line that says what is running longest (stderr)
 *	quiet  failures only (stderr)
 *	json   every event as a line of NDJSON, nothing else (stdout)
 *	auto   tty when stderr is a terminal that can move its cursor and CI is not set, else
 *	       plain; without a terminal of at least 40 columns, plain too
 *
 * A renderer never changes the stream and never stops the run: a terminal that is gone
 * is no fault of a build.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef UI_RENDER_H
#define UI_RENDER_H

#include "make/event.h"

struct render;

/* mode: one of the words above. colour: always, never, or auto (also ""): on a terminal, unless
 * NO_COLOR is set. is_verbose: phases too, and the whole log of what failed. ERR_USAGE for
 * other words. The renderer lives in run. */
MUST_USE int render_open(struct arena *run, struct str mode, struct str colour, bool is_verbose,
    struct render **out, struct err *e);

void render_event(struct render *r, const struct event *ev);

/* Time went by: call it some ten times a second. now_ms: clock_ms(). */
void render_tick(struct render *r, int64_t now_ms);

/* Take the live lines off. */
void render_close(struct render *r);

#endif
