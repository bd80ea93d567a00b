/*
 * dead.h - hosts that could not be reached, remembered across processes.
 *
 *	<seconds since 1970> <host>
 *
 * One line a fault, appended; a line holds for ten minutes.  What cannot be read
 * is nothing: the memory saves time, nothing depends on it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef FETCH_DEAD_H
#define FETCH_DEAD_H

#include "base/str.h"

enum { DEAD_SECONDS = 600 };

/* Is host in text, the file's content, at this time? Pure. */
bool dead_in(struct str text, struct str host, int64_t now);

/* Is it in the file? path may be NULL: no memory. */
bool dead_has(const char *path, const char *host);
void dead_add(const char *path, const char *host);

#endif
