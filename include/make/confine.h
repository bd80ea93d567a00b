/*
 * confine.h - what a process in new namespaces does to itself: identity, names,
 * limits, rights.
 *
 * Each is done once, by the first process, in this order.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_CONFINE_H
#define MAKE_CONFINE_H

#include <sys/types.h>

#include "base/err.h"

/* Descriptors 0, 1, 2 become /dev/null, *keep becomes 3, all others are closed. */
MUST_USE int confine_fds(int *keep, struct err *e);

/* The command line is `name` from here on: no path of the machine stands in /proc/1.
 * What points into argv reads empty afterwards. */
MUST_USE int confine_title(const char *name, struct err *e);

/* Inside id, outside the caller's uid and gid: the one mapping that needs no privilege. */
MUST_USE int confine_ids(unsigned id, uid_t uid, gid_t gid, struct err *e);

/* Host name, domain name, and the loopback interface is up. */
MUST_USE int confine_names(const char *host, struct err *e);

/* No core dumps; as many open files and as large a stack on every machine. */
enum { CONFINE_OPEN_FILES = 4096, CONFINE_STACK_BYTES = 8 << 20 };
MUST_USE int confine_limits(struct err *e);

/* No process in here makes a user namespace of its own. Needs this namespace's /proc. */
MUST_USE int confine_nesting(struct err *e);

/* No capability is left or can be gained, and no process in here can look into this one. */
MUST_USE int confine_rights(struct err *e);

#endif
