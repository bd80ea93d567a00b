/*
 * licence.h - the licence texts of a package, which stand in its source.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_LICENCE_H
#define MAKE_LICENCE_H

#include "recipe/package.h"

/* Whether a prepared source holds every licence-file that the recipe names. ERR_CHECK
 * otherwise; the text names files that look like one. */
MUST_USE int licence_check(const struct package *p, const char *stage, struct err *e);

/* Put them below <folder>/usr/share/licenses/<package>/: each under the last part of its
 * path, or under the whole one with "-" when two end alike. */
MUST_USE int licence_copy(
    const struct package *p, const char *stage, const char *folder, struct err *e);

#endif
