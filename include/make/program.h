/*
 * program.h - the linked programs of an object, and what is kept of each one's link.
 *
 *	map/BUILD-ID.link   what was linked, and why (driver/record.h)
 *	map/BUILD-ID.map    where each section went (make/linkmap.h)
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_PROGRAM_H
#define MAKE_PROGRAM_H

#include "lib/gobuild.h"
#include "store/manifest.h"

struct program {
	struct str path, build_id;
	uint64_t size_bytes;   /* of the file */
	uint64_t loaded_bytes; /* of it that are loaded to run */
	bool is_go;
	struct gobuild go; /* when it is one of Go's */
};

/* false when the file of the object is no program that was linked. dir is its folder. */
bool program_find(struct arena *a, int dir, const struct object_file *f, struct program *out);

/* One for each program, in the order of the files: other names of the same one are passed
 * over. dir is the object's folder. */
int programs_find(struct arena *a, int dir, const struct object *o, struct program **out);

/* The texts that are kept of its link. false in *is_kept: none are, since it was not linked
 * by kiln's driver; a map alone may be missing, then it is empty. */
MUST_USE int program_link(struct arena *a, int dir, const struct program *p, struct str *record,
    struct str *map, bool *is_kept, struct err *e);

#endif
