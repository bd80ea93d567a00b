/*
 * toollist.h - all the files of a tool on this machine: its programs, what they load, its data.
 *
 * What was found is remembered in out/tools/identity/NAME (NAME.named without what is
 * only loaded) with the stat of every file, link and folder, and believed as long as none
 * of them changed:
 *	kiln-tool 1 TAB digest of its description
 *	a line of toolfile.h for each
 *	end
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_TOOLLIST_H
#define MAKE_TOOLLIST_H

#include "make/toolfile.h"

enum toollist_what {
	TOOLLIST_ALL,
	TOOLLIST_NAMED, /* programs and data that the tool names, without what they load */
};

/* In a, sorted by path, each path once. ERR_MACHINE: a file is missing (with the packages
 * that bring it), stands behind /etc/alternatives, or loads a library that is not there. */
MUST_USE int toollist_get(struct arena *a, int out_dir, const struct tool *t,
    enum toollist_what what, struct toolfile **out, int *n, struct err *e);

#endif
