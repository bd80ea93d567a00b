/*
 * toolpool.h - copies of tools' files, shared by all roots.
 *
 *	out/tools/.pool/<sha256>     a file; -x behind the digest: it may be executed
 *	out/tools/.new/              work in progress, removed by the next who holds the lock
 *	out/tools/.lock
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_TOOLPOOL_H
#define MAKE_TOOLPOOL_H

#include "make/toolfile.h"

/* Make the folder `path` below out_dir hold these files, sorted by path: links into the
 * pool, which gets what it lacks from this machine. Complete and on disk before it has
 * its name; one that is there meanwhile is kept. ERR_MACHINE when a file's bytes are
 * not those of its digest. */
MUST_USE int toolpool_make(
    int out_dir, const char *path, const struct toolfile *file, int n, struct err *e);

#endif
