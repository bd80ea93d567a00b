/*
 * failure.h - what a log says about why a command failed.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_FAILURE_H
#define MAKE_FAILURE_H

#include "base/str.h"

/* At most so many bytes come back, so that it fits into a struct err beside a sentence. */
enum { FAILURE_MAX_BYTES = 2800 };

/* The first line that looks like an error, with the three lines around it, and the last 15
 * lines, not repeated where the two overlap. Only what stands behind the last "== PHASE"
 * line counts, when there is any. It starts with a newline and ends without one; ""
 * when the log is empty. Control characters are replaced, long lines are cut. Pure. */
const char *failure_text(struct arena *a, struct str log);

#endif
