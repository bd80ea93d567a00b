/*
 * bill.h - what is in a bundle, as JSON: schema kiln/bundle/1.
 *
 *	{ "schema", "profile", "summary", "target", "kiln", "packer",
 *	  "tar": { "sha256", "size" },            of the files as a bare tar
 *	  "files_bytes",                          that they have on the device
 *	  "packages": [{ "name", "version", "licence", "object", "options",
 *	                 "files_bytes", "linked_bytes" }],
 *	  "programs": [{ "path", "package", "build_id", "size_bytes", "loaded_bytes",
 *	                 "known_bytes", "linked": [{ "package", "objects", "file_bytes",
 *	                                             "memory_bytes" }],
 *	                 "go", "modules": [{ "path", "version" }] }],
 *	  "left_out": [{ "package", "reason" }],
 *	  "files": [{ "path", "package", "mode", "size", "sha256" } or { "path", "link" }] }
 *
 * What the linker made itself has the package null; "linked" is missing where kiln's driver did
 * not link it, "go", the version of Go, and its modules in programs that are none of Go's.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_BILL_H
#define SHIP_BILL_H

#include "base/json.h"
#include "ship/inventory.h"

struct bill_left_out {
	struct str package, reason;
};

struct bill {
	const struct bundle *bundle;
	const struct target *target;
	struct str packer; /* what wrote the archives */
	struct digest tar;
	uint64_t tar_bytes;
	const struct fileset *files;
	const struct inventory *inventory;
	struct bill_left_out *left_out;
	int nleft_out;
};

void bill_print(struct buf *out, const struct bill *b);

/* Into the object of one of Go's programs: "go" and "modules". */
void bill_put_go(struct json *j, const struct gobuild *go);

#endif
