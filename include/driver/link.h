/*
 * link.h - a link as a child process, and its map kept under the program's build-id.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef DRIVER_LINK_H
#define DRIVER_LINK_H

#include "base/arena.h"

/* A name below the folder maps that no other link uses; NULL when there is no such
 * folder: then no map is made. */
const char *link_map_path(struct arena *a, const char *maps);

/* Run argv, and when it ends well rename the map to <maps>/<build-id>.map, also to
 * `wanted` when that is not NULL. When it fails, a hint (hint.h) follows what it says.
 * Returns the exit status to end with. */
int link_run(const char *const *argv, const char *output, const char *map, const char *wanted);

#endif
