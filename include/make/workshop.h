/*
 * workshop.h - what every worker of a run needs, and where a package's things are.
 *
 *	out/build/TARGET/PACKAGE/   the work folder of a build: upper/ out/ maps/ tmp/; kept on failure
 *	                            with `stage`, the path of the stage that upper/ lies on
 *	out/log/TARGET/PACKAGE.log  its last build
 *	out/inputs/<key>            what went into a key, for `kiln why`
 *	out/run/                    sockets of running builds
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_WORKSHOP_H
#define MAKE_WORKSHOP_H

#include "make/origin.h"
#include "make/sandbox.h"
#include "make/source.h"
#include "plan/plan.h"
#include "store/store.h"

struct workshop {
	struct tree *tree;
	struct store *store;
	const struct plan *plan;
	int out_dir;
	const char *out_path, *root_path; /* absolute */
	const char *driver;               /* the kiln-cc program */
	struct source_opts source;
	enum sandbox_level level;
	int jobs;
	bool check;             /* run upstream's own suite too */
	enum phase from;        /* resume a kept build at this phase; PHASE_FETCH: from the start */
	const struct str *leak; /* texts that must not stand in an object */
	int nleak;
};

/* Paths of a package's things, absolute. */
char *workshop_build_path(struct arena *a, const struct workshop *w, const struct package *p);
char *workshop_log_path(struct arena *a, const struct workshop *w, const struct package *p);

/* A log to begin anew, at one of our paths; its folder is made. The descriptor, or -1. */
MUST_USE int workshop_log_open(const struct workshop *w, const char *path, struct err *e);

/* What the journal keeps a package's latest key under ("latest"): its name and target. */
struct digest workshop_label(const struct package *p);

/* Fill *out for node i's bodies: tools, sysroot and PATH of its needs, driver, environment.
 * stage, work and slot as in struct sandbox. */
MUST_USE int workshop_sandbox(
    struct arena *a, const struct workshop *w, int i, struct sandbox *out, struct err *e);

/* The sysroot of node i, as data: whose dev class its files are. Absolute paths, in a. */
MUST_USE int workshop_origins(
    struct arena *a, const struct workshop *w, int i, struct origin **out, int *n, struct err *e);

/* The folder of one class of an object in the store, absolute; NULL when the object
 * has none. */
MUST_USE int workshop_class_path(struct arena *a, const struct workshop *w,
    const struct digest *object, enum class class, const char **out, struct err *e);

/* The tools of a package, in its order. */
MUST_USE int workshop_tools(struct arena *a, const struct workshop *w, const struct package *p,
    const struct tool *const **out, struct err *e);

#endif
