/*
 * session.h - what a command works with: the tree, the store, the targets asked for.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef CMD_SESSION_H
#define CMD_SESSION_H

#include "base/map.h"
#include "cmd/args.h"
#include "make/working.h"
#include "make/workshop.h"
#include "plan/plan.h"
#include "recipe/tree.h"
#include "store/history.h"
#include "store/store.h"

struct session {
	struct arena run;
	const struct args *args;
	const char *root_path, *out_path; /* absolute: the checkout, and out/ */
	const char *own_path;             /* the file that kiln is */
	const char *program_path;         /* the folder kiln and its companions stand in */
	int out_dir;
	int64_t since_ns; /* when it was opened: before anything was read */
	struct tree *tree;
	struct store *store;     /* NULL until session_store */
	struct history *history; /* the same */
	struct str *target;
	int ntarget, jobs;
	struct map tool_index; /* identities, by name */
	struct str *tool_identity;
	struct workshop workshop;
	struct str *leak;
	struct working working; /* of --src; path NULL without it */
	struct str working_note;
};

/* Find the tree (-C, else upward from the current folder, else where kiln stands) and read
 * targets and -j. */
MUST_USE int session_open(struct session *s, const struct args *args, struct err *e);

/* Open the store and the history too. */
MUST_USE int session_store(struct session *s, struct err *e);

/* The wants that operands (or --all) name, for each target: "curl" or "curl@armv7". With
 * no operand and no --all: ERR_USAGE. */
MUST_USE int session_wants(struct session *s, struct want **out, int *n, struct err *e);

/* The wants of packages, for each of the targets that they are for. */
MUST_USE int session_every(struct session *s, struct name_list package, struct name_list target,
    struct want **out, int *n, struct err *e);

/* The packages that operands name; all when there are none. */
MUST_USE int session_packages(struct session *s, struct str **out, int *n, struct err *e);

/* The graph of wants, and a plan for it with what the store has filled in; with --src the
 * wanted package is that of the working copy. */
MUST_USE int session_plan(struct session *s, const struct want *want, int nwant,
    struct graph *graph, struct plan *plan, struct err *e);

/* The one node that the command line names. */
MUST_USE int session_node(
    struct session *s, struct graph *graph, struct plan *plan, int *node, struct err *e);

/* The target of this machine, for needs for build. */
struct str session_build_target(void);

#endif
