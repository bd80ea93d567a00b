/*
 * crypto.h - what libsodium does for us: base64, Ed25519, BLAKE2b-512, SHA-256.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef VERIFY_CRYPTO_H
#define VERIFY_CRYPTO_H

#include "verify/text.h"

enum { PUBLIC_BYTES = 32, SIGNATURE_BYTES = 64, SHA256_BYTES = 32 };

/* Before all others. */
bool crypto_start(void);

/* Exactly n bytes from their one text. */
bool crypto_base64(struct text text, unsigned char *out, size_t n);

/* Did the key's owner sign these bytes? Keys for which anybody could have are refused. */
bool crypto_is_signed(struct text bytes, const unsigned char signature[SIGNATURE_BYTES],
    const unsigned char key[PUBLIC_BYTES]);

/* Did the key's owner sign the digest of this file? */
bool crypto_is_digest_signed(struct text file, const unsigned char signature[SIGNATURE_BYTES],
    const unsigned char key[PUBLIC_BYTES]);

/* Of what is left to read. -1 with errno. */
int crypto_sha256(int fd, unsigned char out[SHA256_BYTES]);

#endif
