/*
 * overlap.h - two packages that put a file at the same path where a third sees both.
 *
 * The sysroot of a build is merged from the classes of what it needs; of two files at one
 * path it could show only one, and which one would be chance.  So that is an error, found
 * from the manifests before anything runs, also when the two are the same bytes.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_OVERLAP_H
#define MAKE_OVERLAP_H

#include "base/map.h"
#include "recipe/package.h"
#include "store/manifest.h"

/* Initialise with { .of = package, .kind, .class, .owner.a = arena, .a = arena }. */
struct overlap {
	struct arena *a;
	const struct package *of; /* who sees them */
	enum need_kind kind;      /* the edge that leads there */
	enum class class;
	struct map owner; /* path to index of who has it */
	struct str *name; /* of those that were taken */
	int n, cap;
};

/* Another one that `of` sees. ERR_RECIPE, located at the need, when one of its paths is taken;
 * o's views must live as long. */
MUST_USE int overlap_take(struct overlap *v, const struct object *o, struct err *e);

#endif
