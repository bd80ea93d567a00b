/* ar.h - members of a Unix archive (GNU and BSD names). SPDX-License-Identifier: ISC */
#ifndef LIB_AR_H
#define LIB_AR_H

#include "base/err.h"
#include "base/str.h"

bool ar_is(struct str bytes); /* starts with !<arch>\n */

/* A thin archive: starts with !<thin>\n, and only names its members' files. */
bool ar_is_thin(struct str bytes);

/* Call each for every member but the symbol and name tables. Thin archives are refused. */
typedef int ar_each(void *ctx, struct str name, struct str bytes, struct err *e);
MUST_USE int ar_walk(struct str archive, ar_each *each, void *ctx, struct err *e);

/* Call each for every symbol of the archive's own index (GNU's "/" or "/SYM64/"), with the
 * place of the member that defines it. *has_index: there is one; it may hold no symbol. */
typedef void ar_symbol(void *ctx, struct str symbol, uint64_t member_at);
MUST_USE int ar_index(
    struct str archive, ar_symbol *each, void *ctx, bool *has_index, struct err *e);

/* The member at a place that the index gives. Of a thin archive, name is the path of its
 * file, below the archive's folder, and there are no bytes. */
MUST_USE int ar_member(
    struct str archive, uint64_t at, struct str *name, struct str *bytes, struct err *e);

#endif
