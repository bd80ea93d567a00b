/*
 * store.h - built objects by digest: publish, find, iterate, verify, collect.
 *
 *	out/store/<digest>/manifest       what it is: manifest.h
 *	out/store/<digest>/<class>/...    the files, 0444 or 0555, folders 0755;
 *	                                  mtime CLOCK_FIXED_MTIME everywhere
 *	out/store/.tmp/...                work in progress; anything here may be removed
 *	                                  by whoever holds its lock
 *	out/damaged/<digest>/             what repair took out of the store
 *
 * Neither the key nor any time is in an object's digest.  A name in the store
 * never exists before its bytes are on disk.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/err.h"
#include "lib/digest.h"
#include "store/class.h"
#include "store/journal.h"
#include "store/manifest.h"

struct store;

/* Open (and make, if need be) the store below the folder out; removes the work
 * that killed processes left. Costs the same for any number of objects. */
MUST_USE int store_open(struct arena *run, int out_dir, struct store **out, struct err *e);
void store_close(struct store *s);
struct journal *store_journal(struct store *s);

/* The absolute path of out/store. */
const char *store_path(const struct store *s);

/* A new empty folder in the store to build an object in: absolute path. It is
 * locked until `store_publish`, `store_discard` or the death of this process. */
MUST_USE int store_work(struct store *s, struct arena *a, char **path, int *lock, struct err *e);

/* Make the class folders below work path the object: hashes, normalises modes,
 * times and owners, gives every hard link a file of its own, removes empty folders,
 * writes the manifest, syncs, renames without replacing, then journals "built"
 * key -> digest. An intact object that is there already is kept; a damaged one is
 * replaced. Refuses anything but files, links and folders, and names that are no
 * inner paths, with ERR_CHECK. The object is marked as used (store_use). Work and
 * lock are gone afterwards, also on error. */
struct publish {
	struct str name, version, target;
	struct digest key;
};
MUST_USE int store_publish(struct store *s, const char *work, int lock, const struct publish *p,
    struct digest *out, struct err *e);

/* Give work up. Does nothing when it was published or discarded already. */
void store_discard(struct store *s, const char *work, int lock);

bool store_has(const struct store *s, const struct digest *object);

/* Was the key built from a working copy (its folder in *from)? An object does not know: a
 * clean key may have given the same bytes. What is given away asks for the key it came by. */
bool store_is_dirty(struct store *s, const struct digest *key, struct str *from);

/* Read an object's manifest. A file whose size differs is an error that names it
 * when sizes are checked (one lstat a file). */
MUST_USE int store_object(const struct store *s, struct arena *a, const struct digest *object,
    bool check_sizes, struct object *out, struct err *e);

/* Hash everything again. each gets one sentence for each damaged object; returns
 * how many, -1 on an error of the machine. With repair, damaged objects are moved
 * to out/damaged, so that the next build makes them again. */
MUST_USE int store_verify(struct store *s, bool repair,
    void (*each)(void *ctx, const char *sentence), void *ctx, struct err *e);

/* Remove objects that no live root names. Roots: keep[] and the objects that a
 * running process uses (store_use). Adds up what was removed; dry: what would be. */
MUST_USE int store_collect(struct store *s, const struct digest *keep, int nkeep, bool dry,
    uint64_t *freed_bytes, int *nremoved, struct err *e);

/* Mark an object as used by this process, and by what it forks, until it ends:
 * collect leaves it. ERR_MACHINE when it is not in the store (any more). */
MUST_USE int store_use(struct store *s, const struct digest *object, struct err *e);

#endif
