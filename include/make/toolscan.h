/*
 * toolscan.h - look at this machine: from a tool to all the files it takes to use it.
 *
 * Shared libraries are found as the loader finds them, by reading the ELF files:
 * DT_RUNPATH (with $ORIGIN), then the machine's standard folders; the loader
 * itself is what PT_INTERP names.  Symbolic links on the way are kept as links.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_TOOLSCAN_H
#define MAKE_TOOLSCAN_H

#include "base/map.h"
#include "base/vec.h"
#include "make/toolfile.h"

/* Initialise with { .a = arena, .seen = { .a = arena } }. */
struct toolscan {
	struct arena *a;
	VEC(struct toolfile) file;
	struct map seen;    /* path to index */
	bool is_named_only; /* leave out what is only loaded */
};

/* All files of a tool, each once. ERR_MACHINE as toollist_get. */
MUST_USE int toolscan_tool(struct toolscan *s, const struct tool *t, struct err *e);

#endif
