/*
 * advice.h - what a line of the recipe can do about a failed phase.
 *
 * Build systems say what they cannot do in a cross build, without the network or with
 * nothing of the machine, but not what a recipe can say about it.  A table of their
 * complaints does.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_ADVICE_H
#define MAKE_ADVICE_H

#include "base/str.h"

/* The text of a file of the stage as the phase left it, by its inner path; "" when there
 * is none. In a. */
typedef struct str advice_read(void *ctx, struct arena *a, const char *path);

/* One sentence for the first complaint in the log that is known, NULL when none is. Only
 * what stands behind the last "== PHASE" line counts. recipe is the recipe's path. read
 * is asked for the scripts that complained, to find names in them. In a. */
const char *advice_text(
    struct arena *a, struct str recipe, struct str log, advice_read *read, void *ctx);

#endif
