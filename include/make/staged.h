/* staged.h - one file of a stage, read and replaced without leaving the stage. SPDX-License-Identifier: ISC */
#ifndef MAKE_STAGED_H
#define MAKE_STAGED_H

#include <sys/stat.h>

#include "base/err.h"
#include "base/str.h"

enum { STAGED_MAX_BYTES = 64 << 20 };

struct staged {
	int dir;          /* of the folder that holds it; closed by staged_close */
	const char *path; /* below the stage */
	const char *name; /* its last part */
	struct str text;
	mode_t mode; /* 0644 or 0755 */
};

/* Find the folder of path; it is made if need be. Strings live in a. */
MUST_USE int staged_open(
    struct arena *a, int stage, struct str path, struct staged *out, struct err *e);
void staged_close(struct staged *f);

/* Its bytes and its mode. ERR_PACKAGE when it is not there or no plain file. */
MUST_USE int staged_read(struct arena *a, struct staged *f, struct err *e);

/* New bytes under the name. A new file takes it: other names of the old one keep theirs. */
MUST_USE int staged_write(const struct staged *f, struct str text, struct err *e);

#endif
