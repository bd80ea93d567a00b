/*
 * script.h - whether what the scripts of a bundle are run by is there.
 *
 * A script names its interpreter by an absolute path, or by a name that env(1) looks for.  A
 * device has /bin/sh; whatever else is named has to be in the bundle, at that path or among
 * its commands.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_SCRIPT_H
#define SHIP_SCRIPT_H

#include "ship/fileset.h"

/* Of the finished fs. ERR_RECIPE, located at what wants the script, with the remedy. */
MUST_USE int scripts_check(const struct fileset *fs, struct err *e);

#endif
