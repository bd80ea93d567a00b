/* SPDX-License-Identifier: ISC */
#include "cmd/cargo.h"

#include "cmd/result.h"
#include "cmd/run.h"
#include "ship/script.h"

/* ---- all that is wanted ---- */

int
shipping_profile(struct shipping *sh, struct err *e)
{
	const struct args *args = sh->s->args;
	struct buf all = { .a = sh->a };
	struct str *name;
	int n;

	if (args->operand.n == 1)
		return tree_bundle(sh->s->tree, args->operand.v[0], &sh->bundle, e);
	if (tree_names(sh->s->tree, TREE_BUNDLES, &name, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		buf_printf(&all, "%s" STR_FMT, i == 0 ? ": there is " : ", ", STR_ARG(name[i]));
	return err_set(e, ERR_USAGE, "%s wants one profile, a file of recipes/bundles%s",
	    args_verb(args->verb)->name, n == 0 ? "" : buf_str(&all).p);
}

static int
find_wants(struct shipping *sh, struct want **out, int *n, struct err *e)
{
	VEC(struct want) v = { 0 };
	const struct package *p;

	for (int t = 0; t < sh->s->ntarget; t++)
		for (int i = 0; i < sh->bundle->npart; i++) {
			const struct bundle_part *part = &sh->bundle->part[i];
			struct want w = { part->package, sh->s->target[t], part->option,
				part->noption };
			if (tree_package(
				sh->s->tree, w.package, w.target, w.option, w.noption, &p, e) == -1)
				return err_wrap(e, "bundle " STR_FMT, STR_ARG(sh->bundle->name));
			VEC_ADD(sh->a, &v, w);
		}
	*out = v.v;
	*n = v.n;
	return 0;
}

int
shipping_build(struct shipping *sh, int *status, struct err *e)
{
	struct sched_result result;
	struct want *want = NULL;
	int n = 0;

	if (find_wants(sh, &want, &n, e) == -1 ||
	    session_plan(sh->s, want, n, &sh->graph, &sh->plan, e) == -1 ||
	    run_plan(sh->s, &sh->plan, true, &result, e) == -1)
		return -1;
	*status = result.signal != 0 ? 128 + result.signal : (int)result.kind;
	/* The verdicts of tests came from workers. */
	return journal_refresh(store_journal(sh->s->store), e);
}

/* ---- what a target gets ---- */

static int
add_node(struct cargo *c, int node, const struct bundle_part *part, struct err *e)
{
	struct shipping *sh = c->sh;
	const struct digest *object = &sh->plan.outcome[node].object;
	const struct package *p = sh->graph.node[node].package;
	const char *why = result_refused(sh->s, &sh->plan, node);
	struct object *o = ARENA_NEW(sh->a, struct object, 1);

	if (map_get(&c->seen, p->name) != -1)
		return 0;
	map_put(&c->seen, p->name, node);
	if (why != NULL)
		return err_set(e, ERR_CHECK, STR_FMT " for " STR_FMT ": %s, so it is in no bundle",
		    STR_ARG(p->name), STR_ARG(c->target->name), why);
	if (store_object(sh->s->store, sh->a, object, false, o, e) == -1)
		return -1;
	VEC_ADD(sh->a, &c->node, node);
	return fileset_add(&c->files, part, o,
	    arena_printf(sh->a, "%s/%s", store_path(sh->s->store), digest_hex(sh->a, object)), e);
}

static const struct bundle_part *
part_of(const struct shipping *sh, struct str package)
{
	for (int i = 0; i < sh->bundle->npart; i++)
		if (str_eq(sh->bundle->part[i].package, package))
			return &sh->bundle->part[i];
	return NULL;
}

static int
add_part(struct cargo *c, const struct bundle_part *part, struct err *e)
{
	struct shipping *sh = c->sh;
	int node = graph_find(&sh->graph, part->package, c->target->name);
	int *need = ARENA_NEW(sh->a, int, (size_t)sh->graph.n);

	if (!sh->plan.outcome[node].is_known && part->optional.n != 0) {
		VEC_ADD(
		    sh->a, &c->left_out, (struct bill_left_out){ part->package, part->optional });
		fileset_miss(&c->files, part->package);
		return 0;
	}
	if (!sh->plan.outcome[node].is_known)
		return loc_err(e, part->at,
		    "'" STR_FMT "' for " STR_FMT " could not be made; `optional REASON` in its "
		    "group lets a bundle go without it",
		    STR_ARG(part->package), STR_ARG(c->target->name));
	if (add_node(c, node, part, e) == -1)
		return -1;
	int n = graph_run_view(&sh->graph, node, need);
	for (int i = 0; i < n; i++)
		if (part_of(sh, sh->graph.node[need[i]].package->name) == NULL &&
		    add_node(c, need[i], NULL, e) == -1)
			return -1;
	return 0;
}

int
cargo_load(struct shipping *sh, const struct target *target, struct cargo *out, struct err *e)
{
	*out = (struct cargo){ .sh = sh,
		.target = target,
		.files = { .a = sh->a, .bundle = sh->bundle, .taken = { .a = sh->a } },
		.seen = { .a = sh->a } };
	for (int i = 0; i < sh->bundle->npart; i++)
		if (add_part(out, &sh->bundle->part[i], e) == -1)
			return -1;
	return 0;
}

int
cargo_take_stock(struct cargo *c, struct err *e)
{
	return inventory_make(
	    c->sh->a, &c->sh->s->workshop, c->node.v, c->node.n, &c->files, &c->inventory, e);
}

int
cargo_seal(struct cargo *c, struct err *e)
{
	if (fileset_finish(&c->files, e) == -1 || scripts_check(&c->files, e) == -1)
		return -1;
	return cargo_take_stock(c, e);
}
