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

/* Why it is neither linked nor copied, so that nobody takes it for good: its test failed, or
 * did not come to an end and nobody said --no-test. NULL when it may be given out. */
const char *result_refused(struct session *s, const struct plan *plan, int i);

/* Point out/<target>/bin at the programs of node i, also at those of a working copy: it is
 * what was asked for. Programs go that an earlier result had and this one has not. The
 * journal remembers whose they are. */
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

/* Rounded; 0 of nothing. */
int result_percent(uint64_t part, uint64_t whole);

#endif
