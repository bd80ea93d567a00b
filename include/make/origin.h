/*
 * origin.h - whose file a path of a sandbox is, and where it stands outside of it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_ORIGIN_H
#define MAKE_ORIGIN_H

#include "base/err.h"
#include "base/str.h"
#include "sys/mapping.h"

/* One folder that is merged into one place of the sandbox. */
struct origin {
	struct str package;
	const char *inside; /* "/sysroot" */
	const char *folder; /* absolute */
};

struct origins {
	const struct origin *v; /* of two that hold the same path the first counts */
	int n;
};

/* The path below an origin's folder, NULL when it is not for there. In a. */
const char *origin_below(struct arena *a, const struct origin *o, struct str path);

/* The row that has a regular file at this path, mapped into *m; NULL when none has. Links
 * are not followed. */
const struct origin *origin_open(struct origins o, struct str path, struct mapping *m);

#endif
