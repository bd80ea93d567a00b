/*
 * plan.h - what is to be done: for each node have, build, or depends.
 *
 * A node depends when the bytes of something it needs are not known yet: its key
 * is unknown until they are, and a rebuild that gives the same bytes stops there.
 * plan_update is called again as results arrive; it never looks at a disk.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "plan/key.h"

enum plan_state {
	PLAN_DEPENDS, /* on `on` */
	PLAN_HAVE,
	PLAN_BUILD,
};

struct step {
	enum plan_state state;
	int on;            /* of DEPENDS: the first need that is not known */
	struct digest key; /* of HAVE and BUILD */
};

struct plan {
	const struct graph *graph;
	struct step *step;       /* by node */
	struct outcome *outcome; /* by node; filled by plan_update and plan_done */
	struct key_env env;
	/* What key is known to give; false when nothing is there. */
	bool (*lookup)(void *ctx, const struct digest *key, struct outcome *out);
	void *ctx;
	bool force; /* look nothing up for wanted nodes: build them again */
};

/* A plan for graph with nothing known; p's other fields are the caller's. */
void plan_init(struct arena *run, struct plan *p, const struct graph *graph);

/* Decide every node that can be decided, needs first. */
void plan_update(struct plan *p);

/* Node i was built (or found): its outcome. Call plan_update afterwards. */
void plan_done(struct plan *p, int i, const struct outcome *o);

/* How many nodes are in a state. */
int plan_count(const struct plan *p, enum plan_state state);

#endif
