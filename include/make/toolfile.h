/*
 * toolfile.h - one file of a tool: what it is, and what tells that it is still the same.
 *
 * As a line of a record: TYPE TAB DIGEST-OR-TARGET TAB DEV TAB INO TAB SIZE TAB MTIME TAB
 * CTIME TAB PATH.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_TOOLFILE_H
#define MAKE_TOOLFILE_H

#include "base/buf.h"
#include "recipe/package.h"

enum toolfile_type {
	TOOLFILE_PLAIN = 'f',
	TOOLFILE_PROGRAM = 'x', /* a file that may be executed */
	TOOLFILE_LINK = 'l',
	TOOLFILE_NAME = 'n', /* a link the machine does not have: the name a program is called by */
	TOOLFILE_FOLDER = 'd',
};

/* What tells that a file is still the one that was looked at. */
struct toolfile_stamp {
	uint64_t dev, ino, size, mtime_ns, ctime_ns;
};

struct toolfile {
	enum toolfile_type type;
	struct str path;      /* absolute; the same on the machine and in a toolroot */
	struct str target;    /* of a link or name */
	struct digest digest; /* of a file */
	struct toolfile_stamp stamp;
};

/* lstat as a stamp; false when there is nothing. */
bool toolfile_look(const char *path, struct toolfile_stamp *out);

bool toolfile_is_link(const struct toolfile *f); /* or a name */
bool toolfile_is_file(const struct toolfile *f);
int toolfile_by_path(const void *a, const void *b); /* for qsort */

/* Is it as it was when it was looked at? */
bool toolfile_is_unchanged(const struct toolfile *f);

void toolfile_print(struct buf *b, const struct toolfile *f);
/* Views borrow from the line, which has no newline. */
MUST_USE int toolfile_parse(struct str line, struct toolfile *f);

/* What the programs and data of a tool are, for its records: a digest of its description. */
struct digest toolfile_description(const struct tool *t);

#endif
