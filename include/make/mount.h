/*
 * mount.h - a file system root put together from steps.
 *
 * The steps are data, made before the process that takes them exists: what a
 * sandbox sees can be read and tested without one.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_MOUNT_H
#define MAKE_MOUNT_H

#include "base/err.h"

enum mount_kind {
	MOUNT_DIR,    /* make a folder */
	MOUNT_LINK,   /* make a symlink; from: what it says */
	MOUNT_FILE,   /* make a file; from: its text */
	MOUNT_TMPFS,  /* an empty file system, writable until it is sealed */
	MOUNT_SEAL,   /* the mount that stands there becomes read-only */
	MOUNT_BIND,   /* from: a file, folder or socket of the machine, writable */
	MOUNT_READ,   /* the same, read-only */
	MOUNT_DEVICE, /* from: a device file of the machine */
	MOUNT_MERGE,  /* lower: folders merged read-only; the first that has a path holds it */
	MOUNT_LAYER,  /* lower[0] with a writable layer; from: the folder with upper/ and .ovl/ */
	MOUNT_PROC,   /* of this pid namespace */
	MOUNT_PTS,    /* terminals of its own: ptmx and what it gives out */
};

struct mount_step {
	enum mount_kind kind;
	const char *at;           /* inner path below the new root; folders above it exist */
	const char *from;         /* absolute, where it is a path */
	const char *const *lower; /* absolute; NULL-ended */
};

/* Where a root of NULL is mounted before it becomes the root. */
#define MOUNT_EMPTY_AT "/tmp"

/* Make the folder `root`, read-only, or an empty tmpfs when it is NULL, the root of this mount namespace with the steps
 * taken in it; the old root is gone afterwards. Mount points are made where a step
 * before has put a tmpfs, else they must exist. Nothing set-id and no device but
 * those of MOUNT_DEVICE and MOUNT_PTS works in it. *failed is the step that failed (n: none of them), errno
 * its cause.
 *
 * Where the kernel refuses a writable layer on the file system of `from` (overlayfs
 * of a container), lower[0] is copied into upper/ once and that is bound instead. */
MUST_USE int mount_root(
    const char *root, const struct mount_step *step, int n, int *failed, struct err *e);

#endif
