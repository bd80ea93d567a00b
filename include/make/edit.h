/*
 * edit.h - a recipe's `edit`: a pattern replaced in one file of a folder, line by line.
 *
 * The pattern is a POSIX extended regular expression and never sees a newline;
 * every match of a line counts, as with sed's g.  In the replacement \0 to \9 are
 * the match and its groups, \\ is a backslash.  Another number of matches than the
 * one wanted is an error, so that a new version cannot break an edit in silence.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_EDIT_H
#define MAKE_EDIT_H

#include "base/err.h"
#include "recipe/package.h"

struct edited {
	struct str text, lines; /* the first of the lines where it matched: "3, 16" */
	uint64_t times;         /* that it matched */
	int nline;              /* and in how many lines */
};

/* A file's text with the edit made. ERR_RECIPE, located, for a pattern or replacement that
 * makes no sense. No disk. */
MUST_USE int edit_text(
    struct arena *a, const struct edit *ed, struct str text, struct edited *out, struct err *e);

/* ERR_RECIPE, located at the edit: the file, the count that was found and where, and the one
 * wanted. */
MUST_USE int edit_apply(int dir, const struct edit *ed, struct err *e);

#endif
