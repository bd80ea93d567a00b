/*
 * run.h - a plan carried out, as the command line wants it shown.
 *
 *	out/log/events.ndjson    every event of the last run
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include "cmd/session.h"
#include "make/sched.h"

/* is_bulk: what has no source is skipped with its reason, and no failure. */
MUST_USE int run_plan(
    struct session *s, struct plan *plan, bool is_bulk, struct sched_result *result, struct err *e);

/* Are the events all that goes to standard output? */
bool run_is_json(const struct session *s);

#endif
