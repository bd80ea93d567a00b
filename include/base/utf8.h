/* utf8.h - characters as bytes (RFC 3629). SPDX-License-Identifier: ISC */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/buf.h"

/* The length of the sequence at `at`, of at most n bytes; 0 when there is none. */
size_t utf8_length(const char *at, size_t n);

/* A character below 0x110000. */
void utf8_add(struct buf *out, uint32_t c);

#endif
