/*
 * folder.h - a folder as a source: the digest of its file list, and a copy of it.
 *
 * The list holds every folder, file and link below, bytewise by path; of a file whether
 * it may be run, its size and its bytes, of a link where it points.  Whatever is called
 * .git is left out; what else is, the caller says.  Times, owners and other bits of the mode are not in
 * the list, so two copies of a folder are the same source.
 *
 * The digest is SHA-256 over the framed fields (digest_field) "format" "kiln-folder 1",
 * then of each entry "folder" path; or "file" path, "mode" 644 or 755, "digest" 32 bytes;
 * or "link" path, "target" text.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef LIB_FOLDER_H
#define LIB_FOLDER_H

#include "base/vec.h"
#include "lib/digest.h"

/* More is no source: somebody named the wrong folder. */
enum { FOLDER_ENTRIES_MAX = 1 << 20 };

enum folder_take {
	FOLDER_ALL,   /* a working copy: what is hidden may be needed */
	FOLDER_PLAIN, /* names that begin with "." or end in "~" are an editor's: not taken */
};

struct folder {
	struct digest digest;
	uint64_t size_bytes;
	VEC(struct str) entry; /* what is in the list, by path below the folder */
	int nbuilt;            /* files that a compiler made: ELF files and archives of them */
	struct str built;      /* the first of them */
};

/* Read the folder path, and copy it into the empty folder to_dir on the way, unless that is
 * -1; the digest is that of the bytes that were copied. Texts live in a. ERR_USAGE for what
 * no source holds: a device, a socket, a link that leads out. */
MUST_USE int folder_read(struct arena *a, const char *path, enum folder_take take, int to_dir,
    struct folder *out, struct err *e);

#endif
