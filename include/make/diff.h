/*
 * diff.h - unified diffs as data: parsed, and applied to texts.  No disk.
 *
 *	prose, "diff --git ...", "index ..."     passed over
 *	--- a/PATH [tab, time]                   or /dev/null: a new file
 *	+++ b/PATH [tab, time]                   or /dev/null: a deleted one
 *	@@ -LINE[,COUNT] +LINE[,COUNT] @@ ...
 *	 same, -old, +new, "\ No newline at end of file"
 *
 * Of git's own lines, modes of plain files are understood; renames, copies, links,
 * binary patches, quoted names and changes of a mode alone are refused.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_DIFF_H
#define MAKE_DIFF_H

#include "base/err.h"
#include "base/str.h"

/* A line of a hunk; text holds its newline where the file has one. */
struct diff_line {
	char kind; /* ' ', '-', '+' */
	struct str text;
};

struct diff_hunk {
	uint64_t old_line, old_count, new_count; /* lines from 1; 0 when there are none */
	struct diff_line *line;
	int nline;
};

enum diff_mode { DIFF_MODE_KEEP, DIFF_MODE_PLAIN, DIFF_MODE_PROGRAM };

struct diff_file {
	struct str path; /* inner path, its first part taken off */
	bool is_new, is_deleted;
	enum diff_mode mode;
	struct diff_hunk *hunk;
	int nhunk;
};

struct diff {
	struct diff_file *file;
	int nfile;
};

/* Views in *out borrow from text. ERR_PACKAGE: "line N: ...". */
MUST_USE int diff_parse(struct arena *a, struct str text, struct diff *out, struct err *e);

/* The text of a file with every hunk in. A hunk stands at its line or, where it does not fit
 * there, at the one other place below the hunk before where it does. ERR_PACKAGE: "hunk
 * N of PATH does not fit at line L" with the first line that differs. */
MUST_USE int diff_apply(
    struct arena *a, const struct diff_file *f, struct str old, struct str *new, struct err *e);

#endif
