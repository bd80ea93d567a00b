/*
 * collect.h - what a build installed, sorted into the classes of an object.
 *
 * Moves <work>/out into <object>/<class>/..., strips archives of debug
 * information, splits it off programs into debug by build-id, keeps the link map
 * of each program that is in the object (its temporary names normalised), puts
 * the licence texts into usr/share/licenses/<package>/, drops libtool's .la files,
 * and makes .pc files relocatable.  Strip and objcopy are LLVM's, run in the
 * package's own sandbox.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_COLLECT_H
#define MAKE_COLLECT_H

#include "make/sandbox.h"
#include "recipe/package.h"

/* work: the sandbox's work folder; stage: the source, for its licence texts; object: the
 * folder to fill (exists, empty). ERR_CHECK when a licence text is not there, or nothing
 * was installed. log: where the tools' output goes. */
MUST_USE int collect(const struct package *p, const char *work, const char *stage,
    struct sandbox_proc *sandbox, const char *object, int log, struct err *e);

#endif
