/*
 * verified.h - which files were right when they were last hashed: out/distfiles/verified.
 *
 *	<sha256> <device> <inode> <size> <mtime ns> <ctime ns>
 *
 * One line a file, appended.  A file whose five numbers are those of a line need
 * not be hashed again: nobody changes bytes without changing its ctime.  A file
 * changed within the last two seconds is not remembered, since a second change in
 * the same tick of the clock would not show.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_VERIFIED_H
#define MAKE_VERIFIED_H

#include "base/err.h"
#include "lib/digest.h"

/* Does fd, named path in messages, hold these bytes? *right tells. out_dir has the memory; what
 * cannot be read or written of that is no error. */
MUST_USE int verified_check(int out_dir, int fd, const char *path, const struct digest *wanted,
    uint64_t size_bytes, bool *right, struct err *e);

#endif
