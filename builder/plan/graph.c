/* SPDX-License-Identifier: ISC */
#include "plan/graph.h"

#include <assert.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"

/* WHITE was not visited, GREY is on the path from a want, BLACK is done. */
enum colour { WHITE, GREY, BLACK };

struct maker {
	struct arena *run;
	struct tree *tree;
	struct str build_target;
	struct map index; /* "package target" to node */
	VEC(struct node) nodes;
	VEC(enum colour) colours;
	VEC(int) order;
	VEC(int) path; /* the grey nodes, outermost first */
};

static int visit(struct maker *m, int i, struct err *e);

static struct str
node_label(struct arena *a, struct str package, struct str target)
{
	return str_printf(a, STR_FMT " " STR_FMT, STR_ARG(package), STR_ARG(target));
}

static int
node_add(struct maker *m, const struct package *p, struct str label)
{
	VEC_ADD(m->run, &m->nodes, (struct node){ .package = p });
	VEC_ADD(m->run, &m->colours, WHITE);
	map_put(&m->index, label, m->nodes.n - 1);
	return m->nodes.n - 1;
}

static int
node_get(struct maker *m, const struct want *w, int *out, struct err *e)
{
	const struct package *p;
	struct str label = node_label(m->run, w->package, w->target);

	*out = map_get(&m->index, label);
	if (*out != -1)
		return 0;
	if (tree_package(m->tree, w->package, w->target, w->option, w->noption, &p, e) == -1)
		return -1;
	*out = node_add(m, p, label);
	return 0;
}

static int
unknown_need(struct maker *m, const struct need *need, struct err *e)
{
	struct str *names;
	int n, near;

	if (tree_names(m->tree, TREE_PACKAGES, &names, &n, e) == -1)
		return -1;
	near = str_nearest(need->name, names, n);
	if (near == -1)
		return loc_err(
		    e, need->at, "no package is called '" STR_FMT "'", STR_ARG(need->name));
	return loc_err(e, need->at,
	    "no package is called '" STR_FMT "'; did you mean '" STR_FMT "'?", STR_ARG(need->name),
	    STR_ARG(names[near]));
}

/* On a cycle: every package on it, from the one that is met again. */
static int
cycle_found(struct maker *m, int again, const struct need *need, struct err *e)
{
	struct buf b = { .a = m->run };
	int from = m->path.n - 1;

	while (m->path.v[from] != again)
		from--;
	for (int i = from; i < m->path.n; i++)
		buf_printf(&b, STR_FMT " -> ", STR_ARG(m->nodes.v[m->path.v[i]].package->name));
	buf_add(&b, m->nodes.v[again].package->name);
	return loc_err(e, need->at, "packages need each other in a circle: %s", b.p);
}

static bool
is_known(struct maker *m, struct str name, struct err *e)
{
	struct str *names;
	int n;

	if (tree_names(m->tree, TREE_PACKAGES, &names, &n, e) == -1)
		return false;
	for (int i = 0; i < n; i++)
		if (str_eq(names[i], name))
			return true;
	return false;
}

static int
unfit_want(struct maker *m, const struct package *p, struct err *e)
{
	return loc_err(e, p->only_at,
	    "'" STR_FMT "' is for " STR_FMT " only, not for " STR_FMT
	    ": ask for one of them with -t",
	    STR_ARG(p->name), STR_ARG(package_only(m->run, p)), STR_ARG(p->target->name));
}

static bool
is_for_build(enum need_kind kind)
{
	return kind == NEED_BUILD || kind == NEED_BUILD_LINK;
}

static int
unfit_need(struct maker *m, const struct package *p, const struct need *need, struct err *e)
{
	struct str only = package_only(m->run, p);
	struct buf when = { .a = m->run };

	if (is_for_build(need->kind))
		return loc_err(e, need->at,
		    "'" STR_FMT "' is for " STR_FMT " only, and what is needed for build runs on "
		    "the build machine, " STR_FMT ": let its recipe be for that too, or take the "
		    "need out",
		    STR_ARG(p->name), STR_ARG(only), STR_ARG(p->target->name));
	for (int i = 0; i < p->nonly_target; i++)
		buf_printf(&when, " " STR_FMT, STR_ARG(p->only_target[i]));
	return loc_err(e, need->at,
	    "'" STR_FMT "' is for " STR_FMT " only, not for " STR_FMT
	    ": put the need into a group `when target%s`",
	    STR_ARG(p->name), STR_ARG(only), STR_ARG(p->target->name), when.p);
}

/* A package's edges while they are made. */
struct edges {
	int from;
	VEC(struct edge) edge;
};

static struct str
edge_target(const struct maker *m, int from, enum need_kind kind)
{
	return is_for_build(kind) ? m->build_target : m->nodes.v[from].package->target->name;
}

static int
add_edge(struct maker *m, struct edges *out, const struct need *need, struct err *e)
{
	struct want w = { .package = need->name, .target = edge_target(m, out->from, need->kind) };
	int to;

	if (map_get(&m->index, node_label(m->run, w.package, w.target)) == -1 &&
	    !is_known(m, need->name, e))
		return e->kind != ERR_NONE ? -1 : unknown_need(m, need, e);
	if (node_get(m, &w, &to, e) == -1)
		return -1;
	if (to == out->from && need->kind == NEED_BUILD)
		return 0;
	if (!package_fits(m->nodes.v[to].package))
		return unfit_need(m, m->nodes.v[to].package, need, e);
	if (m->colours.v[to] == GREY)
		return cycle_found(m, to, need, e);
	VEC_ADD(m->run, &out->edge, (struct edge){ to, need->kind });
	return visit(m, to, e);
}

/* An edge for each part of the build machine's sysroot. */
static int
add_sysroot(struct maker *m, struct edges *out, struct need need, struct err *e)
{
	const struct target *t;

	if (tree_target(m->tree, m->build_target, &t, e) == -1)
		return -1;
	for (int i = 0; i < t->nsysroot; i++) {
		need.name = t->sysroot[i];
		if (add_edge(m, out, &need, e) == -1)
			return -1;
	}
	return 0;
}

static int
visit(struct maker *m, int i, struct err *e)
{
	const struct package *p = m->nodes.v[i].package;
	struct edges edges = { .from = i };

	if (m->colours.v[i] == BLACK)
		return 0;
	m->colours.v[i] = GREY;
	VEC_ADD(m->run, &m->path, i);
	for (int k = 0; k < p->nneed; k++) {
		const struct need *need = &p->need[k];
		if ((need->kind == NEED_BUILD_LINK ? add_sysroot(m, &edges, *need, e) :
						     add_edge(m, &edges, need, e)) == -1)
			return -1;
	}
	m->nodes.v[i].edge = edges.edge.v;
	m->nodes.v[i].nedge = edges.edge.n;
	m->path.n--;
	m->colours.v[i] = BLACK;
	VEC_ADD(m->run, &m->order, i);
	return 0;
}

/* Does what is wanted come to the package that the graph has already? */
static bool
same_options(const struct package *p, const struct want *w, struct maker *m, struct err *e)
{
	const struct package *other;

	if (tree_package(m->tree, w->package, w->target, w->option, w->noption, &other, e) == -1)
		return false;
	for (int i = 0; i < p->noption; i++)
		if (p->option[i].on != other->option[i].on)
			return false;
	return true;
}

/* There is one sysroot, one folder of programs: one of a name. */
static int
wanted_twice(const struct want *w, struct err *e)
{
	return err_set(e, ERR_USAGE,
	    "'" STR_FMT "' for " STR_FMT
	    " is wanted twice with different options: build them one after the other",
	    STR_ARG(w->package), STR_ARG(w->target));
}

int
graph_make(struct arena *run, struct tree *t, const struct want *want, int nwant,
    struct str build_target, struct graph *out, struct err *e)
{
	struct maker m = {
		.run = run, .tree = t, .build_target = build_target, .index = { .a = run }
	};
	int i;

	/* The wanted first: their options must be known before a need finds them. */
	for (int w = 0; w < nwant; w++) {
		if (node_get(&m, &want[w], &i, e) == -1)
			return -1;
		assert(m.nodes.v != NULL);
		if (!package_fits(m.nodes.v[i].package))
			return unfit_want(&m, m.nodes.v[i].package, e);
		if (m.nodes.v[i].is_wanted && !same_options(m.nodes.v[i].package, &want[w], &m, e))
			return e->kind != ERR_NONE ? -1 : wanted_twice(&want[w], e);
		m.nodes.v[i].is_wanted = true;
	}
	for (int w = 0; w < nwant; w++) {
		if (node_get(&m, &want[w], &i, e) == -1 || visit(&m, i, e) == -1)
			return -1;
	}
	*out = (struct graph){ m.nodes.v, m.nodes.n, m.order.v };
	return 0;
}

int
graph_find(const struct graph *g, struct str package, struct str target)
{
	for (int i = 0; i < g->n; i++)
		if (str_eq(g->node[i].package->name, package) &&
		    str_eq(g->node[i].package->target->name, target))
			return i;
	return -1;
}

static void
mark(const struct graph *g, int i, enum need_kind kind, bool *seen)
{
	for (int k = 0; k < g->node[i].nedge; k++) {
		const struct edge *edge = &g->node[i].edge[k];
		if (edge->kind != kind || seen[edge->node])
			continue;
		seen[edge->node] = true;
		mark(g, edge->node, kind, seen);
	}
}

/* A list in the making: the nodes in `wanted`, depth first from where it began. */
struct listing {
	const struct graph *g;
	const bool *wanted;
	bool *visited;
	int *v, n;
};

static void
list_below(struct listing *l, int i)
{
	for (int k = 0; k < l->g->node[i].nedge; k++) {
		int to = l->g->node[i].edge[k].node;
		if (l->visited[to])
			continue;
		l->visited[to] = true;
		list_below(l, to);
		if (l->wanted[to])
			l->v[l->n++] = to;
	}
}

/* Not in order[]'s order: that goes by what else is asked for, and keys must not. */
static int
list_seen(struct arena *tmp, const struct graph *g, int i, const bool *seen, int *v)
{
	struct listing l = {
		.g = g, .wanted = seen, .visited = ARENA_NEW(tmp, bool, (size_t)g->n), .v = v
	};

	list_below(&l, i);
	return l.n;
}

static int
view(const struct graph *g, int i, enum need_kind kind, int *v)
{
	struct arena tmp = { 0 };
	bool *seen = ARENA_NEW(&tmp, bool, (size_t)g->n);
	int n;

	mark(g, i, kind, seen);
	n = list_seen(&tmp, g, i, seen, v);
	arena_free(&tmp);
	return n;
}

int
graph_link_view(const struct graph *g, int i, int *v)
{
	return view(g, i, NEED_LINK, v);
}

int
graph_run_view(const struct graph *g, int i, int *v)
{
	return view(g, i, NEED_RUN, v);
}

/* What i has by its own edges of one kind, and all that these have by another. */
static int
view_beyond(const struct graph *g, int i, enum need_kind first, enum need_kind then, int *v)
{
	struct arena tmp = { 0 };
	bool *seen = ARENA_NEW(&tmp, bool, (size_t)g->n);
	int n;

	for (int k = 0; k < g->node[i].nedge; k++) {
		const struct edge *edge = &g->node[i].edge[k];
		if (edge->kind != first)
			continue;
		seen[edge->node] = true;
		mark(g, edge->node, then, seen);
	}
	n = list_seen(&tmp, g, i, seen, v);
	arena_free(&tmp);
	return n;
}

int
graph_build_view(const struct graph *g, int i, int *v)
{
	return view_beyond(g, i, NEED_BUILD, NEED_RUN, v);
}

int
graph_build_link_view(const struct graph *g, int i, int *v)
{
	return view_beyond(g, i, NEED_BUILD_LINK, NEED_LINK, v);
}
