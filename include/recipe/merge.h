/*
 * merge.h - a package completed by its style, its target and what goes without saying.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef RECIPE_MERGE_H
#define RECIPE_MERGE_H

#include "recipe/package.h"

/* Into what parse_package made: the target's sysroot as needs for linking, first
 * (unless the package is part of a sysroot), and the style's needs; base, clang and the
 * style's tools, by name, each once; the target's, the style's and the recipe's own
 * settings, by name, the last of these three holds; the style's phases where the recipe
 * has none. style may be NULL. */
void merge(struct arena *run, struct package *p, const struct style *style);

/* Is it one of the tools that every package has: base, clang? */
bool merge_has_always(struct str tool);

#endif
