/*
 * init.h - pid 1 of a sandbox: puts the place together, then runs bodies in it.
 *
 * It speaks over one socket of packets (SOCK_SEQPACKET).  First it sends a reply that
 * says whether the place stands; then, for each request, one reply when all is over.
 * When the socket closes, or the parent dies, it ends, and with it every process in
 * its pid namespace.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_INIT_H
#define MAKE_INIT_H

#include <sys/types.h>

#include "make/mount.h"

/* uid and gid of everything in a sandbox. */
enum { INIT_ID = 1000 };

/* How long processes may outlive their body before they count as left behind. */
enum { INIT_GRACE_MS = 500 };

/* The namespaces init_main is to be started in, all new. */
extern const unsigned long init_namespaces;

struct init_plan {
	const char *root; /* as mount_root takes it */
	const struct mount_step *step;
	int nstep;
	const char *const *env; /* of the bodies, complete; NULL-ended; not in argv */
	const char *folder;     /* where bodies start, "/build" */
	uid_t uid;              /* who the caller is outside */
	gid_t gid;
	bool may_nest; /* bodies may make user namespaces of their own */
};

/* How far init came before the kernel refused something. */
enum init_step {
	INIT_STEP_IDS,
	INIT_STEP_MOUNT,
	INIT_STEP_PROC,
	INIT_STEP_SETUP,
	INIT_STEP_READY,
};

enum init_verb {
	INIT_RUN,   /* descriptors: the body, its output */
	INIT_SHELL, /* descriptors: 0, 1, 2 of the shell */
	INIT_KILL,  /* while a body runs: end everything; the reply is that of the body */
};
enum { INIT_FDS_MAX = 3 };

struct init_request {
	enum init_verb verb;
	char name[64]; /* of the body: /run/kiln/phase-NAME; of a shell: TERM */
};

struct init_reply {
	enum init_step step; /* of the first reply; INIT_STEP_READY: the place stands */
	int cause;           /* its errno */
	int status;          /* of the body, as waitpid gives it */
	int64_t cpu_ms, peak_kb;
	bool left_behind; /* processes were there after the grace; they are killed */
	char text[1024];  /* what failed; or the names of up to 5 left behind */
};

NORETURN void init_main(const struct init_plan *p, int control);

#endif
