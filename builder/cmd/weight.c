/* SPDX-License-Identifier: ISC */
#include "cmd/weight.h"

#include "cmd/facts.h"

static int
read_own(struct session *s, const struct plan *plan, int i, struct weight *w, struct err *e)
{
	struct arena tmp = { 0 };
	struct object o;
	int n, rc = 0;

	w->is_known = plan->outcome[i].is_known;
	if (w->is_known)
		rc = store_object(s->store, &tmp, &plan->outcome[i].object, false, &o, e);
	if (w->is_known && rc == 0) {
		w->dev = facts_class_bytes(&o, CLASS_DEV, &n);
		w->bin = facts_class_bytes(&o, CLASS_BIN, &n);
		w->own = w->dev + w->bin;
	}
	arena_free(&tmp);
	return rc;
}

/* What is known has needs that are known. */
static uint64_t
sum_whole(const struct graph *g, int i, const struct weight *w, int *node)
{
	int n = graph_link_view(g, i, node);
	uint64_t sum = w[i].own;

	for (int k = 0; k < n; k++)
		sum += w[node[k]].own;
	return sum;
}

int
weights_read(struct session *s, const struct plan *plan, struct weight **out, struct err *e)
{
	const struct graph *g = plan->graph;
	struct weight *w = ARENA_NEW(&s->run, struct weight, (size_t)g->n);
	int *node = ARENA_NEW(&s->run, int, (size_t)g->n);

	for (int i = 0; i < g->n; i++)
		if (read_own(s, plan, i, &w[i], e) == -1)
			return -1;
	for (int i = 0; i < g->n; i++)
		if (w[i].is_known)
			w[i].whole = sum_whole(g, i, w, node);
	*out = w;
	return 0;
}

int *
weights_order(struct arena *a, const struct graph *g, const struct weight *w)
{
	int *order = ARENA_NEW(a, int, (size_t)g->n);

	/* By insertion: equal ones stay in the graph's order. */
	for (int k = 0; k < g->n; k++) {
		int at = k, i = g->order[k];
		for (; at > 0 && w[i].is_known; at--) {
			const struct weight *before = &w[order[at - 1]];
			if (before->is_known && before->whole >= w[i].whole)
				break;
			order[at] = order[at - 1];
		}
		order[at] = i;
	}
	return order;
}
