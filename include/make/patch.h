/*
 * patch.h - unified diffs with fuzz 0, applied to a folder.
 *
 * A patch file begins with a header (From:, Why:, Status: lines, or any prose),
 * then hunks of "--- a/x" "+++ b/x" files, strip 1, as diff.h describes them.  A
 * hunk must fit at its line, or at one single other place, without changing a byte
 * of its context.  Nothing outside the folder is touched, and no link followed.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_PATCH_H
#define MAKE_PATCH_H

#include "base/err.h"
#include "recipe/package.h"

/* ERR_PACKAGE: "patch 0001-x.patch: hunk 2 of src/a.c does not fit at line 40", with
 * the first line that differs, wanted and found. */
MUST_USE int patch_apply(int dir, const struct patch *p, struct err *e);

#endif
