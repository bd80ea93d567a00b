/*
 * notice.h - what goes with a bundle for people: its packages, their licences with the texts,
 * and which sources are to be offered to whoever gets it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_NOTICE_H
#define SHIP_NOTICE_H

#include "ship/bill.h"
#include "store/store.h"

/* ERR_CHECK, naming the package, when one has no licence text. */
MUST_USE int notice_print(
    struct buf *out, const struct bill *b, const struct store *store, struct err *e);

#endif
