/*
 * sandbox.h - one set of namespaces for one package; its phases are children of its init.
 *
 * What a body sees:
 *	/           a toolroot, read-only
 *	/kiln/bin   the compiler driver under all its names, first in PATH
 *	/sysroot    the merged views of the needs, read-only
 *	/build      the stage (read-only below) with a writable layer; the current folder
 *	/out        where install puts things (DESTDIR)
 *	/maps       link maps, written by the driver
 *	/tmp        empty
 *	/etc        passwd, group, hosts, kiln-cc.conf
 *	/dev        null zero full random urandom, fd, stdin, stdout, stderr, shm
 *	/proc       of its own pid namespace
 *	/run/kiln   the slot socket
 * uid and gid 1000 (`kiln`), host name `kiln`, umask 022, LC_ALL=C, TZ=UTC, no
 * network but a loopback of its own, no home, stdin /dev/null.
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
#include "recipe/package.h"

enum sandbox_level {
	SANDBOX_FULL,
	SANDBOX_NONE, /* only on an explicit --sandbox=none; in the key; never bundled */
};

struct sandbox {
	enum sandbox_level level;
	const char *toolroot; /* absolute paths, all of them */
	const char *driver;   /* the kiln-cc program */
	const char *const *driver_name; /* names it stands under in /kiln/bin; NULL-ended */
	const char *driver_conf;        /* text of /etc/kiln-cc.conf */
	const char *const *sysroot;     /* folders merged into /sysroot; NULL-ended; may be empty */
	const char *const *bin;         /* bin folders of needs for build, behind /kiln/bin; NULL-ended */
	const char *stage;              /* folder below /build; NULL: /build starts empty */
	const char *work;               /* folder that keeps the writable parts: upper/ out/ maps/ tmp/ */
	const char *slot_socket;        /* bound to /run/kiln/slot; NULL: none */
	const char *const *env;         /* NAME=value for the bodies; NULL-ended; PATH is added */
	const char *target_root;        /* for tests: bound to /target, see run.h; NULL: none */
	const char *emulator;           /* for tests: program bound to /target/.emulator; NULL: native */
};

struct sandbox_proc {
	pid_t init;
	int control; /* socket to the init */
};

/* Start the namespaces and the init in them. ERR_MACHINE says which step the
 * kernel refused and the setting or container flag that allows it. */
MUST_USE int sandbox_start(const struct sandbox *s, struct sandbox_proc *out, struct err *e);

struct sandbox_phase {
	const char *name; /* as logs and errors name it */
	struct str body;  /* run by sh -eu in /build */
	uint64_t limit_total_s, limit_silent_s;
	uint64_t log_max_bytes;
	int log; /* written to by the caller's side of the sandbox */
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

/* "exit status 2", "no output for 600 seconds (limit-silent)", ...: for messages. */
const char *sandbox_end_text(struct arena *a, const struct sandbox_phase *phase,
    const struct sandbox_result *r);

/* Can this machine do it? NULL when it can, else the sentence with the remedy. Starts a child. */
const char *sandbox_probe(struct arena *a);

#endif
