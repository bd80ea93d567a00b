/* SPDX-License-Identifier: ISC */
#include "ship/inventory.h"

#include <fcntl.h>
#include <stdlib.h>

#include "make/owner.h"
#include "make/program.h"
#include "ship/account.h"
#include "sys/fs.h"

struct maker {
	struct arena *a;
	const struct workshop *w;
	const struct fileset *fs;
	struct map part; /* package to its row */
	struct inventory *out;
};

/* ---- parts ---- */

static int
part_of(struct maker *m, int node)
{
	const struct plan *plan = m->w->plan;
	struct inventory_part new = { .package = plan->graph->node[node].package,
		.object = plan->outcome[node].object };
	int i = map_get(&m->part, new.package->name);

	if (i != -1)
		return i;
	map_put(&m->part, new.package->name, m->out->part.n);
	VEC_ADD(m->a, &m->out->part, new);
	return m->out->part.n - 1;
}

static void
add_shipped(struct maker *m, int node)
{
	int row = part_of(m, node);
	struct inventory_part *part = &m->out->part.v[row];

	part->is_shipped = true;
	for (int i = 0; i < m->fs->entry.n; i++)
		if (str_eq(m->fs->entry.v[i].package, part->package->name))
			part->files_bytes += m->fs->entry.v[i].size_bytes;
}

/* ---- programs ---- */

/* What a program was linked from, by the packages of the sysroot that it was linked with. */
static int
add_shares(struct maker *m, int node, const struct owners *owners, const struct account *c,
    struct inventory_program *program, struct err *e)
{
	const struct graph *g = m->w->plan->graph;

	program->share = ARENA_NEW(m->a, struct inventory_share, (size_t)c->share.n + 1);
	for (int i = 0; i < c->share.n; i++) {
		const struct account_share *s = &c->share.v[i];
		struct inventory_share *to = &program->share[program->nshare++];
		*to = (struct inventory_share){ -1, s->nobject, s->file_bytes, s->memory_bytes };
		if (s->owner == ACCOUNT_LINKER)
			continue;
		int from = s->owner == ACCOUNT_OWN ? node :
						     graph_find(g, owners->origin[s->owner].package,
							 g->node[node].package->target->name);
		if (from == -1)
			return err_set(e, ERR_CHECK,
			    STR_FMT " has objects of the build machine's " STR_FMT,
			    STR_ARG(program->path), STR_ARG(owners->origin[s->owner].package));
		to->part = part_of(m, from);
		m->out->part.v[to->part].linked_bytes += s->file_bytes;
	}
	program->known_bytes = c->file_bytes;
	return 0;
}

static int
add_program(struct maker *m, int node, int dir, struct owners *owners,
    const struct fileset_entry *f, struct err *e)
{
	const struct linked_owner of = owners_of_links(owners);
	struct inventory_program new = { .path = f->path,
		.part = part_of(m, node),
		.digest = f->digest,
		.size_bytes = f->size_bytes };
	struct program program;
	struct account account;
	struct str record, map;

	if (!program_find(m->a, dir, f->file, &program))
		return 0;
	new.build_id = program.build_id;
	new.loaded_bytes = program.loaded_bytes;
	new.is_go = program.is_go;
	new.go = program.go;
	if (program_link(m->a, dir, &program, &record, &map, &new.is_known, e) == -1)
		return -1;
	if (new.is_known) {
		if (account_make(m->a, record, map, &of, &account, e) == -1)
			return err_wrap(e, "the record of " STR_FMT "'s link", STR_ARG(f->path));
		if (add_shares(m, node, owners, &account, &new, e) == -1)
			return -1;
	}
	VEC_ADD(m->a, &m->out->program, new);
	return 0;
}

static int
add_programs(struct maker *m, int node, struct err *e)
{
	const struct plan *plan = m->w->plan;
	const char *path = arena_printf(
	    m->a, "%s/%s", store_path(m->w->store), digest_hex(m->a, &plan->outcome[node].object));
	struct owners owners = { .a = m->a, .seen = { .a = m->a } };
	struct origin *origin;

	CLEANUP(fs_close) int dir = fs_open_dir(AT_FDCWD, path, e);
	if (dir == -1 || workshop_origins(m->a, m->w, node, &origin, &owners.n, e) == -1)
		return -1;
	owners.origin = origin;
	for (int i = 0; i < m->fs->entry.n; i++) {
		const struct fileset_entry *f = &m->fs->entry.v[i];
		if (f->file != NULL && str_eq(f->package, plan->graph->node[node].package->name) &&
		    add_program(m, node, dir, &owners, f, e) == -1)
			return -1;
	}
	return 0;
}

/* ---- the order ---- */

static int
compare_programs(const void *one, const void *two)
{
	const struct inventory_program *a = one, *b = two;

	return str_cmp(a->path, b->path);
}

struct numbered {
	struct inventory_part part;
	int was;
};

static int
compare_parts(const void *one, const void *two)
{
	const struct numbered *a = one, *b = two;

	if (a->part.is_shipped != b->part.is_shipped)
		return a->part.is_shipped ? -1 : 1;
	if (a->part.is_shipped)
		return a->was - b->was;
	return str_cmp(a->part.package->name, b->part.package->name);
}

/* Parts that are linked only, by name: they were found in the order of sizes. */
static void
sort(struct maker *m)
{
	int n = m->out->part.n;
	struct numbered *v = ARENA_NEW(m->a, struct numbered, (size_t)n + 1);
	int *now = ARENA_NEW(m->a, int, (size_t)n + 1);

	for (int i = 0; i < n; i++)
		v[i] = (struct numbered){ m->out->part.v[i], i };
	qsort(v, (size_t)n, sizeof(*v), compare_parts);
	for (int i = 0; i < n; i++) {
		m->out->part.v[i] = v[i].part;
		now[v[i].was] = i;
	}
	for (int i = 0; i < m->out->program.n; i++) {
		struct inventory_program *p = &m->out->program.v[i];
		p->part = now[p->part];
		for (int k = 0; k < p->nshare; k++)
			if (p->share[k].part != -1)
				p->share[k].part = now[p->share[k].part];
	}
	if (m->out->program.n > 1)
		qsort(m->out->program.v, (size_t)m->out->program.n, sizeof(*m->out->program.v),
		    compare_programs);
}

int
inventory_make(struct arena *a, const struct workshop *w, const int *node, int nnode,
    const struct fileset *fs, struct inventory *out, struct err *e)
{
	struct maker m = { .a = a, .w = w, .fs = fs, .part = { .a = a }, .out = out };

	*out = (struct inventory){ 0 };
	for (int i = 0; i < nnode; i++)
		add_shipped(&m, node[i]);
	for (int i = 0; i < nnode; i++)
		if (add_programs(&m, node[i], e) == -1)
			return -1;
	sort(&m);
	return 0;
}
