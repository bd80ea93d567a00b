/*
 * sandbox.h - one set of namespaces for one package; its phases are children of its init.
 *
 * What a body sees is struct sandbox, see layout.h.  Besides: uid and gid 1000
 * (`kiln`), host name `kiln`, umask 022, LC_ALL=C, TZ=UTC, no network but a
 * loopback of its own, no home, stdin /dev/null.
 *
 * First a plan as data (struct sandbox), then its application in a child.  The
 * child dies with its parent; everything in it dies with the child.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_SANDBOX_H
#define MAKE_SANDBOX_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"
#include "make/layout.h"

struct sandbox_proc {
	pid_t init;
	int control; /* socket to the init */
};

/* Start the namespaces and the init in them. ERR_MACHINE says which step the
 * kernel refused and the setting or container flag that allows it. The thread that
 * starts it must live as long: the kernel ties the init's life to it. */
MUST_USE int sandbox_start(const struct sandbox *s, struct sandbox_proc *out, struct err *e);

struct sandbox_phase {
	const char *name; /* as logs and errors name it: letters, digits, "-"; at most 32 */
	struct str body;  /* run by sh -eu in /build */
	uint64_t limit_total_s, limit_silent_s; /* 0: none */
	uint64_t log_max_bytes;                 /* what comes after it is not written; 0: none */
	int log;                                /* written to by the caller's side of the sandbox */
};

enum sandbox_end {
	SANDBOX_DONE,       /* exit status 0, nothing left behind */
	SANDBOX_EXIT,       /* status: exit status */
	SANDBOX_KILLED,     /* status: signal */
	SANDBOX_TOO_LONG,   /* limit_total_s passed; everything was killed */
	SANDBOX_SILENT,     /* no output for limit_silent_s; killed */
	SANDBOX_LOG_FLOOD,  /* more than log_max_bytes; killed */
	SANDBOX_LEFT_BEHIND /* the body ended but left processes: their names in text; killed */
};

struct sandbox_result {
	enum sandbox_end end;
	int status;
	int64_t ms, cpu_ms, peak_kb;
	char text[256];
};

/* Run one body and wait for it. -1 only when the machinery itself fails. */
MUST_USE int sandbox_run(struct sandbox_proc *p, const struct sandbox_phase *phase,
    struct sandbox_result *out, struct err *e);

/* An interactive shell on the caller's terminal, in the same place and environment. */
MUST_USE int sandbox_shell(struct sandbox_proc *p, int *status, struct err *e);

/* End it and everything in it; safe to call on a dead one. */
void sandbox_stop(struct sandbox_proc *p);

/* "exit status 2", "no output for 600 seconds (limit silent)", ...: for messages. */
const char *sandbox_end_text(
    struct arena *a, const struct sandbox_phase *phase, const struct sandbox_result *r);

/* Can this machine do it? NULL when it can, else the sentence with the remedy. Starts a child. */
const char *sandbox_probe(struct arena *a);

#endif
