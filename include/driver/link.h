/*
 * link.h - a link as a child process; its map and its record (record.h) are kept under the
 * program's build-id.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef DRIVER_LINK_H
#define DRIVER_LINK_H

#include "base/arena.h"
#include "driver/args.h"

/* Names below the folder maps that no other link uses; NULL when there is no such
 * folder: then nothing is kept. */
const struct link_files *link_files(struct arena *a, const char *maps);

struct link {
	const char *const *argv;
	const char *output;
	const struct link_files *files;  /* that argv has written; NULL: none */
	const struct link_files *wanted; /* where the caller wants them as well */
};

/* Run it, and when it ends well keep <maps>/<build-id>.map and .link. When it fails, a
 * hint (hint.h) follows what it says. Returns the exit status to end with. */
int link_run(const struct link *l);

#endif
