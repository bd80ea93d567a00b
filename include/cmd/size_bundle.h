/* size_bundle.h - kiln size of a bundle's JSON. SPDX-License-Identifier: ISC */
#ifndef CMD_SIZE_BUNDLE_H
#define CMD_SIZE_BUNDLE_H

#include "cmd/args.h"

/* Does the operand name one, and no package? */
bool size_is_of_bundle(struct str operand);

/* Per program by package; with --since what grew since an earlier one. */
MUST_USE int size_bundle(const struct args *args, struct err *e);

#endif
