/* fetcher.h - kiln-fetch, run as a process of its own. SPDX-License-Identifier: ISC */
#ifndef MAKE_FETCHER_H
#define MAKE_FETCHER_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

/* One that works beside kiln. */
struct fetcher {
	pid_t pid;
	int out, err; /* what it writes to */
};

/* Start argv (NULL-ended; argv[0] is the absolute path of the file it is in). input is what it
 * reads on stdin. Each that was started is waited for. */
MUST_USE int fetcher_start(
    struct arena *a, const char *const *argv, struct str input, struct fetcher *f, struct err *e);

/* *answers is what it wrote to stdout, also when it fails; then e has its kind and its
 * sentence. */
MUST_USE int fetcher_wait(struct arena *a, struct fetcher *f, struct str *answers, struct err *e);

/* Both. */
MUST_USE int fetcher_run(
    struct arena *a, const char *const *argv, struct str input, struct str *answers, struct err *e);

#endif
