/*
 * signature.h - minisign's public keys and signatures, read strictly: four lines and no
 * more, base64 in its one form, and the kind that signs a digest.  ship/minisign.h has the
 * format, and kiln takes and refuses the same.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef VERIFY_SIGNATURE_H
#define VERIFY_SIGNATURE_H

#include "verify/crypto.h"

enum {
	NUMBER_BYTES = 8,
	COMMENT_MAX_BYTES = 512,
	SIGNATURE_MAX_BYTES = 4096, /* of a text: both comments and the base64 need 1.3 KiB */
};

struct public_key {
	unsigned char number[NUMBER_BYTES], byte[PUBLIC_BYTES];
};

struct signature {
	unsigned char number[NUMBER_BYTES];
	unsigned char file[SIGNATURE_BYTES]; /* of the file's BLAKE2b-512 */
	unsigned char all[SIGNATURE_BYTES];  /* of the one above and the trusted comment */
	struct text comment;                 /* the trusted one, in the text that was read */
};

/* The file, or its line of base64 alone. NULL when it is read, else what is wrong. */
const char *public_key_parse(struct text text, struct public_key *out);
const char *signature_parse(struct text text, struct signature *out);

#endif
