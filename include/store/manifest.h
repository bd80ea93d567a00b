/*
 * manifest.h - what an object consists of, as a struct and as text.
 *
 *	kiln-object 1
 *	name zlib
 *	version 1.3.1
 *	target armv7
 *	key <hex>                          the first key that gave these bytes
 *	class dev <hex> <bytes> <entries>  then the entries of this class:
 *	file dev 644 <size> <sha256> usr/lib/libz.a
 *	link dev usr/lib/libx.a<tab>libz.a
 *	end <crc32 of all lines before, hex>
 *
 * Classes stand in the order of enum class, entries bytewise by path; there is
 * one text for one object, and the parser takes no other.  Paths are inner paths
 * (they hold no newline and no tab; blanks are fine).  Modes are 644 or 755: on
 * disk nobody may write, so files are 0444 or 0555 there.
 *
 * The digest of a class is SHA-256 over the framed fields (digest_field) of its
 * entries: "file" path, "mode" 644 or 755, "size" decimal, "digest" 32 bytes; or
 * "link" path, "target" text.  The digest of an object is the same over "name",
 * "version", "target", and for each class its name and 32 bytes.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef STORE_MANIFEST_H
#define STORE_MANIFEST_H

#include "base/buf.h"
#include "base/err.h"
#include "lib/digest.h"
#include "store/class.h"

#define MANIFEST_NAME "manifest"

struct object_file {
	char type; /* 'f' file, 'l' link */
	enum class class;
	unsigned mode; /* 0644 or 0755 */
	uint64_t size_bytes;
	struct digest digest;
	struct str path;   /* inner path below the class's folder */
	struct str target; /* of a link */
};

struct object {
	struct digest digest, key;
	struct str name, version, target;
	struct digest class_digest[CLASS_COUNT]; /* of an absent class: of no entries */
	bool has_class[CLASS_COUNT];
	struct object_file *file; /* by class, then path */
	int nfile;
};

/* A program that a person starts by its name: in usr/bin, usr/sbin, bin or sbin, not one that
 * a program keeps for itself in usr/libexec. */
bool manifest_is_command(const struct object_file *f);
bool manifest_is_command_path(struct str path); /* of a file that may be run */

/* Sort the files, and fill the class digests and the digest from them. */
void manifest_seal(struct object *o);

/* Whether a link may point there: 1 to 4096 bytes without control characters. */
bool manifest_is_target(struct str target);

/* The text of a sealed object. */
void manifest_print(struct buf *out, const struct object *o);

/* And back, strictly; views point into text. The object's digest is computed from
 * the class digests that are stated; whether these fit the entries is for
 * manifest_check. ERR_MACHINE names the line. */
MUST_USE int manifest_parse(struct arena *a, struct str text, struct object *out, struct err *e);

/* ERR_MACHINE when a class digest is not that of its entries. */
MUST_USE int manifest_check(const struct object *o, struct err *e);

#endif
