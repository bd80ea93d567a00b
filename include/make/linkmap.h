/* linkmap.h - link maps and records that are the same for the same link. SPDX-License-Identifier: ISC */
#ifndef MAKE_LINKMAP_H
#define MAKE_LINKMAP_H

#include "base/arena.h"
#include "base/str.h"

/* The text with the random part taken out of the names that the compiler gives to objects
 * it passes on to the linker: /tmp/NAME-1a2b3c.o becomes /tmp/NAME.o. In a. */
struct str linkmap_normalise(struct arena *a, struct str text);

#endif
