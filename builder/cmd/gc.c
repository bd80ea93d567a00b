/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/result.h"

struct roots {
	struct session *s;
	VEC(struct digest) keep;
};

/* The latest build of each package stays, whatever became of its recipe since, and so does
 * what a person has before them. */
static void
keep_latest(void *ctx, const char *kind, const struct digest *label, struct str value)
{
	struct roots *r = ctx;
	struct digest key, object;
	struct str built;

	(void)label;
	if ((!str_is(str_of(kind), "latest") && !str_is(str_of(kind), "linked")) ||
	    digest_parse(value, &key) == -1)
		return;
	if (journal_get(store_journal(r->s->store), "built", &key, &built) &&
	    digest_parse(built, &object) == 0)
		VEC_ADD(&r->s->run, &r->keep, object);
}

/* And whatever the recipes lead to, for every target. */
static int
keep_planned(struct roots *r, struct err *e)
{
	struct session *s = r->s;
	struct want *want;
	struct str *name, *target = s->target;
	struct graph g;
	struct plan plan;
	int n, nwant, ntarget = s->ntarget;

	if (tree_names(s->tree, TREE_PACKAGES, &name, &n, e) == -1)
		return -1;
	if (!s->args->given[OPT_TARGET] &&
	    tree_names(s->tree, TREE_TARGETS, &target, &ntarget, e) == -1)
		return -1;
	if (session_every(s, (struct name_list){ name, n }, (struct name_list){ target, ntarget },
		&want, &nwant, e) == -1 ||
	    session_plan(s, want, nwant, &g, &plan, e) == -1)
		return -1;
	for (int i = 0; i < g.n; i++)
		if (plan.outcome[i].is_known)
			VEC_ADD(&s->run, &r->keep, plan.outcome[i].object);
	return 0;
}

int
cmd_gc(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct roots r = { .s = &s };
	bool dry = args->given[OPT_DRY_RUN];
	uint64_t freed;
	int n;

	(void)status;
	if (session_open(&s, args, e) == -1 || session_store(&s, e) == -1 ||
	    keep_planned(&r, e) == -1)
		return -1;
	journal_each(store_journal(s.store), keep_latest, &r);
	if (store_collect(s.store, r.keep.v, r.keep.n, dry, &freed, &n, e) == -1)
		return -1;
	fprintf(stderr, "kiln: %d object%s, %s %s\n", n, n == 1 ? "" : "s",
	    result_size(&s.run, freed), dry ? "could be freed" : "freed");
	return 0;
}
