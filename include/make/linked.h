/*
 * linked.h - which members of one package a link took, and for whom.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_LINKED_H
#define MAKE_LINKED_H

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "driver/record.h"

/* Whose file a path of the sandbox is: an index of the caller's, -1 for nobody's. */
struct linked_owner {
	int (*owner)(void *ctx, struct str path);
	void *ctx;
};

/* A member that was taken because a file that is not the package's refers to it. */
struct linked_entry {
	struct str archive, member, symbol;
	struct str reference; /* a file, or "ARCHIVE(MEMBER)" */
	int reference_owner;
};

struct linked {
	VEC(struct linked_entry) entry; /* in the order of taking */
};

/* What was taken of the package that `of` calls `package`. Views point into record. ERR_CHECK
 * when the record cannot be read. */
MUST_USE int linked_find(struct arena *a, struct str record, int package,
    const struct linked_owner *of, struct linked *out, struct err *e);

#endif
