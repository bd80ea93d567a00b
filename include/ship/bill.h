/*
 * bill.h - what is in a bundle, as JSON: schema kiln/bundle/1.
 *
 *	{ "schema", "profile", "summary", "target", "kiln", "packer",
 *	  "tar": { "sha256", "size" },            of the files as a bare tar
 *	  "files_bytes",                          that they have on the device
 *	  "packages": [{ "name", "version", "licences", "object", "options", "bytes" }],
 *	  "left_out": [{ "package", "reason" }],
 *	  "files": [{ "path", "package", "mode", "size", "sha256" } or { "path", "link" }] }
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_BILL_H
#define SHIP_BILL_H

#include "recipe/package.h"
#include "ship/fileset.h"

struct bill_package {
	const struct package *package;
	struct digest object;
};

struct bill_left_out {
	struct str package, reason;
};

struct bill {
	const struct bundle *bundle;
	struct str target, packer; /* packer: what wrote the archives */
	struct digest tar;
	uint64_t tar_bytes;
	const struct fileset *files;
	struct bill_package *package; /* in the profile's order, then what they run with */
	int npackage;
	struct bill_left_out *left_out;
	int nleft_out;
};

void bill_print(struct buf *out, const struct bill *b);

#endif
