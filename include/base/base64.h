/* base64.h - bytes as text (RFC 4648, section 4). SPDX-License-Identifier: ISC */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buf.h"

void base64_print(struct buf *out, const void *bytes, size_t n_bytes);

/* Exactly n_bytes of them, from their one text: no blanks, no missing "=", no bits set that
 * are not used. -1 for any other text. */
MUST_USE int base64_parse(struct str text, void *bytes, size_t n_bytes);

#endif
