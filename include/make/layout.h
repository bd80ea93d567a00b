/*
 * layout.h - what a body sees, as data: the plan of a sandbox.
 *
 *	/           a toolroot, read-only
 *	/kiln/bin   the compiler driver under all its names, first in PATH
 *	/sysroot    the merged views of the needs, read-only
 *	/kiln/sysroot  the build machine's, for build-cc
 *	/build      the stage (read-only below) with a writable layer; the current folder
 *	/out        where install puts things (DESTDIR)
 *	/maps       link maps and records, written by the driver
 *	/tmp        work/tmp
 *	/etc        passwd, group, hosts, kiln-cc.conf, kiln-build-cc.conf
 *	/dev        null zero full random urandom, fd, stdin, stdout, stderr, shm
 *	/proc       of its own pid namespace
 *	/run/kiln   work/run: the slot socket, the bodies' texts
 *	/target     for tests only: what a program sees as its root, read-only but for /target/tmp;
 *	            dev/ holds null zero urandom tty and terminals of its own; .emulator runs it
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_LAYOUT_H
#define MAKE_LAYOUT_H

#include "base/arena.h"
#include "make/mount.h"

/* Where they stand, for what is written down inside. */
#define LAYOUT_SYSROOT "/sysroot"
#define LAYOUT_BUILD   "/build"
#define LAYOUT_OUT     "/out"
#define LAYOUT_TMP     "/tmp"

/* The empty folders a toolroot holds to mount on, NULL-ended. */
extern const char *const layout_mount_point[];

enum sandbox_level {
	SANDBOX_FULL,
	SANDBOX_NONE, /* only on an explicit --sandbox=none; in the key; never bundled */
};

struct sandbox {
	enum sandbox_level level;
	const char *toolroot;           /* absolute paths, all of them */
	const char *driver;             /* the kiln-cc program */
	const char *const *driver_name; /* names it stands under in /kiln/bin; NULL-ended */
	const char *driver_conf;        /* text of /etc/kiln-cc.conf */
	const char *const *sysroot;     /* folders merged into /sysroot; NULL-ended; may be empty */
	const char *build_conf; /* text of /etc/kiln-build-cc.conf; NULL: there is no build-cc */
	const char *const *build_sysroot; /* of build_conf: merged into /kiln/sysroot */
	const char *const *bin; /* bin classes of needs for build: usr/bin, usr/sbin, bin and sbin
				   below them stand in PATH behind /kiln/bin; NULL-ended */
	const char *stage;      /* folder below /build; NULL: /build is work/upper itself */
	const char *work; /* folder that keeps the writable parts: upper/ out/ maps/ tmp/ run/;
				   made if need be and never emptied here */
	const char *slot_socket;   /* bound to /run/kiln/slot; NULL: none */
	const char *const *env;    /* NAME=value for the bodies; NULL-ended; PATH is added */
	const char *const *target; /* for tests: folders merged into /target; NULL: none */
	const char *emulator;      /* for tests: program bound to /target/.emulator; NULL: native */
	const char *emulator_conf; /* for tests: text of /etc/kiln-run.conf; NULL: none */
};

/* The steps that make the place. Pure. In a. */
const struct mount_step *layout_steps(struct arena *a, const struct sandbox *s, int *n);

/* The environment of the bodies: s->env, and what it does not set of PATH, LC_ALL=C,
 * TZ=UTC, TERM=dumb. Looks which folders of s->bin are there. NULL-ended; all of it in a. */
const char *const *layout_env(struct arena *a, const struct sandbox *s);

#endif
