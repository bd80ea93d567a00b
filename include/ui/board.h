/*
 * board.h - what a person wants to know of a run at any time, made from its events.
 *
 * Pure: events and the time go in, lines come out; nothing is drawn and no clock is
 * read here, so that every picture can be tested.  Times are milliseconds of one
 * monotonic clock.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef UI_BOARD_H
#define UI_BOARD_H

#include "base/map.h"
#include "base/vec.h"
#include "make/event.h"

struct board_package {
	struct str name, version, target;
	enum phase phase;  /* PHASE_COUNT while it waits for its turn */
	bool is_running;   /* a worker is at it */
	bool was_started;  /* a worker was */
	int64_t since_ms;  /* when it began to run */
	int64_t expect_ms; /* how long it usually takes, -1: nobody knows */
};

/* For the closing words. */
struct board_end {
	struct str name, target, what; /* one line */
};

/* Initialise with { .run = arena, .by_name = { .a = arena } }. */
struct board {
	struct arena *run;
	struct map by_name; /* "name\ttarget" to package */
	VEC(struct board_package) package;
	VEC(struct board_end) failed, skipped, untested; /* in the order they came */
	int64_t started_ms, total, expect_ms;
	int ndone, nfailed, tests_passed;
};

void board_event(struct board *b, const struct event *ev, int64_t now_ms);

/* What is known of an event's package, NULL when nothing is. */
const struct board_package *board_find(const struct board *b, const struct event *ev);

/* The live lines: the packages at work, those that run longest first, and one line that
 * sums up; at most `rows` lines of at most `columns` bytes, without newlines. Returns how
 * many; v has room for `rows`. */
int board_lines(
    const struct board *b, struct arena *tmp, int64_t now_ms, int columns, int rows, struct str *v);

/* "3 of 30 done, 2 running, longest: openssl armv7 build 3 min" */
struct str board_heartbeat(const struct board *b, struct arena *tmp, int64_t now_ms);

/* The closing words: counts, total time, failures (the newest first), skipped packages and
 * tests with their reasons. finished: the event RUN_FINISHED. */
void board_summary(const struct board *b, const struct event *finished, struct buf *out);

/* "0.4 s", "41 s", "3 min 10 s", "2 h 5 min". */
void board_duration(struct buf *out, int64_t ms);

#endif
