/* SPDX-License-Identifier: ISC */
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/result.h"
#include "cmd/weight.h"

static void
print_text(const struct graph *g, struct buf *out)
{
	for (int k = 0; k < g->n; k++) {
		const struct node *node = &g->node[g->order[k]];
		buf_printf(out, STR_FMT "@" STR_FMT, STR_ARG(node->package->name),
		    STR_ARG(node->package->target->name));
		for (int i = 0; i < node->nedge; i++)
			buf_printf(out, "%s" STR_FMT "%s", i == 0 ? ": " : " ",
			    STR_ARG(g->node[node->edge[i].node].package->name),
			    node->edge[i].kind == NEED_LINK ? "" :
			    node->edge[i].kind == NEED_RUN  ? " (run)" :
							      " (build)");
		buf_add_char(out, '\n');
	}
}

/* "1.2 MiB", or "-" for what was not built with these inputs. */
static const char *
size_of(struct arena *a, const struct weight *w, uint64_t bytes)
{
	return w->is_known ? result_size(a, bytes) : "-";
}

static void
print_sizes(const struct graph *g, const struct weight *weight, struct buf *out)
{
	int *order = weights_order(out->a, g, weight);

	buf_printf(out, "%-28s %10s %10s %10s %10s\n", "", "dev", "bin", "own", "linked");
	for (int k = 0; k < g->n; k++) {
		const struct package *p = g->node[order[k]].package;
		const struct weight *w = &weight[order[k]];
		char *name = arena_printf(
		    out->a, STR_FMT "@" STR_FMT, STR_ARG(p->name), STR_ARG(p->target->name));
		buf_printf(out, "%-28s %10s %10s %10s %10s\n", name, size_of(out->a, w, w->dev),
		    size_of(out->a, w, w->bin), size_of(out->a, w, w->own),
		    size_of(out->a, w, w->whole));
	}
}

static void
print_dot(const struct graph *g, const struct weight *weight, struct buf *out)
{
	buf_add_z(out, "digraph kiln {\n\trankdir=LR;\n\tnode [shape=box];\n");
	for (int k = 0; k < g->n; k++) {
		const struct node *node = &g->node[g->order[k]];
		const struct weight *w = weight == NULL ? NULL : &weight[g->order[k]];
		buf_printf(out, "\tn%d [label=\"" STR_FMT " " STR_FMT "\\n" STR_FMT, g->order[k],
		    STR_ARG(node->package->name), STR_ARG(node->package->version),
		    STR_ARG(node->package->target->name));
		if (w != NULL)
			buf_printf(out, "\\n%s, linked %s", size_of(out->a, w, w->own),
			    size_of(out->a, w, w->whole));
		buf_add_z(out, "\"];\n");
		for (int i = 0; i < node->nedge; i++)
			buf_printf(out, "\tn%d -> n%d%s;\n", g->order[k], node->edge[i].node,
			    node->edge[i].kind == NEED_LINK ? "" : " [style=dashed]");
	}
	buf_add_z(out, "}\n");
}

static void
print_size_json(const struct weight *w, struct json *j)
{
	if (!w->is_known) {
		json_null(j, "size");
		return;
	}
	json_open(j, "size", '{');
	json_int(j, "dev", (int64_t)w->dev);
	json_int(j, "bin", (int64_t)w->bin);
	json_int(j, "own", (int64_t)w->own);
	json_int(j, "linked", (int64_t)w->whole);
	json_close(j, '}');
}

static void
print_node_json(const struct graph *g, int i, const struct weight *weight, struct json *j)
{
	const struct node *node = &g->node[i];

	json_open(j, NULL, '{');
	json_str(j, "name", node->package->name);
	json_str(j, "version", node->package->version);
	json_str(j, "target", node->package->target->name);
	json_bool(j, "wanted", node->is_wanted);
	if (weight != NULL)
		print_size_json(&weight[i], j);
	json_open(j, "needs", '[');
	for (int k = 0; k < node->nedge; k++) {
		json_open(j, NULL, '{');
		json_str(j, "name", g->node[node->edge[k].node].package->name);
		json_str(j, "kind", str_of(need_kind_name(node->edge[k].kind)));
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void
print_json(const struct graph *g, const struct weight *weight, struct buf *out)
{
	struct json j = { .out = out };

	json_open(&j, NULL, '{');
	json_str(&j, "schema", STR("kiln/graph/1"));
	json_open(&j, "nodes", '[');
	for (int k = 0; k < g->n; k++)
		print_node_json(g, g->order[k], weight, &j);
	json_close(&j, ']');
	json_close(&j, '}');
	buf_add_char(out, '\n');
}

static int
all_wants(struct session *s, struct want **out, int *n, struct err *e)
{
	struct str *name;
	int nname;

	if (s->args->operand.n != 0)
		return session_wants(s, out, n, e);
	if (session_packages(s, &name, &nname, e) == -1)
		return -1;
	return session_every(s, (struct name_list){ name, nname },
	    (struct name_list){ s->target, s->ntarget }, out, n, e);
}

/* Sizes need the store and a plan; a plain graph needs neither. */
static int
make_graph(struct session *s, const struct want *want, int n, struct graph *g,
    struct weight **weight, struct err *e)
{
	struct plan plan;

	*weight = NULL;
	if (!s->args->given[OPT_SIZE])
		return graph_make(&s->run, s->tree, want, n, session_build_target(), g, e);
	if (session_store(s, e) == -1 || session_plan(s, want, n, g, &plan, e) == -1)
		return -1;
	return weights_read(s, &plan, weight, e);
}

int
cmd_graph(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct str format = args->given[OPT_FORMAT] ? args->value[OPT_FORMAT] : STR("text");
	struct weight *weight;
	struct graph g;
	struct want *want;
	int n;

	(void)status;
	if (session_open(&s, args, e) == -1 || all_wants(&s, &want, &n, e) == -1 ||
	    make_graph(&s, want, n, &g, &weight, e) == -1)
		return -1;
	struct buf out = { .a = &s.run };
	if (args->given[OPT_JSON] || str_is(format, "json"))
		print_json(&g, weight, &out);
	else if (str_is(format, "dot"))
		print_dot(&g, weight, &out);
	else if (str_is(format, "text") && weight != NULL)
		print_sizes(&g, weight, &out);
	else if (str_is(format, "text"))
		print_text(&g, &out);
	else
		return err_set(e, ERR_USAGE, "--format '" STR_FMT "': wants text, dot or json",
		    STR_ARG(format));
	return cmd_answer(buf_str(&out), e);
}
