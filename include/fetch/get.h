/*
 * get.h - one file from the first of several URLs that gives the right bytes.
 *
 * The bytes go to <to>.part, are counted and hashed as they come, synced, and get
 * their name only when size and digest are those that were wanted.  A .part that
 * a broken download left is continued, and so is one that broke just now, a few times.  A host that cannot be reached comes last
 * for as long as dead.h remembers it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef FETCH_GET_H
#define FETCH_GET_H

#include <stdio.h>

#include "lib/digest.h"
#include "lib/http.h"

struct get {
	const char *to;         /* path of the file; its folder exists */
	const char *dead;       /* path of the memory of dead.h, NULL: none */
	const char *const *url; /* in the order to try */
	int nurl;
	bool has_digest; /* false: any bytes, at most max_bytes of them */
	struct digest digest;
	uint64_t max_bytes; /* with a digest: the exact size */
	struct http_limits limits;
	FILE *status; /* "fault\tURL\tsentence" and "got\tURL\tbytes" lines; not NULL */
};

enum { GET_CONNECT_S = 15, GET_STALL_S = 30, GET_TOTAL_S = 6 * 3600, GET_AGAIN_S = 3 };

/* ERR_FETCH when no URL gave it; what each said went to status. ERR_MACHINE: disk full
 * and the like, which no other URL would mend. */
MUST_USE int get(const struct get *g, struct err *e);

#endif
