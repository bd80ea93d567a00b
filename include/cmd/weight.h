/*
 * weight.h - how large each package of a plan is, alone and with all it links.
 *
 * Of an object's classes dev and bin count: the others stay behind when it is used.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef CMD_WEIGHT_H
#define CMD_WEIGHT_H

#include "cmd/session.h"

struct weight {
	bool is_known;       /* built with these inputs */
	uint64_t dev, bin;   /* bytes of its classes */
	uint64_t own, whole; /* dev and bin; the same of it and of all it links, each once */
};

/* Of each node of a plan. */
MUST_USE int weights_read(
    struct session *s, const struct plan *plan, struct weight **out, struct err *e);

/* Node numbers, the heaviest whole first, those that were never built last, else in the
 * graph's order. */
int *weights_order(struct arena *a, const struct graph *g, const struct weight *w);

#endif
