/*
 * agenda.h - what each node of a plan still has before it, and which step goes next.
 *
 * Pure: it is told what happened and says what may start.  Longest remaining path
 * first: a node's priority is its own expected time and the largest priority of
 * whatever needs it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_AGENDA_H
#define MAKE_AGENDA_H

#include "plan/plan.h"

enum progress { TODO, RUNNING, DONE, FAILED, SKIPPED };

struct agenda {
	const struct plan *plan;
	enum progress *build, *test; /* by node */
	int *stage;             /* by node: index into prepare; nodes with one stage share it */
	enum progress *prepare; /* by stage */
	int nstage;
	int64_t *priority;    /* by node, ms */
	const bool *is_new;   /* by node: never built before, so worth preparing ahead */
	const bool *has_test; /* by node: a test is wanted and has no record (asked when known) */
};

/* expect_ms by node. stage_hex by node names stages. */
void agenda_init(struct arena *run, struct agenda *g, const struct plan *plan,
    const int64_t *expect_ms, const struct str *stage_name);

/* A node, or -1 when nothing of the kind can start now. */
int agenda_next_prepare(const struct agenda *g);

/* What is to be built or tested next. Builds go first, since others wait for them; but one test
 * is always at work when there is one to do: what is wrong is to be known early. */
int agenda_next(const struct agenda *g, bool *is_test);

/* Node i will never be known: mark what needs it SKIPPED; list (room for all nodes) gets
 * those, in order; returns how many. */
int agenda_fail(struct agenda *g, int i, int *list);

#endif
