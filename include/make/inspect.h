/*
 * inspect.h - the judge: nothing is published that fails it.
 *
 * Rules are rows of one table (rule.h): an id, a sentence, an explanation for
 * `kiln explain ID`.  A recipe may waive a rule, with a reason (finding.h).
 * Everything is read from the files themselves; no program is asked.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_INSPECT_H
#define MAKE_INSPECT_H

#include "make/finding.h"
#include "make/origin.h"

/* What the judge is told beside the object. */
struct inspect_facts {
	/* Texts that must not stand in any file of the object (checkout's path, home, store's
	 * path, host's name); leak.h says which of them are too short to mean anything and are
	 * passed over. */
	const struct str *leak;
	int nleak;
	/* Where the build's files are now: those of links are looked at. */
	struct origins origins;
};

/* Look at every file below the object folder, which holds a folder for each class.
 * Findings in a, in path order. A waiver that waives nothing is a finding itself (rule
 * "waiver-unused"). -1 only when the folder cannot be read. */
MUST_USE int inspect(struct arena *a, const struct package *p, const char *object,
    const struct inspect_facts *facts, struct finding **out, int *n, struct err *e);

/* How many of them are not waived: more than none, and the object is not published. */
int inspect_faults(const struct finding *v, int n);

#endif
