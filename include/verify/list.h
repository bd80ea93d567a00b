/*
 * list.h - SHA256SUMS: lines of a digest, two blanks and the name of a file beside it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef VERIFY_LIST_H
#define VERIFY_LIST_H

#include "verify/crypto.h"

enum {
	LIST_MAX_BYTES = 64 << 10, /* some six hundred files */
	NAME_MAX_BYTES = 255,      /* what file systems take */
};

struct row {
	unsigned char digest[SHA256_BYTES];
	char name[NAME_MAX_BYTES + 1];
};

/* A line. False when it is none, or names what is not beside the list, is hidden, or could
 * steer a terminal. */
bool row_parse(struct text line, struct row *out);

#endif
