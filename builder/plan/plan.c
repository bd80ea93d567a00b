/* SPDX-License-Identifier: ISC */
#include "plan/plan.h"

void
plan_init(struct arena *run, struct plan *p, const struct graph *graph)
{
	p->graph = graph;
	p->step = ARENA_NEW(run, struct step, (size_t)graph->n);
	p->outcome = ARENA_NEW(run, struct outcome, (size_t)graph->n);
}

static int
first_unknown(const int *node, int n, const struct outcome *outcome)
{
	for (int k = 0; k < n; k++)
		if (!outcome[node[k]].is_known)
			return node[k];
	return -1;
}

/* The first thing node i sees whose bytes are not known, -1 when all are. */
static int
unknown_need(const struct plan *p, int i)
{
	struct arena tmp = { 0 };
	int *node = ARENA_NEW(&tmp, int, (size_t)p->graph->n);
	int on = first_unknown(node, graph_link_view(p->graph, i, node), p->outcome);

	if (on == -1)
		on = first_unknown(node, graph_build_view(p->graph, i, node), p->outcome);
	if (on == -1)
		on = first_unknown(node, graph_build_link_view(p->graph, i, node), p->outcome);
	if (on == -1)
		on = first_unknown(node, graph_run_view(p->graph, i, node), p->outcome);
	arena_free(&tmp);
	return on;
}

static void
decide(struct plan *p, int i)
{
	struct step *s = &p->step[i];
	bool look = !(p->force && p->graph->node[i].is_wanted);

	s->on = unknown_need(p, i);
	if (s->on != -1)
		return;
	s->key = graph_key(p->graph, i, p->outcome, &p->env);
	s->state = PLAN_BUILD;
	if (look && p->lookup(p->ctx, &s->key, &p->outcome[i])) {
		s->state = PLAN_HAVE;
		p->outcome[i].is_known = true;
	}
}

void
plan_update(struct plan *p)
{
	for (int k = 0; k < p->graph->n; k++) {
		int i = p->graph->order[k];
		if (p->step[i].state == PLAN_DEPENDS)
			decide(p, i);
	}
}

void
plan_done(struct plan *p, int i, const struct outcome *o)
{
	p->outcome[i] = *o;
	p->outcome[i].is_known = true;
}

int
plan_count(const struct plan *p, enum plan_state state)
{
	int n = 0;

	for (int i = 0; i < p->graph->n; i++)
		n += p->step[i].state == state;
	return n;
}
