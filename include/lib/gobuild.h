/*
 * gobuild.h - what a Go program says of the modules it is made of.
 *
 * Go's linker writes that into every program (package debug/buildinfo), in one block that
 * begins with a mark at a multiple of 16 bytes:
 *
 *	14 bytes    "\xff Go buildinf:"
 *	1 byte      of an address, which older programs have here instead of texts
 *	1 byte      bit 1: two texts follow, each behind its length as a varint
 *	16 bytes    unused
 *	text        Go's version: go1.24.4
 *	text        lines between two marks of 16 bytes: a kind and values, set apart by tabs
 *
 * Of the lines, `dep PATH VERSION SUM` is a module that is linked in, and a line
 * `=> PATH VERSION SUM` behind it is the one that took its place.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef LIB_GOBUILD_H
#define LIB_GOBUILD_H

#include "base/arena.h"
#include "base/str.h"

struct gobuild_module {
	struct str path, version; /* golang.org/x/sys, v0.22.0 */
};

struct gobuild {
	struct str go; /* 1.24.4: of the compiler, and of the library in the program */
	struct gobuild_module *module;
	int nmodule; /* in the order of their paths, which is Go's */
};

/* Of a file's bytes; all of *out is in a. False when nothing of the kind is in it, or what is
 * there is damaged. */
bool gobuild_parse(struct arena *a, struct str bytes, struct gobuild *out);

/* "example.org/one v1.2.3, example.org/two v0.1.0 and the library of Go 1.24.4" */
struct str gobuild_print(struct arena *a, const struct gobuild *go);

#endif
