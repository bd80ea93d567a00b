/*
 * inspect.h - the judge: nothing is published that fails it.
 *
 * Rules are rows of one table: an id, a sentence, an explanation for
 * `kiln explain ID`.  A recipe may waive a rule, with a reason.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_INSPECT_H
#define MAKE_INSPECT_H

#include "base/err.h"
#include "recipe/package.h"

struct rule {
	const char *id;      /* "elf-needed" */
	const char *summary; /* one line */
	const char *explain; /* paragraphs: what, why it matters, what to do */
};

/* Row i, NULL past the last. */
const struct rule *inspect_rule(int i);
const struct rule *inspect_find_rule(struct str id);

struct finding {
	const struct rule *rule;
	struct str path;   /* class and inner path, for a member "dev/usr/lib/libz.a(adler32.o)" */
	struct str detail; /* "needs libc.so.6" */
	struct str waived; /* the reason, empty when it is not waived */
};

/* Texts that must not stand in any file of the object. */
struct inspect_leaks {
	const struct str *text; /* checkout's path, home, store's path, host's name */
	int ntext;
};

/* Look at every file below the object folder. Findings in a, in path order. A waiver
 * that waives nothing is a finding itself (rule "waiver-unused"). */
MUST_USE int inspect(struct arena *a, const struct package *p, const char *object,
    const struct inspect_leaks *leaks, struct finding **out, int *n, struct err *e);

#endif
