/* SPDX-License-Identifier: ISC */
#include <fcntl.h>

#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/proof.h"
#include "cmd/session.h"
#include "plan/why.h"
#include "sys/fs.h"

struct answer {
	struct session *s;
	const struct plan *plan;
	struct buf out;
	struct json json;
	bool is_json;
};

/* The inputs of the last time the package was built, "" when it never was. */
static int
last_inputs(struct answer *w, const struct package *p, struct str *out, struct err *e)
{
	struct digest label = workshop_label(p);
	struct str key;
	char *path;

	*out = STR("");
	if (!journal_get(store_journal(w->s->store), "latest", &label, &key))
		return 0;
	path = arena_printf(&w->s->run, "inputs/" STR_FMT, STR_ARG(key));
	if (!fs_exists(w->s->out_dir, path))
		return 0;
	return fs_read(&w->s->run, w->s->out_dir, path, FS_READ_MAX, out, e);
}

static bool
last_is_dirty(struct answer *w, const struct package *p, struct str *from)
{
	struct digest label = workshop_label(p), key;
	struct str value;

	return journal_get(store_journal(w->s->store), "latest", &label, &value) &&
	       digest_parse(value, &key) == 0 && store_is_dirty(w->s->store, &key, from);
}

static void
put_change(struct answer *w, const struct why *why)
{
	static const char *const kind[] = { "changed", "added", "removed" };

	if (!w->is_json) {
		buf_add_z(&w->out, "  ");
		why_print(&w->out, why);
		return;
	}
	json_open(&w->json, NULL, '{');
	json_str(&w->json, "input", why->tag);
	json_str(&w->json, "kind", str_of(kind[why->kind]));
	json_str(&w->json, "old", why->old);
	json_str(&w->json, "new", why->new);
	json_close(&w->json, '}');
}

static void
open_package(struct answer *w, const struct package *p, const char *verdict)
{
	if (!w->is_json) {
		buf_printf(&w->out, STR_FMT " " STR_FMT ": %s\n", STR_ARG(p->name),
		    STR_ARG(p->target->name), verdict);
		return;
	}
	json_open(&w->json, NULL, '{');
	json_str(&w->json, "package", p->name);
	json_str(&w->json, "target", p->target->name);
	json_str(&w->json, "verdict", str_of(verdict));
	json_open(&w->json, "changes", '[');
}

static void
close_package(struct answer *w)
{
	if (!w->is_json)
		return;
	json_close(&w->json, ']');
	json_close(&w->json, '}');
}

static int
put_unknown(struct answer *w, int i, struct err *e)
{
	struct arena *a = &w->s->run;
	const struct step *step = &w->plan->step[i];
	const struct package *p = w->plan->graph->node[i].package;
	(void)e;

	open_package(w, p,
	    arena_printf(a, "not decided yet: what '" STR_FMT "' will give is not known",
		STR_ARG(w->plan->graph->node[step->on].package->name)));
	close_package(w);
	return 0;
}

/* A need with another key and the same bytes: a change stopped there. */
static bool
is_cutoff(const struct why *why)
{
	return str_starts(why->tag, STR("via ")) && why->kind == WHY_CHANGED;
}

static int
put_node(struct answer *w, int i, struct err *e)
{
	const struct package *p = w->plan->graph->node[i].package;
	bool is_known = w->plan->outcome[i].is_known;
	struct str old, from;
	struct why *why;
	int n, nreal = 0;

	if (w->plan->step[i].state == PLAN_DEPENDS)
		return put_unknown(w, i, e);
	if (last_inputs(w, p, &old, e) == -1)
		return -1;
	if (old.n == 0) {
		open_package(w, p,
		    is_known ? "built, the inputs of its build are not on record" :
			       "was never built here");
		close_package(w);
		return 0;
	}
	n = why_compare(&w->s->run, old, why_inputs(&w->s->run, w->plan, i), &why);
	for (int k = 0; k < n; k++)
		nreal += !is_cutoff(&why[k]);
	if (nreal != 0 && last_is_dirty(w, p, &from))
		open_package(w, p,
		    arena_printf(&w->s->run,
			"%s; the last build is dirty, from " STR_FMT ", and differs by",
			is_known ? "built before with these inputs" : "to be built again",
			STR_ARG(from)));
	else
		open_package(w, p,
		    nreal != 0 ? is_known ?
				 "built before with these inputs; since the last build:" :
				 "to be built again, because of" :
		    is_known   ? "up to date" :
				 "its object is gone; the same inputs are built again");
	for (int k = 0; k < n; k++) {
		if (!is_cutoff(&why[k])) {
			put_change(w, &why[k]);
			continue;
		}
		struct str need = str_skip(why[k].tag, 4);
		if (!w->is_json)
			buf_printf(&w->out,
			    "  " STR_FMT
			    " was rebuilt and gave the same bytes: the change stops there\n",
			    STR_ARG(need));
		else
			put_change(w, &why[k]);
	}
	close_package(w);
	return 0;
}

static int
put_chain(struct answer *w, int node, struct err *e)
{
	int *seen = ARENA_NEW(&w->s->run, int, (size_t)w->plan->graph->n);
	int n = graph_link_view(w->plan->graph, node, seen);

	if (put_node(w, node, e) == -1)
		return -1;
	/* What it needs is part of the answer where something there changes. */
	for (int k = n - 1; k >= 0; k--) {
		const struct package *p = w->plan->graph->node[seen[k]].package;
		struct str old, key;
		struct digest label = workshop_label(p);
		bool same = w->plan->outcome[seen[k]].is_known &&
			    journal_get(store_journal(w->s->store), "latest", &label, &key) &&
			    str_is(key, digest_hex(&w->s->run, &w->plan->outcome[seen[k]].key));
		(void)old;
		if (!same && put_node(w, seen[k], e) == -1)
			return -1;
	}
	return 0;
}

static int
put_changes(struct answer *w, int node, struct err *e)
{
	if (w->is_json) {
		json_open(&w->json, NULL, '{');
		json_str(&w->json, "schema", STR("kiln/why/1"));
		json_open(&w->json, "packages", '[');
	}
	if (put_chain(w, node, e) == -1)
		return -1;
	if (w->is_json) {
		json_close(&w->json, ']');
		json_close(&w->json, '}');
		buf_add_char(&w->out, '\n');
	}
	return 0;
}

int
cmd_why(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct args asked = *args; /* the second operand is not to be planned */
	struct graph g;
	struct plan plan;
	int node, rc;

	(void)status;
	if (args->operand.n > 2)
		return err_set(e, ERR_USAGE, "why wants a package, and one that it needs");
	asked.operand.n = 1;
	if (session_open(&s, &asked, e) == -1 || session_store(&s, e) == -1 ||
	    session_node(&s, &g, &plan, &node, e) == -1)
		return -1;
	struct answer w = {
		.s = &s, .plan = &plan, .out = { .a = &s.run }, .is_json = args->given[OPT_JSON]
	};
	w.json.out = &w.out;
	if (args->operand.n == 2)
		rc = proof_answer(&s, &plan, node, args->operand.v[1], w.is_json, &w.out, e);
	else
		rc = put_changes(&w, node, e);
	return rc == -1 ? -1 : cmd_answer(buf_str(&w.out), e);
}
