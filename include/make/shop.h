/*
 * shop.h - a run at work: what each node came to, and what follows from it.
 *
 * Told of events, it updates plan, agenda and counts and passes them on; it starts
 * nothing.  sched.c is the loop around it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_SHOP_H
#define MAKE_SHOP_H

#include "make/agenda.h"
#include "make/build.h"
#include "make/slot.h"
#include "make/task.h"
#include "store/history.h"

/* What a run is given. */
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
	int ndirty;         /* of nbuilt and nreused: from a working copy */
	enum err_kind kind; /* of the failures: the one kind, ERR_PACKAGE for several, or NONE */
	int signal;         /* that ended the run early; 0 */
};

enum { SHOP_TASK_MAX = 512 };

/* A run at work. */
struct shop {
	struct sched *s;
	struct sched_result *result;
	struct agenda agenda;
	struct slots *slots;
	char *run_path; /* out/run/<pid>: slot sockets */
	int run_dir, run_lock, signals;
	struct task task[SHOP_TASK_MAX];
	int ntask, nprepare;
	bool is_stopping;
	bool *is_new, *has_test;
	int64_t *expect_ms; /* by node */
	int *list;          /* room for all nodes */
};

/* The package of node i. */
const struct package *shop_package(const struct shop *h, int i);

/* Pass an event of node i on. */
void shop_emit(struct shop *h, int i, struct event ev);

/* A worker said something; ctx is the shop. */
void shop_take_event(void *ctx, struct task *t, const struct event *ev);

/* Emit the nodes that became known without being built. */
void shop_take_known(struct shop *h);

#endif
