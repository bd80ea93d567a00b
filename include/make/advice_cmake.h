/*
 * advice_cmake.h - what a recipe can say so that a command of CMake that failed would not.
 *
 * A log often names it in the words of a tool; here it is said in those of a recipe.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_ADVICE_CMAKE_H
#define MAKE_ADVICE_CMAKE_H

#include "base/str.h"

/* At most so many bytes come back, so that it fits into a struct err beside the log's lines. */
enum { ADVICE_CMAKE_MAX_BYTES = 1100 };

/* A sentence for the first complaint that is known, behind a newline; "" when none is.
 * It starts with the project's file and line where the log names them. As for failure_text
 * only what stands behind the last "== PHASE" line counts. Pure. In a. */
const char *advice_cmake(struct arena *a, struct str log);

#endif
