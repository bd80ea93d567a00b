/*
 * packer.h - a new archive, member by member, through libarchive.
 *
 * The same members in the same order give the same bytes: nothing of this machine, its clock
 * or its user is in it.  Every owner is root, every time CLOCK_FIXED_MTIME.
 *
 * Zstandard gets a window of 16 MiB, in which it finds again what several static programs have
 * of one library, and a level that takes about the time of gzip, for a quarter to two fifths
 * less.  A higher one takes ten times as long for a twelfth less.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef LIB_PACKER_H
#define LIB_PACKER_H

#include "lib/digest.h"

struct packer;

enum packer_format {
	PACKER_TAR,  /* ustar; pax where a name or size needs it */
	PACKER_CPIO, /* newc: an initramfs */
};

enum packer_filter { PACKER_PLAIN, PACKER_GZIP, PACKER_ZSTD };

/* What was written. */
struct packed {
	struct digest digest;
	uint64_t size_bytes;
};

/* Write to fd, which stays the caller's; -1 where only what it would be is asked for. path is
 * for messages and is borrowed. */
MUST_USE int packer_open(int fd, const char *path, enum packer_format format,
    enum packer_filter filter, struct packer **out, struct err *e);

/* Folders before what is in them. Names are inner paths. */
MUST_USE int packer_folder(struct packer *p, const char *name, unsigned mode, struct err *e);
MUST_USE int packer_link(struct packer *p, const char *name, const char *target, struct err *e);

/* A file whose size_bytes come by packer_data. */
MUST_USE int packer_file(
    struct packer *p, const char *name, unsigned mode, uint64_t size_bytes, struct err *e);
MUST_USE int packer_data(struct packer *p, struct str bytes, struct err *e);

/* The end of it: nothing is whole before. */
MUST_USE int packer_finish(struct packer *p, struct packed *out, struct err *e);

/* What made it: "libarchive 3.6.2 zlib/1.2.13 ... libzstd/1.5.4". */
const char *packer_version(void);

/* Also of one that was not finished. */
void packer_close(struct packer **p);

#endif
