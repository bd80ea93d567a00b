/*
 * result.h - what a build leaves for people: links, copies, the closing lines.
 *
 *	out/<target>/bin/PROGRAM    link to the latest result's program
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef CMD_RESULT_H
#define CMD_RESULT_H

#include "cmd/session.h"

/* Did its test fail? Then it is neither linked nor copied: nobody is to take it for good. */
bool result_has_failed(struct session *s, const struct plan *plan, int i);

/* Point out/<target>/bin at the programs of node i, also at those of a working copy: it is
 * what was asked for. The journal remembers that they are dirty. */
MUST_USE int result_link(struct session *s, const struct plan *plan, int i, struct err *e);

/* Before anything is built: can folder be written to? It is made if need be. */
MUST_USE int result_check(const char *folder, struct err *e);

/* Copy the programs of node i and their data into folder, over files that are there; of a
 * package without programs its libraries and headers. */
MUST_USE int result_copy(
    struct session *s, const struct plan *plan, int i, const char *folder, struct err *e);

/* Name, version, target; path, size and digest of each program; the first line it said
 * when its test ran. */
MUST_USE int result_print(
    struct session *s, const struct plan *plan, int i, struct buf *out, struct err *e);

/* Are a package's results that out/<target>/bin has dirty, and from where? */
bool result_is_dirty(struct session *s, const struct package *p, struct str *from);

/* "3.4 MiB" */
char *result_size(struct arena *a, uint64_t bytes);

#endif
