/*
 * response.h - @FILE among the arguments: the words in the file, in its place.
 *
 * Words are separated by white space; quotes of both kinds and backslashes hold them
 * together, as GNU's programs have it.  Files may name further files.  An @FILE that
 * cannot be read stays the word it is.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef DRIVER_RESPONSE_H
#define DRIVER_RESPONSE_H

#include "base/err.h"
#include "base/str.h"

/* The words of a response file's text, appended through each. */
void response_split(
    struct arena *a, struct str text, void (*each)(void *ctx, const char *word), void *ctx);

/* argv with all files filled in, NULL-ended. ERR_USAGE when they name each other in a
 * circle. */
MUST_USE int response_expand(
    struct arena *a, const char *const *argv, const char *const **out, struct err *e);

#endif
