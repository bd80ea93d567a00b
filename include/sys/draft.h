/*
 * draft.h - a folder that is filled out of sight, and put in its place when all of it is there.
 *
 *	GROUP/NAME             where it is to be; what was there stays until then
 *	GROUP/.tmp/NAME        the same while it is filled
 *	GROUP/.tmp/NAME.lock   keeps others out
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SYS_DRAFT_H
#define SYS_DRAFT_H

#include "base/arena.h"
#include "base/err.h"

struct draft {
	int parent;             /* descriptor of the folder that has the group; the caller's */
	const char *name, *tmp; /* below parent */
	int dir;                /* descriptor of tmp */
	int lock;
};

/* An empty one. Waits for another process that fills the same. */
MUST_USE int draft_open(struct arena *a, int parent, const char *group, const char *name,
    struct draft *out, struct err *e);

/* In its place, in one step. */
MUST_USE int draft_finish(struct draft *d, struct err *e);

/* Also of one that was not finished, which goes, and of one that could not be opened. */
void draft_close(struct draft *d);

#endif
