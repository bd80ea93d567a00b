/*
 * filelist.h - the plain files at one path of a folder, and one digest for all of them.
 *
 * A file counts by its path, its bytes and whether it may be run; times, owners and other
 * bits of its mode do not.  Names that begin with "." or end in "~" are left out: they are
 * an editor's or a version control's.  A link or a device among the files is an error, and
 * so is a link on the way to them: nothing leads out of the folder.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef LIB_FILELIST_H
#define LIB_FILELIST_H

#include "base/str.h"
#include "base/vec.h"
#include "lib/digest.h"

struct filelist {
	struct filelist_file {
		struct str path; /* below the folder */
		bool is_program;
		uint64_t size_bytes;
		struct digest digest;
	} * v;
	int n, cap;
	VEC(struct str) folder; /* folders that were listed, by path below the folder */
	uint64_t size_bytes;    /* of all of them */
	struct digest digest;
};

/* Read what is at path, a file or a folder with all below it, in the order of fs_walk.
 * Paths live in a. ERR_RECIPE for what may not be among the files, and for more than
 * fits: the path is the recipe's word. */
MUST_USE int filelist_read(
    struct arena *a, int dir, const char *path, struct filelist *out, struct err *e);

#endif
