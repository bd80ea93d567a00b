/*
 * linkmap.h - what lld's link maps say, and maps and records that are the same for the
 * same link.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_LINKMAP_H
#define MAKE_LINKMAP_H

#include "base/arena.h"
#include "base/str.h"

/* The text with the random part taken out of the names that the compiler gives to objects
 * it passes on to the linker: /tmp/NAME-1a2b3c.o becomes /tmp/NAME.o. In a. */
struct str linkmap_normalise(struct arena *a, struct str text);

/* Where bytes of a section are when the program runs. */
enum linkmap_place {
	LINKMAP_NOT_LOADED, /* names, and what is there to debug */
	LINKMAP_FILE,       /* loaded from its file */
	LINKMAP_MEMORY,     /* in memory alone: .bss */
};

/* One section of an input file that is in the program. */
struct linkmap_row {
	struct str output;        /* section of the program that it is in: ".text" */
	enum linkmap_place place; /* of that one */
	struct str file, section; /* "libz.a(inflate.o)", ".text.inflate" */
	uint64_t address;         /* in what is not loaded: from the start of the section */
	uint64_t size_bytes;
};

/* Each of them, in the map's order; lines that say anything else are passed over. */
typedef void linkmap_each(void *ctx, const struct linkmap_row *row);
void linkmap_walk(struct str text, linkmap_each *each, void *ctx);

#endif
