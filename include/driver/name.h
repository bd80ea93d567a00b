/*
 * name.h - the names the compiler driver is called by, and what each means.
 *
 * A name may have a prefix that ends in "-" ("armv7-linux-musleabihf-gcc"); the
 * longest name that fits counts.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef DRIVER_NAME_H
#define DRIVER_NAME_H

#include "base/arena.h"
#include "base/str.h"

enum name_kind {
	NAME_COMPILER,   /* clang; extra: a flag that goes first, or NULL */
	NAME_LINKER,     /* lld */
	NAME_ARCHIVER,   /* llvm-ar */
	NAME_TOOL,       /* another program of LLVM; extra: which */
	NAME_PKG_CONFIG, /* pkgconf, static, with the sysroot's files only */
	NAME_TURN,       /* any other program, in one of kiln's slots: turn PROGRAM ARG... */
	NAME_RUN,        /* the commands of test bodies: run, run-children, skip */
};

struct name {
	const char *name;
	enum name_kind kind;
	const char *extra;
	bool is_cxx;
	bool is_preprocessor; /* never links; reads standard input when no file is named */
	bool is_bare;         /* stands without the triple in front only */
};

/* What the program was called; NULL when it is no name of the driver. */
const struct name *name_find(const char *argv0);

/* What stands in front of the names that work for the build machine, "build-cc". */
#define NAME_FOR_BUILD "build-"

/* All names to link to the driver, plain and behind "<triple>-", and behind "build-"
 * if there is a sysroot for the build machine; NULL-ended, in a. */
const char *const *driver_names(struct arena *a, struct str triple, bool for_build);

#endif
