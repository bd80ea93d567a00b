/*
 * minisign.h - public keys and signatures of files in minisign's format
 * (https://jedisct1.github.io/minisign/), which is what people verify with.
 *
 * A public key is a comment line and a line of base64:
 *	untrusted comment: minisign public key 98F1B5E3A2C4D6E8
 *	"Ed", 8 bytes of key number, 32 bytes of Ed25519 public key
 * A signature is four lines:
 *	untrusted comment: what anybody may have written
 *	"ED", key number, 64 bytes: the signature of the file's BLAKE2b-512
 *	trusted comment: what the signature covers too
 *	64 bytes: the signature of the 64 bytes above and the trusted comment
 * The key number only tells keys apart; ours is the start of the SHA-256 of the public
 * key, so that it need not be kept.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_MINISIGN_H
#define SHIP_MINISIGN_H

#include "base/buf.h"
#include "lib/ed25519.h"

enum {
	MINISIGN_NUMBER_BYTES = 8,
	MINISIGN_MAX_BYTES = 4096, /* of either text: it is four lines of at most 1 KiB */
};

struct minisign_key {
	unsigned char number[MINISIGN_NUMBER_BYTES];
	struct ed25519_public public;
};

struct minisign {
	unsigned char number[MINISIGN_NUMBER_BYTES];
	struct ed25519_signature file, all;
	struct str comment; /* the trusted one */
};

/* The public part of a secret key, with our number. */
MUST_USE int minisign_key_of(
    const struct ed25519_secret *s, struct minisign_key *out, struct err *e);

/* As minisign shows the number: 16 hexadecimal digits, the last byte first. In a. */
char *minisign_number(struct arena *a, const unsigned char number[MINISIGN_NUMBER_BYTES]);

void minisign_key_print(struct buf *out, const struct minisign_key *k);
/* The file, or its line of base64 alone. ERR_USAGE. */
MUST_USE int minisign_key_parse(struct str text, struct minisign_key *out, struct err *e);

/* Sign the file behind fd. The comment is one line without control characters but tabs, at
 * most 512 bytes; it is asserted to be one. */
MUST_USE int minisign_sign(
    const struct ed25519_secret *s, int fd, struct str comment, struct buf *out, struct err *e);

/* Strictly; the comment points into text. ERR_CHECK says what is wrong with it. */
MUST_USE int minisign_parse(struct str text, struct minisign *out, struct err *e);

/* ERR_CHECK when the signature is not by this key, not of this file, or its comment was
 * changed. */
MUST_USE int minisign_verify(
    const struct minisign_key *k, const struct minisign *m, int fd, struct err *e);

#endif
