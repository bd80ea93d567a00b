/* fetcher.h - kiln-fetch, run as a process of its own. SPDX-License-Identifier: ISC */
#ifndef MAKE_FETCHER_H
#define MAKE_FETCHER_H

#include "base/err.h"
#include "base/str.h"

/* Run argv (NULL-ended; argv[0] is the absolute path of the file it is in) and wait for it.
 * input is what it reads on stdin, *answers what it wrote to stdout, also when it fails; then
 * e has its kind and its sentence. */
MUST_USE int fetcher_run(
    struct arena *a, const char *const *argv, struct str input, struct str *answers, struct err *e);

#endif
