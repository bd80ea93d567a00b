/* SPDX-License-Identifier: ISC */
#include "cmd/choice.h"

#include <assert.h>

#include "base/buf.h"
#include "base/vec.h"

static int
read_word(struct str word, struct choice *out, struct err *e)
{
	struct str rest = word, first = word;

	*out = (struct choice){ .word = word, .option = word };
	if (str_cut(&rest, ':', &first) && first.n != word.n) {
		out->package = first;
		out->option = rest;
	}
	out->name = str_skip(out->option, str_starts(out->option, STR("-")));
	if (!str_is_name(out->name) || (out->package.n != 0 && !str_is_name(out->package)))
		return err_set(e, ERR_USAGE,
		    "--option '" STR_FMT "': wants NAME, -NAME or PACKAGE:NAME", STR_ARG(word));
	return 0;
}

int
choices_read(struct arena *run, struct str list, struct choices *out, struct err *e)
{
	VEC(struct choice) choice = { 0 };
	struct choice one;
	struct str word;

	while (str_cut(&list, ',', &word)) {
		if (read_word(word, &one, e) == -1)
			return -1;
		VEC_ADD(run, &choice, one);
	}
	out->v = choice.v;
	out->n = choice.n;
	return 0;
}

static bool
has_option(const struct package *p, struct str name)
{
	for (int i = 0; i < p->noption; i++)
		if (str_eq(p->option[i].name, name))
			return true;
	return false;
}

/* A word that names the package is for it, even when it has no such option: then reading it
 * says so. */
static bool
is_for(const struct choice *c, const struct package *p)
{
	return c->package.n != 0 ? str_eq(c->package, p->name) : has_option(p, c->name);
}

static int
opposite(const struct choice *a, const struct choice *b, const struct package *p, struct err *e)
{
	return err_set(e, ERR_USAGE,
	    "--option " STR_FMT " and " STR_FMT " say the opposite for " STR_FMT
	    ": leave one of them out",
	    STR_ARG(a->word), STR_ARG(b->word), STR_ARG(p->name));
}

static int
give(struct arena *run, struct choices *c, struct want *w, const struct package *p, struct err *e)
{
	VEC(struct str) option = { 0 };
	VEC(int) given = { 0 };

	for (int i = 0; i < c->n; i++) {
		struct choice *one = &c->v[i];
		if (!is_for(one, p))
			continue;
		for (int k = 0; k < given.n; k++) {
			const struct choice *other = &c->v[given.v[k]];
			if (str_eq(other->name, one->name) && !str_eq(other->option, one->option))
				return opposite(other, one, p, e);
		}
		one->is_used = true;
		VEC_ADD(run, &given, i);
		VEC_ADD(run, &option, one->option);
	}
	w->option = option.v;
	w->noption = option.n;
	return 0;
}

/* A package in the graph, not wanted itself, that has the option; NULL when none has. */
static const struct package *
needed_with(const struct graph *g, struct str name)
{
	for (int i = 0; i < g->n; i++)
		if (!g->node[i].is_wanted && has_option(g->node[i].package, name))
			return g->node[i].package;
	return NULL;
}

/* The options of all that is wanted, each once. */
static struct name_list
known_options(struct arena *run, const struct graph *g)
{
	VEC(struct str) name = { 0 };
	struct map seen = { .a = run };

	for (int i = 0; i < g->n; i++) {
		const struct package *p = g->node[i].package;
		for (int k = 0; g->node[i].is_wanted && k < p->noption; k++) {
			if (map_get(&seen, p->option[k].name) != -1)
				continue;
			map_put(&seen, p->option[k].name, 1);
			VEC_ADD(run, &name, p->option[k].name);
		}
	}
	return (struct name_list){ name.v, name.n };
}

static int
nobody_has(struct arena *run, const struct graph *g, const struct choice *c, struct err *e)
{
	const struct package *needed = needed_with(g, c->name);
	struct buf list = { .a = run };
	struct name_list known = known_options(run, g);
	int near = str_nearest(c->name, known.v, known.n);

	if (needed != NULL)
		return err_set(e, ERR_USAGE,
		    "--option " STR_FMT ": it is an option of " STR_FMT
		    ", which is needed but not named: name " STR_FMT ", too",
		    STR_ARG(c->word), STR_ARG(needed->name), STR_ARG(needed->name));
	assert(near == -1 || known.v != NULL);
	if (near != -1)
		return err_set(e, ERR_USAGE,
		    "--option " STR_FMT ": no package named has it; did you mean '" STR_FMT "'?",
		    STR_ARG(c->word), STR_ARG(known.v[near]));
	for (int i = 0; i < known.n; i++)
		buf_printf(&list, "%s" STR_FMT, i == 0 ? "" : ", ", STR_ARG(known.v[i]));
	return err_set(e, ERR_USAGE, "--option " STR_FMT ": no package named has it; there %s %s",
	    STR_ARG(c->word), known.n == 1 ? "is" : "are", known.n == 0 ? "no options" : list.p);
}

static const struct choice *
first_unused(const struct choices *c)
{
	for (int i = 0; i < c->n; i++)
		if (!c->v[i].is_used)
			return &c->v[i];
	return NULL;
}

static int
check_used(struct arena *run, struct tree *t, const struct choices *c, const struct want *want,
    int n, struct str build_target, struct err *e)
{
	const struct choice *left = first_unused(c);
	struct graph g;

	if (left == NULL)
		return 0;
	if (left->package.n != 0)
		return err_set(e, ERR_USAGE,
		    "--option " STR_FMT ": " STR_FMT
		    " is not among the packages named: name it, too",
		    STR_ARG(left->word), STR_ARG(left->package));
	if (graph_make(run, t, want, n, build_target, &g, e) == -1)
		return -1;
	return nobody_has(run, &g, left, e);
}

int
choices_apply(struct arena *run, struct tree *t, struct choices *c, struct want *want, int n,
    struct str build_target, struct err *e)
{
	const struct package *p;

	for (int i = 0; c->n != 0 && i < n; i++)
		if (tree_package(t, want[i].package, want[i].target, NULL, 0, &p, e) == -1 ||
		    give(run, c, &want[i], p, e) == -1)
			return -1;
	return check_used(run, t, c, want, n, build_target, e);
}
