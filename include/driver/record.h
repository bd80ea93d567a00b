/*
 * record.h - what went into a link, kept beside its map as <build-id>.link.
 *
 *	kiln-link 1
 *	folder /build/src                        where the linker ran: the map's own names begin there
 *	input /sysroot/usr/lib/rcrt1.o           every file that the linker opened, in its order
 *	input /sysroot/usr/lib/libx.a<tab>/sysroot/usr/lib/libz.a    the same behind a link
 *	took /sysroot/usr/lib/libz.a(inflate.o)<tab>inflate<tab>/build/src/main.o
 *
 * A line "took" is one archive member, the symbol for which it was taken, and the file that
 * refers to that, in the order of taking.  All paths are absolute, without "." and "..".
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef DRIVER_RECORD_H
#define DRIVER_RECORD_H

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

struct record_input {
	struct str path, real; /* real: what it is behind all links; the same when there is none */
};

struct record_taken {
	struct str member, symbol, reference; /* "ARCHIVE(MEMBER)"; a file or such a member */
};

struct record {
	struct str folder;
	VEC(struct record_input) input;
	VEC(struct record_taken) taken;
};

/* The absolute path of a name that the linker writes: what it says of "./libz.a(a.o)". */
struct str record_path(struct arena *a, struct str folder, struct str name);

/* Add what lld writes for --dependency-file and for --why-extract; folder is set. real is
 * left as the path. */
void record_add_inputs(struct arena *a, struct record *r, struct str dependencies);
void record_add_taken(struct arena *a, struct record *r, struct str reasons);

/* The text; lines whose names cannot stand in one are left out. */
struct str record_print(struct arena *a, const struct record *r);

/* And back; views point into text. ERR_CHECK names the line. */
MUST_USE int record_parse(struct arena *a, struct str text, struct record *out, struct err *e);

/* "libz.a(inflate.o)" as archive and member; false when it is no member. */
bool record_split(struct str name, struct str *archive, struct str *member);

#endif
