/*
 * why.h - which input of a package changed since it was last built.
 *
 * The inputs of a key as text, one a line: "tag<TAB>value", the value itself when
 * it is short and of one line, else "sha256:" and its digest.  Behind them, not
 * in the key, "via NAME<TAB>key" for each need: so that a need that was rebuilt
 * but gave the same bytes can be named as the place where a change stopped.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PLAN_WHY_H
#define PLAN_WHY_H

#include "plan/plan.h"

/* The input list of node i, in a. */
struct str why_inputs(struct arena *a, const struct plan *p, int i);

enum why_kind { WHY_CHANGED, WHY_ADDED, WHY_REMOVED };
struct why {
	enum why_kind kind;
	struct str tag, old, new;
};

/* The lines that differ, in the order of the newer list. */
int why_compare(struct arena *a, struct str old_list, struct str new_list, struct why **out);

/* "source zlib.tar.gz sha256: 60dd… → 9a93…" as one line of text. */
void why_print(struct buf *out, const struct why *w);

#endif
