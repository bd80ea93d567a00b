/*
 * beneath.h - paths from outside that cannot leave their folder.
 *
 * Built on openat2(2), Linux 5.6: no "..", no absolute name and no symlink is
 * followed out, whatever somebody puts into the folder meanwhile.  Links are not
 * followed at all, not even those that stay inside.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SYS_BENEATH_H
#define SYS_BENEATH_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

/* openat(2) with O_CLOEXEC. -1 with errno: ELOOP when a link stands in the way, EXDEV
 * when the path leaves dir. */
int beneath_open(int dir, const char *path, int flags, mode_t mode);

/* A regular file that somebody else made, whole, into the arena. false in *is_there when
 * nothing is there; a link, or anything that is no file, is an error. */
MUST_USE int beneath_read(struct arena *a, int dir, const char *path, size_t max_bytes,
    struct str *out, bool *is_there, struct err *e);

/* The folder path below dir ("" is dir itself), made with mode 0755 if it is not
 * there. The descriptor is an O_PATH one. ERR_PACKAGE when a link or a file stands in the
 * way, ERR_MACHINE when the system refuses. */
MUST_USE int beneath_folder(int dir, const char *path, struct err *e);

/* The same for the folder that holds path; *name is the last part of path. */
MUST_USE int beneath_parent(int dir, const char *path, const char **name, struct err *e);

/* Does following path, links included, lead out of dir? A link to nothing does not. */
bool beneath_leaves(int dir, const char *path);

#endif
