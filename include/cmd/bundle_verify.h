/*
 * bundle_verify.h - files of a bundle that somebody gave us, held against its signature.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef CMD_BUNDLE_VERIFY_H
#define CMD_BUNDLE_VERIFY_H

#include "cmd/args.h"

/* Is FILE, or every file that SHA256SUMS names, what the owner of --key signed? Nothing is
 * unpacked. The answer for a person is in *out. ERR_CHECK says what is wrong. */
MUST_USE int bundle_verify(
    struct arena *a, const struct args *args, struct str file, struct str *out, struct err *e);

#endif
