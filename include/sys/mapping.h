/* mapping.h - a whole file as bytes, without copying it. SPDX-License-Identifier: ISC */
#ifndef SYS_MAPPING_H
#define SYS_MAPPING_H

#include "base/err.h"
#include "base/str.h"

struct mapping {
	struct str bytes; /* empty for an empty file */
	void *base;       /* NULL: nothing is mapped */
};

/* Map a regular file below the folder dir; symlinks are not followed. Nobody may cut the
 * file off while it is mapped: reading beyond its end would kill the process. */
MUST_USE int mapping_open(int dir, const char *path, struct mapping *out, struct err *e);

/* The same for a path that somebody else made: no link in it is followed (beneath.h). Only
 * what is looked at is read. */
MUST_USE int mapping_open_beneath(int dir, const char *path, struct mapping *out, struct err *e);

void mapping_close(struct mapping *m);

#endif
