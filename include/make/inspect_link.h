/*
 * inspect_link.h - the judge's rules for how a program was linked.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_INSPECT_LINK_H
#define MAKE_INSPECT_LINK_H

#include "make/finding.h"
#include "make/origin.h"

/* What is kept of one link. */
struct inspect_linked {
	struct str program; /* its path, with the class */
	struct str record;  /* text: record.h */
	struct str map;     /* text: linkmap.h */
};

/* Judge it. Archives are looked for in origins. Two archives that define the same strong
 * symbol are a finding when one of the definitions was taken, unless
 *   - the members have the same bytes: it is the same code, whichever is taken;
 *   - one of the archives is among those that the driver itself puts behind all words
 *     (the C library, the C++ library, the compiler's run time): what stands in front
 *     of them wins, in whatever order.
 * Weak, common and COMDAT symbols are made to be there more than once. Memory for this link
 * only is in tmp. */
void inspect_link(
    struct findings *f, struct arena *tmp, const struct inspect_linked *l, struct origins origins);

#endif
