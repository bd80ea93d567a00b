/*
 * inspect_text.h - the judge's rules for files that people and compilers read.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_INSPECT_TEXT_H
#define MAKE_INSPECT_TEXT_H

#include "make/finding.h"

/* Is there a rule of its own for the absolute folders in this file: a .pc, a .cmake or a
 * NAME-config script? Then places of the sandbox are found by that rule. */
bool inspect_text_has_rule(struct str path, struct str bytes);

/* Judge by those rules; one finding for a file, with the first line that is wrong. */
void inspect_text(struct findings *f, struct str path, struct str bytes);

/* The interpreter that a script names, "" when it is no script. What env(1) looks for is
 * given by its name alone. */
struct str inspect_text_interpreter(struct str bytes);

#endif
