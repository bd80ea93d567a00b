/*
 * working.h - a package built from a working copy instead of its recipe's sources.
 *
 * `kiln build NAME --src DIR`: the files of DIR, all but .git, become the stage.  The
 * recipe's sources, patches and edits are left out, since a working copy is already what
 * somebody edits; its `local` files are put in where DIR has none of that name.  What is
 * built so is dirty: its key holds the digest of DIR's file list in place of the sources,
 * and the journal marks that key (journal.h, "dirty").  The mark is not in the object: a
 * clean build may give the same bytes.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_WORKING_H
#define MAKE_WORKING_H

#include "lib/folder.h"
#include "recipe/package.h"

struct working {
	const char *path; /* absolute */
	struct folder folder;
};

/* ERR_USAGE when path is not there, is no folder, or holds out_path, where kiln writes. */
MUST_USE int working_open(
    struct arena *run, const char *path, const char *out_path, struct working *out, struct err *e);

/* The package as it is built from w. */
const struct package *working_package(
    struct arena *run, const struct package *p, const struct working *w);

/* What is done and what of the recipe p is left out, for a person; a second line when DIR
 * holds files that a compiler made. */
struct str working_note(struct arena *a, const struct package *p, const struct working *w);

/* The stage of that name (hex) is to be made for a working copy of a package, or is there:
 * those that were made for it before go, so that trying again and again does not fill the
 * disk. One that somebody works with, or whose removal was cut short, goes the next time. */
MUST_USE int working_staged(int out_dir, struct str package, const char *hex, struct err *e);

#endif
