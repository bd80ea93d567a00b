/* blake2b.h - BLAKE2b-512 (RFC 7693) through OpenSSL's libcrypto. SPDX-License-Identifier: ISC */
#ifndef LIB_BLAKE2B_H
#define LIB_BLAKE2B_H

#include "base/err.h"

enum { BLAKE2B_BYTES = 64 };

/* Of a file from its start to its end. */
MUST_USE int blake2b_fd(int fd, unsigned char out[BLAKE2B_BYTES], struct err *e);

#endif
