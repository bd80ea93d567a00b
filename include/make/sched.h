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

#include "make/build.h"
#include "make/event.h"
#include "store/history.h"

struct sched {
	struct arena *run;
	struct plan *plan; /* updated as results arrive */
	struct workshop *workshop;
	struct history *history;
	int jobs;
	bool fail_fast;
	bool test;    /* run tests that have no record */
	bool is_bulk; /* nobody named the packages: no-source is skipped, not failed */
	void (*sink)(void *ctx, const struct event *ev); /* every event, in order */
	void (*tick)(void *ctx);                         /* about ten times a second */
	void *ctx;
};

struct sched_result {
	int nbuilt, nreused, nfailed, nskipped;
	int tests_passed, tests_failed, tests_skipped;
	enum err_kind kind; /* of the failures: the one kind, ERR_PACKAGE for several, or NONE */
	int signal;         /* that ended the run early; 0 */
};

/* -1 when the machinery itself fails; failed packages are in the result. */
MUST_USE int sched_run(struct sched *s, struct sched_result *out, struct err *e);

#endif
