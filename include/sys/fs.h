/*
 * fs.h - files and folders: whole reads, replacements nobody sees half done, trees.
 *
 * Every path is taken below the folder descriptor `dir` (AT_FDCWD for the
 * current folder); descriptors are opened O_CLOEXEC.  Errors are ERR_MACHINE and
 * name the path.  Functions that write check every write, fsync and close.
 * Trees (walk, copy) may be 256 folders deep; fs_remove takes any.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SYS_FS_H
#define SYS_FS_H

#include <sys/stat.h>

#include "base/err.h"
#include "base/str.h"

/* The ceiling of fs_read for our own files. */
enum { FS_READ_MAX = 256 << 20 };

void fs_close(int *fd); /* for CLEANUP(fs_close) int fd = -1; */

/* A descriptor of a folder, O_PATH is not used so that it can be synced. */
MUST_USE int fs_open_dir(int dir, const char *path, struct err *e);

/* Open a regular file to read; symlinks in the last part are followed. */
MUST_USE int fs_open(int dir, const char *path, struct err *e);

bool fs_exists(int dir, const char *path);

/* path and every folder above it, mode 0755; existing ones are fine. */
MUST_USE int fs_mkdirs(int dir, const char *path, struct err *e);

/* The whole file into the arena, NUL-terminated behind its end. A file larger
 * than max_bytes is an error that names the limit. */
MUST_USE int fs_read(
    struct arena *a, int dir, const char *path, size_t max_bytes, struct str *out, struct err *e);

/* The first at most max_bytes of fd from its current place. */
MUST_USE int fs_read_fd(struct arena *a, int fd, size_t max_bytes, struct str *out, struct err *e);

/* All of bytes to fd. */
MUST_USE int fs_write_all(int fd, struct str bytes, struct err *e);

/* Create or replace path as named steps: beside, write, fsync, rename, fsync of
 * the folder. Readers see the old bytes or the new ones, also after a power cut. */
MUST_USE int fs_replace(int dir, const char *path, struct str bytes, mode_t mode, struct err *e);

/* The same without any sync, for files that can be made again. */
MUST_USE int fs_write(int dir, const char *path, struct str bytes, mode_t mode, struct err *e);

/* Make path a symlink to target, atomically, replacing a link that stands there;
 * anything else that stands there is an error. */
MUST_USE int fs_link(int dir, const char *target, const char *path, struct err *e);

/* Where a link leads, as it says. In a. */
MUST_USE int fs_read_link(
    struct arena *a, int dir, const char *path, struct str *out, struct err *e);

/* Remove a file or a whole tree, whatever the modes in it; missing is fine. It
 * never leaves the tree: links are removed, not followed. */
MUST_USE int fs_remove(int dir, const char *path, struct err *e);

/* Copy a tree (files, folders, links, modes, mtimes) to a path that must not
 * exist. Hard links become files of their own. */
MUST_USE int fs_copy(int from_dir, const char *from, int to_dir, const char *to, struct err *e);

/* A file in memory that holds a text, to be read from its start: unlike pipes, two of them cannot
 * block each other. The descriptor, or -1. */
MUST_USE int fs_memory(struct str text, struct err *e);

/* All of an open file from its start, also when it was written just now. */
MUST_USE int fs_reread(struct arena *a, int fd, size_t max_bytes, struct str *out, struct err *e);

/* Put the folder `from` in the place of `to` in one step: whoever looks sees the old one or the
 * new one, whole. An old one is removed. */
MUST_USE int fs_swap(int dir, const char *from, const char *to, struct err *e);

/* One entry below a walked folder. */
struct fs_entry {
	struct str path; /* below the walked folder, no leading "/" */
	int dir;         /* descriptor of the folder that holds it */
	const char *name;
	struct stat st; /* of the entry itself, links not followed */
};

/* Call each for every entry below path, folders before what is in them, names
 * bytewise sorted, so that the order is the same everywhere. each returns -1 to
 * stop with its error, FS_WALK_SKIP not to enter a folder. path views live in a. */
enum { FS_WALK_SKIP = 1 };
typedef int fs_each(void *ctx, const struct fs_entry *entry, struct err *e);
MUST_USE int fs_walk(
    struct arena *a, int dir, const char *path, fs_each *each, void *ctx, struct err *e);

/* An exclusive (or shared) flock on a file that is made if need be. Returns the
 * descriptor that holds it: closing it, or dying, lets go. With wait false,
 * FS_LOCK_BUSY when somebody else holds it. The file is never removed while the
 * lock is held. -1 is an error. */
enum { FS_LOCK_BUSY = -2 };
MUST_USE int fs_lock(int dir, const char *path, bool exclusive, bool wait, struct err *e);

/* The absolute path of a descriptor, in the arena. */
MUST_USE int fs_path(struct arena *a, int fd, char **out, struct err *e);

#endif
