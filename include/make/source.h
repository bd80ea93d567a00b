/*
 * source.h - the files a recipe names: found, fetched, verified.
 *
 * A verified file stands in out/distfiles/<sha256>-<name> (a name that says what
 * it must hold); a folder given with --distfiles or KILN_DISTFILES is looked
 * through first, by <name> and by the last part of each url.  A cached file is
 * hashed again before use, unless its (device, inode, size, mtime, ctime) is that
 * of the last time it was right (verified.h).
 * Downloads are done by kiln-fetch, a process of its own that has the network and
 * one folder; places are tried in order, a host that could not be reached goes
 * last for the rest of the run.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_SOURCE_H
#define MAKE_SOURCE_H

#include "recipe/tree.h"

struct source_opts {
	int out_dir;
	const char *distfiles;     /* NULL: none given */
	const char *fetch_program; /* absolute path of the file that kiln-fetch is in */
	bool offline;
	void (*note)(void *ctx, const char *sentence); /* "file: 4.2 MiB from URL" */
	void *ctx;
};

/* The absolute path of the verified file of a source. ERR_FETCH: a list of what each
 * place answered. With nothing to fetch from: "no-source". */
MUST_USE int source_get(struct arena *a, struct tree *t, const struct source *s,
    const struct source_opts *o, char **path, struct err *e);

/* The same for `kiln checksum`, where no digest is known yet: fetch to a file and
 * say its digest and size. Nothing is unpacked from it. */
MUST_USE int source_measure(struct arena *a, struct tree *t, const struct source *s,
    const struct source_opts *o, struct digest *digest, uint64_t *size_bytes, struct err *e);

/* The URLs of a source in the order they are tried, groups resolved. */
MUST_USE int source_places(struct arena *a, struct tree *t, const struct source *s,
    struct str **url, int *n, struct err *e);

#endif
