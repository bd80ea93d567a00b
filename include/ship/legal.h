/*
 * legal.h - the sources to offer with a bundle, in one folder.
 *
 *	NAME-VERSION/FILE         each file that a recipe downloads, as it came
 *	NAME-VERSION/patches/     patches, and files that the tree adds
 *	NAME-VERSION/recipe       how it is built
 *	styles/, targets/         what the recipes stand on
 *	SHA256SUMS                of all that, as sha256sum -c reads it
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_LEGAL_H
#define SHIP_LEGAL_H

#include "base/map.h"
#include "make/source.h"

/* Initialise with .a, .tree, .source, .dir, .path, .taken.a. */
struct legal {
	struct arena *a;
	struct tree *tree;
	const struct source_opts *source;
	int dir;          /* an empty folder */
	const char *path; /* its absolute path */
	struct map taken; /* paths that are there */
	uint64_t size_bytes;
};

/* All of one package; what is there of another target stays. ERR_FETCH when a source cannot be
 * had. */
MUST_USE int legal_add(struct legal *l, const struct package *p, struct err *e);

MUST_USE int legal_finish(struct legal *l, struct err *e);

#endif
