/*
 * shelf.h - where objects stand: the folders of the store on disk, for the other modules of the store.
 *
 * A folder below out/store/.tmp belongs to who holds a flock on it; one that
 * nobody holds was left by a killed process.  An object is in use while somebody
 * holds a shared lock on its byte (the first 62 bits of its digest) of the file
 * out/store/.use: one descriptor a process serves any number of objects.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef STORE_SHELF_H
#define STORE_SHELF_H

#include "base/err.h"
#include "lib/digest.h"
#include "store/journal.h"

struct store {
	int out; /* descriptors of out, out/store, out/store/.tmp, out/store/.use */
	int dir;
	int tmp;
	int use;
	const char *path; /* absolute, of out/store */
	struct journal *journal;
};

/* Make and open the folders; the journal is not touched. */
MUST_USE int shelf_open(struct arena *run, int out_dir, struct store *s, struct err *e);
void shelf_close(struct store *s);

/* A new empty folder below .tmp, in the arena, and the descriptor that locks it. */
MUST_USE int shelf_work(struct store *s, struct arena *a, char **name, int *lock, struct err *e);

/* The absolute path of .tmp/<name>, in the arena. */
char *shelf_work_path(const struct store *s, struct arena *a, const char *name);

/* Whether lock is a descriptor of the folder .tmp/<name>. */
bool shelf_is_work(const struct store *s, const char *name, int lock);

/* Remove what is below .tmp and nobody holds. What cannot be removed stays. */
void shelf_sweep(struct store *s);

/* The name of an object below out/store, in the arena. */
char *shelf_name(struct arena *a, const struct digest *object);

/* Every object's digest, sorted by name; other names below out/store are ignored. */
MUST_USE int shelf_list(
    const struct store *s, struct arena *a, struct digest **out, int *n, struct err *e);

/* Give .tmp/<name> the name of the object, never replacing one: false in *is_new
 * when there is one already. */
MUST_USE int shelf_place(
    struct store *s, const char *name, const struct digest *object, bool *is_new, struct err *e);

/* Take an object out of the store in one step, then remove its files. One that is
 * gone already is fine. */
MUST_USE int shelf_remove(struct store *s, const struct digest *object, struct err *e);

/* The locks of an object on a descriptor of .use: shared while somebody works with
 * it, exclusive to remove it. Waits for a shared one; false when an exclusive one
 * cannot be had now. */
MUST_USE int shelf_use(int use, const struct digest *object, struct err *e);
bool shelf_seize(int use, const struct digest *object);
void shelf_release(int use, const struct digest *object);

/* One more description of .use, whose locks are apart from those of s->use. */
MUST_USE int shelf_open_use(const struct store *s, struct err *e);

#endif
