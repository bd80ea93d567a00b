/*
 * sums.h - SHA256SUMS: digests of files of one folder, as sha256sum -c reads them.
 *
 *	<hex><blank><blank><name>
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_SUMS_H
#define SHIP_SUMS_H

#include "base/buf.h"
#include "lib/digest.h"

#define SUMS_NAME      "SHA256SUMS"
#define SUMS_SIGNATURE SUMS_NAME ".minisig"

enum { SUMS_MAX_BYTES = 1 << 20 };

struct sum {
	struct digest digest;
	struct str name;
};

void sums_print(struct buf *out, const struct sum *v, int n);

/* Strictly; names are those of files, without a "/" or a "." at their start. ERR_CHECK names
 * the line. */
MUST_USE int sums_parse(struct arena *a, struct str text, struct sum **out, int *n, struct err *e);

#endif
