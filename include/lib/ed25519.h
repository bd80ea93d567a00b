/*
 * ed25519.h - Ed25519 keys and signatures (RFC 8032), keys kept as PKCS#8 (RFC 8410),
 * through OpenSSL's libcrypto.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef LIB_ED25519_H
#define LIB_ED25519_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum {
	ED25519_PUBLIC_BYTES = 32,
	ED25519_BYTES = 64,
	ED25519_PASSPHRASE_MAX_BYTES = 1024, /* what OpenSSL asks for when it reads a key */
};

struct ed25519_public {
	unsigned char byte[ED25519_PUBLIC_BYTES];
};

struct ed25519_signature {
	unsigned char byte[ED25519_BYTES];
};

struct ed25519_secret {
	void *impl; /* owned; freed by ed25519_free */
};

/* A new key, from the system's randomness. */
MUST_USE int ed25519_make(struct ed25519_secret *out, struct err *e);
void ed25519_free(struct ed25519_secret *s); /* also of one that is empty */

/* PEM text of a secret key in the arena, sealed with a passphrase (scrypt and
 * AES-256-CBC) when that is not empty. ERR_USAGE when that is too long. */
MUST_USE int ed25519_print(struct arena *a, const struct ed25519_secret *s, struct str passphrase,
    struct str *out, struct err *e);

/* Does the text hold a sealed key? */
bool ed25519_is_sealed(struct str pem);

/* And back. ERR_USAGE for a text that is no such key, or another passphrase. */
MUST_USE int ed25519_parse(
    struct str pem, struct str passphrase, struct ed25519_secret *out, struct err *e);

MUST_USE int ed25519_public_of(
    const struct ed25519_secret *s, struct ed25519_public *out, struct err *e);

/* The same key and bytes always give the same signature. */
MUST_USE int ed25519_sign(
    const struct ed25519_secret *s, struct str bytes, struct ed25519_signature *out, struct err *e);
/* As strictly as libsodium: keys and first halves of small order are refused, as anybody could
 * have signed with them, and so is what is not written in its one form. */
bool ed25519_verify(
    const struct ed25519_public *p, struct str bytes, const struct ed25519_signature *signature);

#endif
