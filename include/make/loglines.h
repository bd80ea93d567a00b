/*
 * loglines.h - a phase's log as the lines that a person would read.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_LOGLINES_H
#define MAKE_LOGLINES_H

#include "base/str.h"

struct loglines {
	struct str *v; /* without colours and line ends */
	int n, cap;
	int first; /* what stands before it is of earlier phases; n when there is nothing else */
};

/* All lines of a log; a phase starts behind a line "== PHASE". Pure. In a. */
struct loglines loglines_split(struct arena *a, struct str log);

#endif
