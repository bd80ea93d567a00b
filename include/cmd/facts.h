/*
 * facts.h - everything known of a package for a target: what recipe, plan, store, journal
 * and history say, gathered for those who print it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef CMD_FACTS_H
#define CMD_FACTS_H

#include "base/json.h"
#include "cmd/session.h"

struct facts {
	const struct package *p;
	const struct plan *plan;
	int node;
	struct str recipe, hidden; /* paths; hidden: the one of another tree, n == 0 for none */
	struct str depends_on;     /* the need whose bytes are not known yet; n == 0 for none */
	bool has_object;
	struct object object;
	struct str dirty_from; /* the working copy out/<target>/bin is from; n == 0: it is clean */
	struct history_line *phase; /* of the last build */
	int nphase;
	int64_t unix_time, ms, cpu_ms, peak_kb; /* of all of them; 0 when there was none */
	struct str
	    verdict;       /* of its test: passed, failed, skipped, not run; none: it has no test */
	struct str reason; /* of skipped */
	const char *log, *test_log; /* absolute; NULL when not there */
};

MUST_USE int facts_gather(
    struct session *s, const struct plan *plan, int node, struct facts *out, struct err *e);

/* Bytes and entries of a class of an object. */
uint64_t facts_class_bytes(const struct object *o, enum class class, int *nentry);

/* As an element of a JSON array: the shape is in kiln(1). */
void facts_json(const struct facts *f, struct json *j);

#endif
