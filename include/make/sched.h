/*
 * sched.h - carry out a plan: workers, slots, priorities, early cutoff.
 *
 * Steps of a node: prepare (its stage, shared by all targets), build, test.  A node is
 * prepared ahead when it will be built, or was never built; built when what it sees is
 * known and its key is nowhere; tested when its object has no record of it.  Slots and
 * places go to the package with the longest remaining path first, by recorded times.  A
 * failure skips what needs it and nothing else.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_SCHED_H
#define MAKE_SCHED_H

#include "make/shop.h"

/* -1 when the machinery itself fails; failed packages are in the result. */
MUST_USE int sched_run(struct sched *s, struct sched_result *out, struct err *e);

#endif
