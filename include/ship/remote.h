/*
 * remote.h - commands on another machine, by ssh.
 *
 * The program is `ssh`, or what KILN_SSH says: "ssh -p 2222", "dbclient -y". It gets the host
 * and the command as its last two arguments; what it says on stderr is for the user to see.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_REMOTE_H
#define SHIP_REMOTE_H

#include "base/err.h"
#include "base/str.h"

struct remote {
	struct arena *a;
	const char *const *word; /* the program's absolute path and its arguments, NULL-ended */
	const char *host;
};

/* ERR_MACHINE when there is no such program. */
MUST_USE int remote_open(struct arena *a, const char *host, struct remote *out, struct err *e);

/* Run a command there. in is what it reads, -1 for nothing; *answer is what it wrote to stdout.
 * ERR_MACHINE when it fails, or the connection does; what names what was tried. */
MUST_USE int remote_run(const struct remote *r, const char *what, const char *command, int in,
    struct str *answer, struct err *e);

/* The whole command line, as it can be given to a shell here. */
char *remote_shown(const struct remote *r, const char *command);

#endif
