/*
 * pack.h - files of the store and of an overlay packed into one archive.
 *
 * The list is text, a line each, by path:
 *	file MODE SIZE SHA256 PATH<tab>FROM
 *	link PATH<tab>TARGET
 * Folders are made from the paths.  A file whose bytes are not those of its digest ends it.
 *
 * The answer of `kiln-fetch pack` is one line: SIZE SHA256 of what was written, and the
 * libraries that made it (packer_version).
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef FETCH_PACK_H
#define FETCH_PACK_H

#include "lib/packer.h"

/* An archive that begins to be: fd is what it is written to, or -1, path its name for messages. */
struct pack {
	int fd;
	const char *path;
	enum packer_format format;
	enum packer_filter filter;
};

/* "tar", "tar.gz", "tar.zst", "cpio" (newc with gzip, as kernels take it). */
MUST_USE int pack_format(const char *name, struct pack *out, struct err *e);

/* ERR_MACHINE for a file that changed or cannot be read; ERR_USAGE for a list that cannot. */
MUST_USE int pack(const struct pack *p, struct str list, struct packed *out, struct err *e);

#endif
