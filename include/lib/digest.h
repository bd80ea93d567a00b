/*
 * digest.h - SHA-256 (FIPS 180-4) through OpenSSL's libcrypto.
 *
 * Out of memory and a libcrypto without SHA-256 end the program in digest_init;
 * hashing itself cannot fail.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef LIB_DIGEST_H
#define LIB_DIGEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { DIGEST_BYTES = 32, DIGEST_HEX = 64 };

struct digest {
	unsigned char byte[DIGEST_BYTES];
};

struct digest_ctx {
	void *impl; /* owned; freed by digest_end */
};

void digest_init(struct digest_ctx *c);
void digest_add(struct digest_ctx *c, const void *p, size_t n_bytes);
struct digest digest_end(struct digest_ctx *c);

/* A framed field: 4 bytes of tag length, the tag, 8 bytes of length (both little
 * endian), the bytes. Two different lists of fields never hash the same text. */
void digest_field(struct digest_ctx *c, const char *tag, struct str value);

struct digest digest_of(struct str bytes);
bool digest_eq(const struct digest *a, const struct digest *b);

/* 64 lower-case hex digits, NUL-terminated, in the arena; and back, strictly. */
char *digest_hex(struct arena *a, const struct digest *d);
MUST_USE int digest_parse(struct str hex, struct digest *out);

/* Hash fd from its start to its end; *size_bytes may be NULL. */
MUST_USE int digest_fd(int fd, struct digest *out, uint64_t *size_bytes, struct err *e);

#endif
