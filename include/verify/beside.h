/*
 * beside.h - files of one folder, opened by name, each read once.
 *
 * -1 when something is wrong, which was said.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef VERIFY_BESIDE_H
#define VERIFY_BESIDE_H

#include "verify/text.h"

/* A descriptor of a regular file. With is_there it may be missing: then *is_there is false. */
int beside_open(int dir, const char *name, bool *is_there);

/* All of it, into a buffer of max bytes and one more. */
int beside_read(int dir, const char *name, char *buffer, size_t max, struct text *out);

#endif
