/*
 * owner.h - which package's file a path of a sandbox is, looked up once for each path.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_OWNER_H
#define MAKE_OWNER_H

#include "base/map.h"
#include "make/linked.h"
#include "make/origin.h"

/* Initialise with the arena, also in `seen`, and the origins. */
struct owners {
	struct arena *a;
	const struct origin *origin;
	int n;
	struct map seen; /* path to row plus one */
};

/* The origin's row, -1 when none has the path: that is the package's own. */
int owners_find(struct owners *o, struct str path);

/* The same, as linked.h wants it. */
struct linked_owner owners_of_links(struct owners *o);

#endif
