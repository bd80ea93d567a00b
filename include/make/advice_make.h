/*
 * advice_make.h - what a recipe can say about complaints of make, shells and compilers.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_ADVICE_MAKE_H
#define MAKE_ADVICE_MAKE_H

#include "base/str.h"

/* A sentence for the first complaint that is known, behind a newline; "" when none is. Only
 * what stands behind the last "== PHASE" line counts. Pure. In a. */
const char *advice_make(struct arena *a, struct str log);

#endif
