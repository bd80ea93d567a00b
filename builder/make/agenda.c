/* SPDX-License-Identifier: ISC */
#include "make/agenda.h"

#include "base/map.h"

static void
set_stages(struct arena *run, struct agenda *g, const struct str *stage_name)
{
	int n = g->plan->graph->n;
	struct map index = { .a = run };

	g->stage = ARENA_NEW(run, int, (size_t)n);
	g->prepare = ARENA_NEW(run, enum progress, (size_t)n);
	for (int i = 0; i < n; i++) {
		int at = map_get(&index, stage_name[i]);
		if (at == -1) {
			at = g->nstage++;
			map_put(&index, stage_name[i], at);
		}
		g->stage[i] = at;
	}
}

/* order[] backwards meets everything that needs a node before the node. */
static void
set_priorities(struct agenda *g, const int64_t *expect_ms)
{
	const struct graph *graph = g->plan->graph;

	for (int k = graph->n - 1; k >= 0; k--) {
		int i = graph->order[k];
		g->priority[i] += expect_ms[i];
		for (int j = 0; j < graph->node[i].nedge; j++) {
			int need = graph->node[i].edge[j].node;
			if (g->priority[need] < g->priority[i])
				g->priority[need] = g->priority[i];
		}
	}
}

void
agenda_init(struct arena *run, struct agenda *g, const struct plan *plan, const int64_t *expect_ms,
    const struct str *stage_name)
{
	size_t n = (size_t)plan->graph->n;

	*g = (struct agenda){ .plan = plan };
	g->build = ARENA_NEW(run, enum progress, n);
	g->test = ARENA_NEW(run, enum progress, n);
	g->priority = ARENA_NEW(run, int64_t, n);
	g->is_new = ARENA_NEW(run, bool, n);
	g->has_test = ARENA_NEW(run, bool, n);
	set_stages(run, g, stage_name);
	set_priorities(g, expect_ms);
}

static bool
can_prepare(const struct agenda *g, int i)
{
	enum plan_state state = g->plan->step[i].state;

	return g->build[i] == TODO && g->prepare[g->stage[i]] == TODO &&
	       (state == PLAN_BUILD || (state == PLAN_DEPENDS && g->is_new[i]));
}

static bool
can_build(const struct agenda *g, int i)
{
	return g->build[i] == TODO && g->plan->step[i].state == PLAN_BUILD &&
	       g->prepare[g->stage[i]] == DONE;
}

/* A test sees what its package sees, and the package. */
static bool
can_test(const struct agenda *g, int i)
{
	return g->test[i] == TODO && g->has_test[i] && g->plan->outcome[i].is_known &&
	       g->build[i] != RUNNING;
}

static int
best(const struct agenda *g, bool (*can)(const struct agenda *g, int i))
{
	int found = -1;

	for (int k = 0; k < g->plan->graph->n; k++) {
		int i = g->plan->graph->order[k];
		if (can(g, i) && (found == -1 || g->priority[i] > g->priority[found]))
			found = i;
	}
	return found;
}

int
agenda_next_prepare(const struct agenda *g)
{
	return best(g, can_prepare);
}

static bool
is_testing(const struct agenda *g)
{
	for (int i = 0; i < g->plan->graph->n; i++)
		if (g->test[i] == RUNNING)
			return true;
	return false;
}

int
agenda_next(const struct agenda *g, bool *is_test)
{
	int build = best(g, can_build), test = best(g, can_test);

	*is_test = test != -1 && (build == -1 || !is_testing(g));
	return *is_test ? test : build;
}

static bool
needs_lost(const struct agenda *g, int i)
{
	const struct node *node = &g->plan->graph->node[i];

	for (int k = 0; k < node->nedge; k++) {
		enum progress p = g->build[node->edge[k].node];
		if (p == FAILED || p == SKIPPED)
			return true;
	}
	return false;
}

int
agenda_fail(struct agenda *g, int i, int *list)
{
	int n = 0;

	g->build[i] = FAILED;
	for (int k = 0; k < g->plan->graph->n; k++) {
		int j = g->plan->graph->order[k];
		if (g->build[j] != TODO || g->plan->outcome[j].is_known || !needs_lost(g, j))
			continue;
		g->build[j] = SKIPPED;
		list[n++] = j;
	}
	return n;
}
