/* SPDX-License-Identifier: ISC */
#include "cmd/proof.h"

#include <fcntl.h>

#include "base/json.h"
#include "cmd/result.h"
#include "make/owner.h"
#include "make/program.h"
#include "ship/account.h"
#include "ship/bill.h"
#include "sys/fs.h"

enum { SHOWN_ENTRIES = 12 };

struct proof {
	struct session *s;
	const struct plan *plan;
	struct arena *a;
	int from, to; /* nodes */
	struct buf *out;
	struct json json;
	bool is_json;
	struct owners owners; /* of the sysroot that `from` was linked with */
	int package;          /* row of `to` in it, -1 when it is not linked with it */
};

static struct str
name_of(const struct proof *p, int node)
{
	return p->plan->graph->node[node].package->name;
}

/* ---- the way from recipe to recipe ---- */

/* For each node the edge by which a shortest way to `to` goes on; -1 when there is none. */
static int *
find_ways(const struct proof *p)
{
	const struct graph *g = p->plan->graph;
	int *edge = ARENA_NEW(p->a, int, (size_t)g->n),
	    *length = ARENA_NEW(p->a, int, (size_t)g->n);

	for (int i = 0; i < g->n; i++) {
		edge[i] = -1;
		length[i] = g->n + 1;
	}
	length[p->to] = 0;
	/* Needs stand before what needs them, so one pass sees every way. */
	for (int k = 0; k < g->n; k++) {
		const struct node *node = &g->node[g->order[k]];
		for (int i = 0; i < node->nedge && g->order[k] != p->to; i++)
			if (length[node->edge[i].node] + 1 < length[g->order[k]]) {
				length[g->order[k]] = length[node->edge[i].node] + 1;
				edge[g->order[k]] = i;
			}
	}
	return edge;
}

static void
put_step(struct proof *p, const struct edge *edge)
{
	struct str name = name_of(p, edge->node);
	const char *kind = need_kind_name(edge->kind);

	if (!p->is_json) {
		buf_printf(p->out, " -> " STR_FMT " (%s)", STR_ARG(name), kind);
		return;
	}
	json_open(&p->json, NULL, '{');
	json_str(&p->json, "package", name);
	json_str(&p->json, "kind", str_of(kind));
	json_close(&p->json, '}');
}

static void
put_way(struct proof *p, const struct edge *first, const int *next)
{
	if (p->is_json)
		json_open(&p->json, NULL, '[');
	else
		buf_printf(p->out, "  " STR_FMT, STR_ARG(name_of(p, p->from)));
	put_step(p, first);
	for (int i = first->node; i != p->to;) {
		const struct edge *edge = &p->plan->graph->node[i].edge[next[i]];
		put_step(p, edge);
		i = edge->node;
	}
	if (p->is_json)
		json_close(&p->json, ']');
	else
		buf_add_char(p->out, '\n');
}

/* One way through each need that leads there. */
static void
put_ways(struct proof *p, const int *next)
{
	const struct node *node = &p->plan->graph->node[p->from];

	if (p->is_json)
		json_open(&p->json, "ways", '[');
	else
		buf_printf(p->out, STR_FMT " " STR_FMT " needs " STR_FMT ":\n",
		    STR_ARG(node->package->name), STR_ARG(node->package->target->name),
		    STR_ARG(name_of(p, p->to)));
	for (int i = 0; i < node->nedge; i++)
		if (node->edge[i].node == p->to || next[node->edge[i].node] != -1)
			put_way(p, &node->edge[i], next);
	if (p->is_json)
		json_close(&p->json, ']');
}

/* ---- what the links took ---- */

/* "lib/libcurl.a(easy.o)" of the package's own build, "openssl's libcrypto.a(c_zlib.o)". */
static struct str
short_name(struct proof *p, const struct linked_entry *entry)
{
	struct str name = entry->reference, build = STR(LAYOUT_BUILD "/");

	if (str_starts(name, build))
		return str_skip(name, build.n);
	if (entry->reference_owner == -1)
		return name;
	return str_printf(p->a, STR_FMT "'s " STR_FMT,
	    STR_ARG(p->owners.origin[entry->reference_owner].package), STR_ARG(str_base(name)));
}

static void
put_entry(struct proof *p, const struct linked_entry *entry)
{
	struct str reference = short_name(p, entry);

	if (!p->is_json) {
		buf_printf(p->out,
		    "  " STR_FMT "(" STR_FMT ") for " STR_FMT ", which " STR_FMT " needs\n",
		    STR_ARG(str_base(entry->archive)), STR_ARG(entry->member),
		    STR_ARG(entry->symbol), STR_ARG(reference));
		return;
	}
	json_open(&p->json, NULL, '{');
	json_str(&p->json, "archive", entry->archive);
	json_str(&p->json, "member", entry->member);
	json_str(&p->json, "symbol", entry->symbol);
	json_str(&p->json, "reference", entry->reference);
	if (entry->reference_owner == -1)
		json_null(&p->json, "reference_package");
	else
		json_str(&p->json, "reference_package",
		    p->owners.origin[entry->reference_owner].package);
	json_close(&p->json, '}');
}

static void
put_program(
    struct proof *p, struct str path, const struct linked *l, const struct account_share *share)
{
	int shown = p->is_json || p->s->args->given[OPT_VERBOSE] || l->entry.n <= SHOWN_ENTRIES ?
			l->entry.n :
			SHOWN_ENTRIES;

	if (p->is_json) {
		json_open(&p->json, NULL, '{');
		json_str(&p->json, "path", path);
		json_int(&p->json, "objects", share->nobject);
		json_int(&p->json, "bytes", (int64_t)share->file_bytes);
		json_open(&p->json, "taken", '[');
	} else {
		buf_printf(p->out, "\n" STR_FMT ": %d object%s of " STR_FMT ", %s\n", STR_ARG(path),
		    share->nobject, share->nobject == 1 ? "" : "s", STR_ARG(name_of(p, p->to)),
		    result_size(p->a, share->file_bytes));
	}
	for (int i = 0; i < shown; i++)
		put_entry(p, &l->entry.v[i]);
	if (!p->is_json && shown < l->entry.n)
		buf_printf(p->out, "  and %d more (-v)\n", l->entry.n - shown);
	if (p->is_json) {
		json_close(&p->json, ']');
		json_close(&p->json, '}');
	}
}

/* ---- the programs of an object ---- */

/* Of a program. By Go's linker there is no record, and none to be had. */
enum proven { PROVEN_NO_RECORD, PROVEN_BY_GO, PROVEN_NOTHING, PROVEN_LINKED, PROVEN_COUNT };

static void
put_go(struct proof *p, const struct program *program)
{
	if (!p->is_json) {
		buf_printf(p->out,
		    "\n" STR_FMT " was linked by Go, which keeps no record; it has " STR_FMT "\n",
		    STR_ARG(program->path), STR_ARG(gobuild_print(p->a, &program->go)));
		return;
	}
	json_open(&p->json, NULL, '{');
	json_str(&p->json, "path", program->path);
	bill_put_go(&p->json, &program->go);
	json_close(&p->json, '}');
}

static int
prove(struct proof *p, int dir, const struct program *program, enum proven *found, struct err *e)
{
	const struct linked_owner of = owners_of_links(&p->owners);
	struct str record, map;
	struct linked linked;
	struct account account;
	bool is_kept;

	if (program_link(p->a, dir, program, &record, &map, &is_kept, e) == -1)
		return -1;
	*found = PROVEN_NOTHING;
	if (!is_kept && program->is_go) {
		*found = PROVEN_BY_GO;
		put_go(p, program);
	} else if (!is_kept && p->package != -1)
		*found = PROVEN_NO_RECORD;
	if (!is_kept || p->package == -1)
		return 0;
	if (linked_find(p->a, record, p->package, &of, &linked, e) == -1 ||
	    account_make(p->a, record, map, &of, &account, e) == -1)
		return err_wrap(e, "the record of " STR_FMT "'s link", STR_ARG(program->path));
	const struct account_share share = account_share_of(&account, p->package);
	*found = share.nobject == 0 && linked.entry.n == 0 ? PROVEN_NOTHING : PROVEN_LINKED;
	if (*found == PROVEN_LINKED)
		put_program(p, program->path, &linked, &share);
	return 0;
}

/* A sentence for people, a word for programs. */
static void
put_verdict(struct proof *p, const char *word, const char *sentence)
{
	if (p->is_json)
		json_str(&p->json, "verdict", str_of(word));
	else if (sentence != NULL)
		buf_printf(p->out, "\n%s\n", sentence);
}

static void
judge_counts(struct proof *p, const int *count)
{
	struct str from = name_of(p, p->from), to = name_of(p, p->to);

	if (count[PROVEN_LINKED] != 0)
		put_verdict(p, "linked", NULL);
	else if (count[PROVEN_BY_GO] != 0)
		put_verdict(p, "no-record", NULL);
	else if (p->package == -1)
		put_verdict(p, "not-linked",
		    arena_printf(p->a,
			"nothing of " STR_FMT " is linked into " STR_FMT
			": it is needed to build or to run, or has nothing to link",
			STR_ARG(to), STR_ARG(from)));
	else if (count[PROVEN_NOTHING] == 0 && count[PROVEN_NO_RECORD] == 0)
		put_verdict(p, "no-program",
		    arena_printf(p->a, STR_FMT " installs no program, so nothing was linked",
			STR_ARG(from)));
	else if (count[PROVEN_NOTHING] != 0)
		put_verdict(p, "not-linked",
		    arena_printf(p->a,
			"needed by the recipe, but nothing of " STR_FMT
			" is in any program of " STR_FMT,
			STR_ARG(to), STR_ARG(from)));
	if (count[PROVEN_NO_RECORD] == 0)
		return;
	if (count[PROVEN_LINKED] == 0 && count[PROVEN_NOTHING] == 0 && count[PROVEN_BY_GO] == 0)
		put_verdict(p, "no-record", NULL);
	if (!p->is_json)
		buf_printf(p->out,
		    "\n%d program%s of " STR_FMT
		    " without a record of the link: not linked by kiln's driver, or by an older "
		    "one (kiln build -f " STR_FMT ")\n",
		    count[PROVEN_NO_RECORD], count[PROVEN_NO_RECORD] == 1 ? "" : "s", STR_ARG(from),
		    STR_ARG(from));
}

static int
put_programs(struct proof *p, struct err *e)
{
	const struct digest *digest = &p->plan->outcome[p->from].object;
	const char *path =
	    arena_printf(p->a, "%s/%s", store_path(p->s->store), digest_hex(p->a, digest));
	struct object o;
	struct program *program;
	int count[PROVEN_COUNT] = { 0 };

	CLEANUP(fs_close) int dir = fs_open_dir(AT_FDCWD, path, e);
	if (dir == -1 || store_object(p->s->store, p->a, digest, false, &o, e) == -1)
		return -1;
	int n = programs_find(p->a, dir, &o, &program);
	if (p->is_json)
		json_open(&p->json, "programs", '[');
	for (int i = 0; i < n; i++) {
		enum proven found;
		if (prove(p, dir, &program[i], &found, e) == -1)
			return -1;
		count[found]++;
	}
	if (p->is_json)
		json_close(&p->json, ']');
	judge_counts(p, count);
	return 0;
}

static int
put_proof(struct proof *p, struct err *e)
{
	struct str from = name_of(p, p->from), to = name_of(p, p->to);

	if (!p->plan->outcome[p->from].is_known) {
		put_verdict(p, "not-built",
		    arena_printf(p->a,
			STR_FMT " was not built with these inputs: kiln build " STR_FMT
				" -t " STR_FMT " shows what its programs take",
			STR_ARG(from), STR_ARG(from),
			STR_ARG(p->plan->graph->node[p->from].package->target->name)));
		return 0;
	}
	struct origin *origin;
	if (workshop_origins(p->a, &p->s->workshop, p->from, &origin, &p->owners.n, e) == -1)
		return -1;
	p->owners.origin = origin;
	for (int i = 0; i < p->owners.n; i++)
		if (str_eq(origin[i].package, to))
			p->package = i;
	return put_programs(p, e);
}

/* ---- all of it ---- */

static int
find_need(struct proof *p, struct str need, struct err *e)
{
	const struct graph *g = p->plan->graph;
	const struct package *from = g->node[p->from].package, *unused;

	/* One that does not exist is told with the nearest name. */
	if (tree_package(p->s->tree, need, from->target->name, NULL, 0, &unused, e) == -1)
		return -1;
	p->to = graph_find(g, need, from->target->name);
	if (p->to == -1)
		p->to = graph_find(g, need, session_build_target());
	if (p->to == p->from)
		return err_set(e, ERR_USAGE, "why " STR_FMT " " STR_FMT ": name two packages",
		    STR_ARG(need), STR_ARG(need));
	if (p->to == -1)
		return err_set(e, ERR_USAGE,
		    STR_FMT " for " STR_FMT " does not need " STR_FMT
			    ", nor does anything that it needs (kiln graph " STR_FMT ")",
		    STR_ARG(from->name), STR_ARG(from->target->name), STR_ARG(need),
		    STR_ARG(from->name));
	return 0;
}

int
proof_answer(struct session *s, const struct plan *plan, int i, struct str need, bool is_json,
    struct buf *out, struct err *e)
{
	struct proof p = { .s = s,
		.plan = plan,
		.a = &s->run,
		.from = i,
		.out = out,
		.json = { .out = out },
		.is_json = is_json,
		.package = -1,
		.owners = { .a = &s->run, .seen = { .a = &s->run } } };

	if (find_need(&p, need, e) == -1)
		return -1;
	if (is_json) {
		json_open(&p.json, NULL, '{');
		json_str(&p.json, "schema", STR("kiln/why-need/1"));
		json_str(&p.json, "package", name_of(&p, i));
		json_str(&p.json, "target", plan->graph->node[i].package->target->name);
		json_str(&p.json, "need", need);
	}
	put_ways(&p, find_ways(&p));
	if (put_proof(&p, e) == -1)
		return -1;
	if (is_json) {
		json_close(&p.json, '}');
		buf_add_char(out, '\n');
	}
	return 0;
}
