/* ar.h - members of a Unix archive (GNU and BSD names, thin ones refused). SPDX-License-Identifier: ISC */
#ifndef LIB_AR_H
#define LIB_AR_H

#include "base/err.h"
#include "base/str.h"

bool ar_is(struct str bytes); /* starts with !<arch>\n */

/* Call each for every member but the symbol and name tables. */
typedef int ar_each(void *ctx, struct str name, struct str bytes, struct err *e);
MUST_USE int ar_walk(struct str archive, ar_each *each, void *ctx, struct err *e);

#endif
