/*
 * environ.h - the environment of phase and test bodies: how values reach shell text.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_ENVIRON_H
#define MAKE_ENVIRON_H

#include "recipe/package.h"

/* NAME=value for a package's bodies, NULL-ended, in a. The recipe's settings come last
 * and hold. CC_FOR_BUILD and its like stand there when it needs build-cc. jobs is what
 * JOBS says: how wide a build tool may run. */
const char *const *environ_make(struct arena *a, const struct package *p, int jobs);

#endif
