/*
 * event.h - what happens, as one typed stream that every renderer reads.
 *
 * The scheduler and the workers emit; terminal, plain and JSON renderers only
 * read.  Between a worker and kiln an event is one line of tab-separated fields
 * (event_print, event_parse); to a person who asks it is NDJSON (event_json).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_EVENT_H
#define MAKE_EVENT_H

#include "base/buf.h"
#include "base/err.h"
#include "recipe/package.h"

enum event_type {
	EVENT_RUN_STARTED, /* count: steps of the plan; expect_ms: of the whole run */
	EVENT_STARTED,     /* a package began; expect_ms, -1 when nobody knows */
	EVENT_PHASE,       /* it entered phase; PHASE_COUNT: it waits for its turn */
	EVENT_FETCHED,     /* text: "file: 4.2 MiB from URL" */
	EVENT_NOTE,        /* text: something a person wants to know, the run goes on */
	EVENT_MEASURED,    /* phase ended: ms, cpu_ms, peak_kb; kind: ERR_NONE when it ended well */
	EVENT_BUILT,       /* text: object digest; ms */
	EVENT_REUSED,      /* nothing to do for it; text: object digest */
	EVENT_FAILED,      /* phase, error kind and text (many lines), log: path */
	EVENT_SKIPPED,     /* not built because of text */
	EVENT_TESTED,      /* text: "passed", "failed", "skipped REASON"; count: run commands */
	EVENT_RUN_FINISHED, /* totals in counts; ms, cpu_ms of all that was started, cores */
	EVENT_TYPE_COUNT
};

struct event {
	enum event_type type;
	struct str package, version, target; /* empty for events of the run */
	enum phase phase;                    /* PHASE_COUNT when it says nothing */
	enum err_kind kind;
	int64_t ms, cpu_ms, peak_kb, expect_ms, count;
	int64_t cores; /* of the machine; of RUN_FINISHED */
	int64_t dirty; /* BUILT, REUSED: 1 from a working copy; RUN_FINISHED: how many */
	int64_t nbuilt, nreused, nfailed, nskipped; /* of RUN_FINISHED */
	int64_t tests_passed, tests_failed, tests_skipped;
	int64_t tests_not_run, tests_before; /* in this run; of those, passed in an earlier one */
	struct str text, log;
};

const char *event_type_name(enum event_type t); /* "run_started", "phase", ... */

/* One line, tabs and newlines in texts escaped, ends in "\n"; and back, strictly. Parsed
 * texts are in a. */
void event_print(struct buf *out, const struct event *ev);
MUST_USE int event_parse(struct arena *a, struct str line, struct event *out, struct err *e);

/* One NDJSON line: {"schema":"kiln/event/1","seq":N,"time":UNIX,"type":...} and the
 * fields that the type has; numbers that nobody knows (negative) are left out. */
void event_json(struct buf *out, const struct event *ev, int64_t seq, int64_t unix_time);

#endif
