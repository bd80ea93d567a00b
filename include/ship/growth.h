/*
 * growth.h - what takes the room in a bundle, and what grew since an earlier one.
 *
 * It is read from bills (ship/bill.h), so that any bundle that was kept can be asked.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_GROWTH_H
#define SHIP_GROWTH_H

#include "base/jsonread.h"
#include "base/vec.h"

/* The files of a package, before and now: 0 where it is not in one of the two. The files that
 * are the bundle's own stand under the name "". */
struct growth {
	struct str package;
	uint64_t before_bytes, now_bytes;
};

struct growth_list {
	struct growth *v;
	int n, cap;
};

/* What is no bill of a bundle: ERR_CHECK. */
MUST_USE int growth_check(const struct json_value *bill, struct err *e);

/* The bytes that the files of a package have. */
uint64_t growth_bytes(const struct json_value *bill, struct str package);

/* All packages, the one that grew most first. before may be NULL: nothing was there. */
void growth_make(struct arena *a, const struct json_value *before, const struct json_value *now,
    struct growth_list *out);

#endif
