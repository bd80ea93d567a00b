/*
 * strip.h - which installed files hold debug information, and the shell text that
 * takes it off.
 *
 * Archives and objects lose it: a comment that moves a line must not change them.
 * From programs it is split off into usr/lib/debug/.build-id/ab/cdef....debug.  A
 * program without a build-id is left as it is: what is taken off could not be found
 * again.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_STRIP_H
#define MAKE_STRIP_H

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

struct strip_program {
	struct str path;     /* inner path of what was installed */
	struct str build_id; /* in hex */
};

struct strip {
	VEC(struct str) archive; /* and objects */
	VEC(struct strip_program) program;
};

/* Look at the regular file name in the folder dir, and note it by its inner path. What
 * only looks like a program or archive is left alone: the judge says what it thinks. */
MUST_USE int strip_look(
    struct arena *a, struct strip *s, int dir, const char *name, struct str path, struct err *e);

/* The body, for a sandbox whose /out holds the files; empty when there is nothing to do.
 * Pure. */
struct str strip_script(struct arena *a, const struct strip *s);

/* Where a program's debug information goes. In a. */
struct str strip_debug_path(struct arena *a, struct str build_id);

#endif
