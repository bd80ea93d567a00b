/*
 * crate.h - the folder of a bundle: what was packed, what is in it, digests, a signature.
 *
 *	out/bundle/PROFILE/        PROFILE-TARGET.tar.gz and the like
 *	                           PROFILE-TARGET.json (bill.h), .cdx.json (sbom.h),
 *	                           .NOTICE.txt (notice.h)
 *	                           PROFILE.oci.tar, of all targets (oci.h)
 *	                           verify.sh (verify.h)
 *	                           SHA256SUMS (sums.h), SHA256SUMS.minisig
 *
 * It is there whole or not at all, and one that was there stays until the new one is whole.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_CRATE_H
#define SHIP_CRATE_H

#include "lib/ed25519.h"
#include "ship/bill.h"
#include "ship/oci.h"
#include "store/store.h"
#include "sys/draft.h"

struct crate_file {
	const char *name;
	struct digest digest;
	uint64_t size_bytes;
};

struct crate {
	struct arena *a;
	const struct bundle *bundle;
	int out_dir;
	const char *out_path, *fetch_program; /* absolute */
	const struct store *store;            /* where the objects are */
	bool format[BUNDLE_FORMATS];          /* what is packed for each target */

	/* Filled by crate_open. */
	struct draft draft;
	const char *overlay;         /* below out */
	VEC(struct crate_file) file; /* what is in it so far */
	struct oci oci;
};

/* Begin an empty one. With the profile's overlay, which stands in the folder `from` or is NULL,
 * its entries are read once and copied, so that what is hashed is what is packed: *overlay are
 * their names below c->overlay. Waits for another kiln that fills the same. */
MUST_USE int crate_open(struct crate *c, const char *from, struct str_vec *overlay, struct err *e);

/* Put the overlay's entries into a fileset. */
MUST_USE int crate_overlay(
    const struct crate *c, const struct str_vec *overlay, struct fileset *fs, struct err *e);

/* Pack a target's files, and write what tells of them; the bill's tar and packer are filled
 * in. */
MUST_USE int crate_add(struct crate *c, struct bill *bill, struct err *e);

/* Digests, the signature when key is not NULL, and all of it in its place. */
MUST_USE int crate_finish(struct crate *c, const struct ed25519_secret *key, struct err *e);

/* Also of one that was not finished, or could not be opened. */
void crate_close(struct crate *c);

#endif
