/*
 * args.h - what a call of the compiler or the linker asks for.
 *
 * Words are judged by the tables of option.h.  Those that stand against static
 * programs are left out, each with a note for the log; a shared library is refused.
 * What is passed on keeps its order.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef DRIVER_ARGS_H
#define DRIVER_ARGS_H

#include "base/arena.h"
#include "base/vec.h"

/* What lld can write about a link; NULL: not. */
struct link_files {
	const char *map;    /* --Map: where everything stands in the program */
	const char *inputs; /* --dependency-file: every file it opened */
	const char *taken;  /* --why-extract: every archive member that was taken, and why */
};

struct cc_args {
	VEC(const char *) word; /* to pass on */
	VEC(const char *) note; /* "left out -rdynamic: ..." */
	bool has_input;         /* a file, a library, or "-" */
	bool is_partial;        /* stops before linking */
	bool informs;           /* asks the program about itself */
	bool is_relocatable;    /* -r */
	bool is_shared;
	bool no_start, no_libs, no_cxx; /* -nostartfiles, -nodefaultlibs, -nostdlib++ */
	bool no_pie;
	const char *output;       /* of a link: "a.out" when not said */
	struct link_files wanted; /* what the caller asks for */
};

struct cc_rules {
	bool is_bare;    /* nothing is left out */
	bool may_no_pie; /* -no-pie and -fno-pic stay */
	bool is_preprocessor;
};

/* argv without the program's name, NULL-ended, response files already filled in; words
 * that are passed on are borrowed. */
void args_read_compiler(
    struct arena *a, const char *const *argv, const struct cc_rules *rules, struct cc_args *out);
void args_read_linker(
    struct arena *a, const char *const *argv, const struct cc_rules *rules, struct cc_args *out);

/* Does this call of the compiler end in a linker? */
bool args_links(const struct cc_args *args);

#endif
