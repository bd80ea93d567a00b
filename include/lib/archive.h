/*
 * archive.h - members of a packed file, one after the other, through libarchive.
 *
 * tar and zip, packed with gzip, bzip2, xz, zstd or not at all; a Debian package
 * (ar) gives the members of its data.tar.  Nothing else is understood.  Names and
 * bytes are given as they are: the caller decides what is allowed.  A warning of
 * the library is an error here.  Faults of the file are ERR_FETCH.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef LIB_ARCHIVE_H
#define LIB_ARCHIVE_H

#include "base/err.h"
#include "base/str.h"

struct archive_reader;

enum archive_kind {
	ARCHIVE_FILE,
	ARCHIVE_FOLDER,
	ARCHIVE_SYMLINK,
	ARCHIVE_HARDLINK, /* another name of an earlier member */
	ARCHIVE_DEVICE,
	ARCHIVE_FIFO,
	ARCHIVE_SOCKET,
	ARCHIVE_STRANGE,
};

/* A member; views are valid until the next one. */
struct archive_member {
	enum archive_kind kind;
	struct str name;
	struct str link; /* target of a link, as it stands there */
	bool has_data;   /* a hard link may bring its bytes along */
	bool is_program; /* one of the execute bits */
	uint64_t size_bytes;
};

/* Read from fd, which stays the caller's. path is for messages and is borrowed. */
MUST_USE int archive_open(int fd, const char *path, struct archive_reader **out, struct err *e);
void archive_close(struct archive_reader **r);

/* 1: *out is the next member, 0: there are no more. */
MUST_USE int archive_next(struct archive_reader *r, struct archive_member *out, struct err *e);

/* 1: the next bytes of the member and where in it they stand; holes are left out. 0: its end. */
MUST_USE int archive_data(
    struct archive_reader *r, struct str *bytes, uint64_t *offset, struct err *e);

/* Bytes unpacked so far, those of members that were passed over included. */
uint64_t archive_unpacked_bytes(const struct archive_reader *r);

#endif
