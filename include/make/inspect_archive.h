/*
 * inspect_archive.h - the judge's rules for archives.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_INSPECT_ARCHIVE_H
#define MAKE_INSPECT_ARCHIVE_H

#include "make/finding.h"
#include "make/leak.h"

/* Judge every member, and look for leaks in it. Memory for this file only is in tmp. */
void inspect_archive(struct findings *f, struct arena *tmp, struct str path, struct str bytes,
    const struct leaks *leaks);

#endif
