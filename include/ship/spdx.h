/*
 * spdx.h - the licences of a package as one SPDX expression, and what they ask for.
 *
 * A recipe's words are identifiers that all hold, with "WITH EXCEPTION" behind one and "OR"
 * between two where one may choose: "A OR B C WITH D" is (A OR B) AND C WITH D.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_SPDX_H
#define SHIP_SPDX_H

#include "base/buf.h"

void spdx_expression(struct buf *out, const struct str *word, int n);

/* Does one of them ask that whoever gets the program can get its source? */
bool spdx_is_copyleft(const struct str *word, int n);

#endif
