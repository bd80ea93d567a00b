/*
 * graph.h - which package needs which, and in what order to build them.
 *
 * A node is a package for a target with its options.  Nodes are 0..n-1; edges
 * run from a package to what it needs and stand in the recipe's order.  order[]
 * is a depth-first post-order (everything a node needs stands before it), so the
 * same tree always gives the same order.  A package that needs itself for building has
 * that edge for other targets only: for the build machine's own it has what it makes.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef PLAN_GRAPH_H
#define PLAN_GRAPH_H

#include "recipe/tree.h"

struct edge {
	int node;
	enum need_kind kind;
};

struct node {
	const struct package *package;
	struct edge *edge;
	int nedge;
	bool is_wanted; /* asked for by name, not only needed */
};

struct graph {
	struct node *node;
	int n;
	int *order;
};

/* What is asked for. */
struct want {
	struct str package, target;
	struct str *option;
	int noption;
};

/* The graph of everything that nwant wants need. ERR_RECIPE on a cycle, the text names
 * every package on it, located at the need that closes it; ERR_RECIPE for a need on a package that
 * does not exist (located, with the nearest name), or is not for the target. ERR_USAGE when
 * one package is wanted twice with different options. */
MUST_USE int graph_make(struct arena *run, struct tree *t, const struct want *want, int nwant,
    struct str build_target, struct graph *out, struct err *e);

/* The node of a package for a target, -1 when it is not in the graph. */
int graph_find(const struct graph *g, struct str package, struct str target);

/* The nodes whose dev class node i sees: its needs for linking and all they need for
 * linking, each once, in a depth-first post-order from i: the same whatever else is in the
 * graph. Returns how many; v has room for g->n. */
int graph_link_view(const struct graph *g, int i, int *v);

/* The nodes whose bin class stands in node i's PATH. The same shape. */
int graph_build_view(const struct graph *g, int i, int *v);

/* The nodes whose dev class stands in the sysroot of build-cc: those of
 * `need sysroot for build`, which are the build machine's, and all they need for linking. */
int graph_build_link_view(const struct graph *g, int i, int *v);

/* The nodes whose programs go where node i goes: needs for running, transitively. */
int graph_run_view(const struct graph *g, int i, int *v);

#endif
