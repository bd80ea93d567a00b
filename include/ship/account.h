/*
 * account.h - what a program consists of: whose objects, how many bytes of each.
 *
 * Bytes count where they stand in the program: in its file when they are loaded, and in
 * memory alone (.bss).  What the linker makes itself belongs to nobody: tables that all of
 * the program shares, and constants and strings that it kept once for all who have them.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_ACCOUNT_H
#define SHIP_ACCOUNT_H

#include "make/linked.h"

/* Who owns a row, where it is not the caller's index. */
enum { ACCOUNT_OWN = -1, ACCOUNT_LINKER = -2 };

/* One object file, or member of an archive. */
struct account_object {
	int owner;           /* what linked_owner says: -1 for the package's own files */
	struct str file;     /* of the sandbox: "/sysroot/usr/lib/libz.a" */
	struct str member;   /* "" for an object file */
	uint64_t file_bytes; /* loaded from the program's file */
	uint64_t memory_bytes;
};

/* All that one owner has. */
struct account_share {
	int owner;
	int nobject; /* that have a byte in the program */
	uint64_t file_bytes, memory_bytes;
};

struct account {
	VEC(struct account_object) object; /* the largest in the file first, then by name */
	VEC(struct account_share) share;   /* the largest first, the linker's last */
	uint64_t file_bytes;               /* of all objects */
};

/* From the texts that are kept of a link; views in *out point into them or are in a.
 * ERR_CHECK when the record cannot be read. */
MUST_USE int account_make(struct arena *a, struct str record, struct str map,
    const struct linked_owner *of, struct account *out, struct err *e);

/* What one owner has; nothing, when it is not in the program. */
struct account_share account_share_of(const struct account *c, int owner);

#endif
