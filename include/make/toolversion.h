/*
 * toolversion.h - a tool's name and version, as its package manager or it itself says.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_TOOLVERSION_H
#define MAKE_TOOLVERSION_H

#include "recipe/package.h"

/* "make 4.3-4.1", "base dash 0.5.12-2, mawk 1.3.4...": the tool's name, then name and
 * version of each of its Debian packages (a package of the tool's own name is not named
 * twice). Where one is not installed by dpkg: the first line of the first program's
 * --version; a program that has none counts by bytes. Remembered in
 * out/tools/identity/NAME.version by the stat of what was asked. */
MUST_USE int toolversion_get(
    struct arena *run, int out_dir, const struct tool *t, struct str *out, struct err *e);

#endif
