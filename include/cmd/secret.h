/*
 * secret.h - the secret key of a signer, from a file that nobody else can read.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef CMD_SECRET_H
#define CMD_SECRET_H

#include "cmd/args.h"
#include "lib/ed25519.h"

/* A passphrase for a new key: of --passphrase-file, or asked for twice; empty with
 * --no-passphrase. In a. */
MUST_USE int secret_passphrase(
    struct arena *a, const struct args *args, struct str *out, struct err *e);

/* The key of a file; a sealed one is opened with --passphrase-file, or what the terminal says.
 * ERR_USAGE when it cannot be read, or others may read it. */
MUST_USE int secret_load(struct arena *a, const struct args *args, const char *path,
    struct ed25519_secret *out, struct err *e);

#endif
