/*
 * fileset.h - the files of a bundle for one target: from objects, from an overlay, links.
 *
 * Every path is there once.  Two packages with a file of one path are an error; the overlay,
 * which is somebody's own choice, hides what packages have.  Folders are not entries: those
 * of the paths are made.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_FILESET_H
#define SHIP_FILESET_H

#include "base/jsonread.h"
#include "base/map.h"
#include "recipe/bundle.h"
#include "store/manifest.h"

struct fileset_entry {
	struct str path;
	char type;     /* 'f' file, 'l' link */
	unsigned mode; /* of a file: 0644 or 0755 */
	uint64_t size_bytes;
	struct digest digest;
	struct str target;              /* of a link, as it is written: relative */
	struct str leads;               /* the path of the bundle that a link leads to */
	struct loc at;                  /* who wants it in the profile */
	const char *from;               /* absolute: where the file's bytes are */
	const struct object_file *file; /* of the object; NULL for the bundle's own */
	struct str package;             /* whose it is; "" for the bundle's own */
};

/* Initialise with { .a, .bundle, .taken.a = a }. */
struct fileset {
	struct arena *a;
	const struct bundle *bundle;
	VEC(struct fileset_entry) entry; /* by path, once it is finished */
	struct map taken;                /* path to its index */
	bool *is_used;                   /* of the profile's renames and withouts: by number */
	uint64_t size_bytes;             /* of all files */
	const struct json_value *before; /* the bill of an earlier bundle, or NULL */
};

/* The programs and data of an object whose folder is `folder`. part says which programs; NULL:
 * all of them, for what another package runs with. ERR_RECIPE, located, for a program that it
 * does not have, or a path that is taken. */
MUST_USE int fileset_add(struct fileset *fs, const struct bundle_part *part, const struct object *o,
    const char *folder, struct err *e);

/* A package that is not in it after all: what the profile says of its files meets none. */
void fileset_miss(struct fileset *fs, struct str package);

/* A file or link of the overlay: path, type and what its type has. */
MUST_USE int fileset_overlay(struct fileset *fs, const struct fileset_entry *entry, struct err *e);

/* The profile's links are added, the entries sorted. ERR_RECIPE, located, when a link leads to
 * nothing in the bundle, two packages have programs of one name, a rename or without meets no file, or the cap is exceeded: then the
 * text names the packages by size, and by how much each grew since the bundle before. */
MUST_USE int fileset_finish(struct fileset *fs, struct err *e);

#endif
