/*
 * unpack.h - an archive into a folder, and nothing beside it.
 *
 * Refused: names with "..", absolute ones, links that lead out, members that would
 * be written through a link, devices, FIFOs, sockets, and more than the ceilings.
 * Owners and set-id bits are dropped: files are 0644 or 0755, folders 0755, every
 * mtime is CLOCK_FIXED_MTIME.  Of two members with one name the later one holds.
 * With `only`, members elsewhere are passed over and not looked at.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef FETCH_UNPACK_H
#define FETCH_UNPACK_H

#include "base/err.h"
#include "base/str.h"

struct unpack {
	const char *archive;    /* its path, for messages */
	int fd;                 /* of the archive */
	int dir;                /* of the folder, which exists */
	int strip;              /* leading parts taken off each name */
	const struct str *only; /* inner paths after strip; none: everything */
	int nonly;
	uint64_t max_entries, max_bytes, max_depth;
};

enum { UNPACK_ENTRIES_MAX = 400000, UNPACK_DEPTH_MAX = 64 };
#define UNPACK_BYTES_MAX (UINT64_C(16) << 30)

/* ERR_FETCH: the archive is damaged or refused, which member and why. ERR_RECIPE: a path of
 * `only` is not in it, or strip leaves nothing. What was made by then stays. */
MUST_USE int unpack(const struct unpack *u, struct err *e);

#endif
