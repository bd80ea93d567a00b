/* SPDX-License-Identifier: ISC */
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/session.h"

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

static void
print_dot(const struct graph *g, struct buf *out)
{
	buf_add_z(out, "digraph kiln {\n\trankdir=LR;\n\tnode [shape=box];\n");
	for (int k = 0; k < g->n; k++) {
		const struct node *node = &g->node[g->order[k]];
		buf_printf(out, "\tn%d [label=\"" STR_FMT " " STR_FMT "\\n" STR_FMT "\"];\n",
		    g->order[k], STR_ARG(node->package->name), STR_ARG(node->package->version),
		    STR_ARG(node->package->target->name));
		for (int i = 0; i < node->nedge; i++)
			buf_printf(out, "\tn%d -> n%d%s;\n", g->order[k], node->edge[i].node,
			    node->edge[i].kind == NEED_LINK ? "" : " [style=dashed]");
	}
	buf_add_z(out, "}\n");
}

static void
print_node_json(const struct graph *g, int i, struct json *j)
{
	const struct node *node = &g->node[i];

	json_open(j, NULL, '{');
	json_str(j, "name", node->package->name);
	json_str(j, "version", node->package->version);
	json_str(j, "target", node->package->target->name);
	json_bool(j, "wanted", node->is_wanted);
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
print_json(const struct graph *g, struct buf *out)
{
	struct json j = { .out = out };

	json_open(&j, NULL, '{');
	json_str(&j, "schema", STR("kiln/graph/1"));
	json_open(&j, "nodes", '[');
	for (int k = 0; k < g->n; k++)
		print_node_json(g, g->order[k], &j);
	json_close(&j, ']');
	json_close(&j, '}');
	buf_add_char(out, '\n');
}

static int
all_wants(struct session *s, struct want **out, int *n, struct err *e)
{
	VEC(struct want) want = { 0 };
	struct str *name;
	int nname;

	if (s->args->operand.n != 0)
		return session_wants(s, out, n, e);
	if (session_packages(s, &name, &nname, e) == -1)
		return -1;
	for (int i = 0; i < nname; i++)
		for (int t = 0; t < s->ntarget; t++)
			VEC_ADD(&s->run, &want, (struct want){ name[i], s->target[t], NULL, 0 });
	*out = want.v;
	*n = want.n;
	return 0;
}

int
cmd_graph(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct str format = args->given[OPT_FORMAT] ? args->value[OPT_FORMAT] : STR("text");
	struct graph g;
	struct want *want;
	int n;

	(void)status;
	if (session_open(&s, args, e) == -1 || all_wants(&s, &want, &n, e) == -1 ||
	    graph_make(&s.run, s.tree, want, n, session_build_target(), &g, e) == -1)
		return -1;
	struct buf out = { .a = &s.run };
	if (args->given[OPT_JSON] || str_is(format, "json"))
		print_json(&g, &out);
	else if (str_is(format, "dot"))
		print_dot(&g, &out);
	else if (str_is(format, "text"))
		print_text(&g, &out);
	else
		return err_set(e, ERR_USAGE, "--format '" STR_FMT "': wants text, dot or json",
		    STR_ARG(format));
	return cmd_answer(buf_str(&out), e);
}
