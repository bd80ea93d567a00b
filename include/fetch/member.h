/*
 * member.h - what a member of an archive may be called, and where its links may point.
 *
 * Pure: texts in, a verdict out.  A fault is a short text that continues
 * "NAME in ARCHIVE is refused: ..."; NULL means that all is well.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef FETCH_MEMBER_H
#define FETCH_MEMBER_H

#include "base/str.h"

enum { MEMBER_NAME_MAX = 4096, MEMBER_PART_MAX = 255, MEMBER_DEPTH_MAX = 64 };

struct member_path {
	char z[MEMBER_NAME_MAX + 1]; /* relative, without "." and empty parts; may be "" */
	size_t n;
	int nfolder; /* how many folders it stands in */
};

/* name without its first `strip` parts; "" when nothing is left. */
const char *member_path(struct str name, int strip, struct member_path *out);

/* Is path one of `only`, or below one? */
bool member_is_below(const struct member_path *path, struct str only);

/* May a symlink that stands at path point to target? Looked at as text: a chain of links
 * is the caller's to check when all of them are there. */
const char *member_link_fault(const struct member_path *path, struct str target);

#endif
