/*
 * history.h - how long phases took before: out/history.
 *
 * One line a phase that ended:
 *
 *	<unix time> <package> <target> <phase> <ms> <cpu ms> <peak KiB> ok|failed
 *
 * Lines are appended without a sync; one that is torn or malformed is ignored: the
 * file only serves to guess.  When it passes 1 MiB, opening it keeps the last 5
 * lines of each package, target and phase.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct history;

/* Read what is there; a file that is missing is an empty history. */
MUST_USE int history_open(struct arena *run, int out_dir, struct history **out, struct err *e);
void history_close(struct history *h);

struct history_line {
	int64_t unix_time;
	struct str package, target, phase; /* names */
	int64_t ms, cpu_ms, peak_kb;
	bool ok;
};

/* Append a line. Guesses do not change until the history is opened again. */
MUST_USE int history_add(struct history *h, const struct history_line *line, struct err *e);

/* The median of the last 3 successful runs of a phase in ms, -1 when unknown. */
int64_t history_expect_phase(
    const struct history *h, struct str package, struct str target, struct str phase);

/* The lines of the newest run, one a phase, in the order the phases first came; failed ones
 * included. Returns how many; *out lives in a, its texts as long as the history. */
int history_last(const struct history *h, struct arena *a, struct str package, struct str target,
    struct history_line **out);

/* The sum over the phases that the last 3 runs had, -1 when one of them never
 * succeeded or nothing is known. A run begins where a phase comes again. */
int64_t history_expect(const struct history *h, struct str package, struct str target);

#endif
