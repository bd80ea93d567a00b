/*
 * store.h - built objects by digest: publish, find, iterate, verify, collect.
 *
 *	out/store/<digest>/manifest       text, first line "kiln-object 1"
 *	out/store/<digest>/<class>/...    the files, read-only, mtime CLOCK_FIXED_MTIME
 *	out/store/.tmp/...                work in progress; anything here may be removed
 *	                                  by whoever holds its lock
 *
 * The digest of a class is SHA-256 over its sorted entries (type, mode, size,
 * digest or link target, path); the digest of an object is SHA-256 over its name,
 * version, target and class digests.  Neither the key nor any time is in it.  A
 * name in the store never exists before its bytes are on disk.
 *
 * The manifest:
 *	kiln-object 1
 *	name zlib
 *	version 1.3.1
 *	target armv7
 *	key <hex>                          the first key that gave these bytes
 *	class dev <hex> <bytes> <files>
 *	file dev 644 <size> <sha256> usr/lib/libz.a
 *	link bin usr/bin/bunzip2 bzip2
 *	end <crc32 of all lines before, hex>
 * Paths hold no newline; blanks in them are fine, they come last (a link's path
 * and target are separated by a tab).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/err.h"
#include "lib/digest.h"
#include "store/class.h"
#include "store/journal.h"

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

struct store;

/* Open (and make, if need be) the store below the folder out; finishes what a
 * killed process left: removes abandoned work, cuts a torn journal tail. */
MUST_USE int store_open(struct arena *run, int out_dir, struct store **out, struct err *e);
void store_close(struct store *s);
struct journal *store_journal(struct store *s);

/* The absolute path of out/store. */
const char *store_path(const struct store *s);

/* A new empty folder in the store to build an object in: absolute path. It is
 * locked until `store_publish`, `store_discard` or the death of this process. */
MUST_USE int store_work(struct store *s, struct arena *a, char **path, int *lock, struct err *e);

/* Make the class folders below work path the object: hashes, normalises modes,
 * times and owners, writes the manifest, syncs, renames without replacing, then
 * journals key -> digest. An object that is there already is kept and the work
 * removed. Refuses anything but files, links and folders. */
struct publish {
	struct str name, version, target;
	struct digest key;
};
MUST_USE int store_publish(struct store *s, const char *work, int lock, const struct publish *p,
    struct digest *out, struct err *e);
void store_discard(struct store *s, const char *work, int lock);

bool store_has(const struct store *s, const struct digest *object);

/* Read an object's manifest. A file whose size differs is an error that names it
 * when sizes are checked (one lstat a file). */
MUST_USE int store_object(const struct store *s, struct arena *a, const struct digest *object,
    bool check_sizes, struct object *out, struct err *e);

/* Hash everything again. each gets one sentence for each damaged object; returns
 * how many, -1 on an error of the machine. With repair, damaged objects are moved
 * out of the store so that the next build makes them again. */
MUST_USE int store_verify(struct store *s, bool repair,
    void (*each)(void *ctx, const char *sentence), void *ctx, struct err *e);

/* Remove objects that no live root names. Roots: keep[] and the objects that a
 * running build uses. Safe beside running builds: they hold a shared lock (see
 * store_use). Returns bytes freed through *freed_bytes; dry: only counts. */
MUST_USE int store_collect(struct store *s, const struct digest *keep, int nkeep, bool dry,
    uint64_t *freed_bytes, int *nremoved, struct err *e);

/* Mark an object as used by this process until it ends: collect leaves it. */
MUST_USE int store_use(struct store *s, const struct digest *object, struct err *e);

#endif
