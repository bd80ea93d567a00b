/*
 * task.h - a worker process: forked, heard through a pipe, waited for.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_TASK_H
#define MAKE_TASK_H

#include <sys/types.h>

#include "base/buf.h"
#include "make/report.h"

enum task_kind { TASK_PREPARE, TASK_BUILD, TASK_TEST };

struct task {
	enum task_kind kind;
	int node;
	pid_t pid;
	int fd;   /* events come here; -1 when it has ended */
	int slot; /* id of its slot socket; -1: none */
	enum phase phase;
	int64_t started_ms;
	bool has_ended; /* an event said how it ended */
	char *rest;     /* heap: the unfinished line */
	size_t nrest, cap;
};

/* What a worker does; its error is reported by task_start's child. */
typedef int task_body(void *ctx, struct report *r, struct err *e);

/* Fork a worker that runs body and dies with this process. t's kind, node and slot are the
 * caller's. */
MUST_USE int task_start(struct task *t, struct str package, struct str target, task_body *body,
    void *ctx, struct err *e);

/* Read what is there and give each whole event; *is_over when the worker closed its end. */
MUST_USE int task_read(struct task *t,
    void (*each)(void *ctx, struct task *t, const struct event *), void *ctx, bool *is_over,
    struct err *e);

/* Wait for it; status as waitpid's. Frees what it holds. */
MUST_USE int task_end(struct task *t, int *status, struct err *e);

/* End it now, and with it everything it started. */
void task_kill(struct task *t);

#endif
