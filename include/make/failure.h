/*
 * failure.h - the part of a log that says what went wrong.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_FAILURE_H
#define MAKE_FAILURE_H

#include "base/arena.h"
#include "base/str.h"

/* The first line of a log that looks like an error with three lines around it, then the last
 * lines; cleaned for a terminal, each line indented, "\n" in front. The command that failed
 * is the line make or the shell echoed before it. Empty for an empty log. NUL-terminated. */
const char *failure_text(struct arena *a, struct str log);

/* Line number (from 0) of the first line that looks like an error, -1 when none does. */
int failure_line(struct str log);

#endif
