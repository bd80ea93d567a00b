/*
 * inventory.h - what the programs of a bundle consist of: whose objects, how many bytes.
 *
 * It is told from what the linker said of each link, not from what recipes need: a need that
 * nothing was taken of is not in it.  Go's programs say themselves which modules are in them.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_INVENTORY_H
#define SHIP_INVENTORY_H

#include "lib/gobuild.h"
#include "make/workshop.h"
#include "ship/fileset.h"

/* A package that has bytes in the bundle. */
struct inventory_part {
	const struct package *package;
	struct digest object;
	bool is_shipped; /* files of it are in the bundle; others are linked into those alone */
	uint64_t files_bytes;  /* of its files in the bundle */
	uint64_t linked_bytes; /* of its objects in the programs of all packages, its own too */
};

/* What one package has in one program. */
struct inventory_share {
	int part; /* -1: what the linker made itself (ship/account.h) */
	int nobject;
	uint64_t file_bytes, memory_bytes;
};

struct inventory_program {
	struct str path; /* in the bundle */
	int part;        /* whose file it is */
	struct digest digest;
	struct str build_id;
	uint64_t size_bytes;           /* of the file */
	uint64_t loaded_bytes;         /* of it that are loaded to run */
	uint64_t known_bytes;          /* of these, what the shares add up to */
	bool is_known;                 /* kiln's driver linked it; else there are no shares */
	struct inventory_share *share; /* the largest first, the linker's last */
	int nshare;
	bool is_go;
	struct gobuild go; /* of one of Go's: what it says of its modules */
};

struct inventory {
	VEC(struct inventory_part) part;       /* those shipped, in the order given; then by name */
	VEC(struct inventory_program) program; /* by path */
};

/* Of the finished fs, whose files come from the objects of these nodes of w's plan. */
MUST_USE int inventory_make(struct arena *a, const struct workshop *w, const int *node, int nnode,
    const struct fileset *fs, struct inventory *out, struct err *e);

#endif
