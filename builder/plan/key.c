/* SPDX-License-Identifier: ISC */
#include "plan/key.h"

static void
each_tool(const struct package *p, const struct key_env *env, key_each *each, void *ctx)
{
	struct arena tmp = { 0 };

	for (int i = 0; i < p->ntool; i++) {
		char *tag = arena_printf(&tmp, "tool " STR_FMT, STR_ARG(p->tool[i]));
		each(ctx, tag, env->tool(env->ctx, p->tool[i]));
	}
	arena_free(&tmp);
}

struct view {
	const struct graph *g;
	const struct outcome *outcome;
	key_each *each;
	void *ctx;
};

static void
each_need(const struct view *v, const int *node, int n, const char *class)
{
	struct arena tmp = { 0 };

	for (int k = 0; k < n; k++) {
		const struct outcome *o = &v->outcome[node[k]];
		struct str name = v->g->node[node[k]].package->name;
		char *tag = arena_printf(&tmp, "need " STR_FMT " %s", STR_ARG(name), class);
		const struct digest *d = class[0] == 'd' ? &o->dev : &o->bin;
		v->each(v->ctx, tag, str_of(digest_hex(&tmp, d)));
	}
	arena_free(&tmp);
}

struct prefixed {
	struct arena tmp;
	const char *prefix;
	key_each *each;
	void *ctx;
};

static void
each_prefixed(void *ctx, const char *tag, struct str value)
{
	struct prefixed *p = ctx;

	p->each(p->ctx, arena_printf(&p->tmp, "%s %s", p->prefix, tag), value);
}

static void
each_target(const struct view *v, const char *prefix, const struct target *t)
{
	struct prefixed p = { .prefix = prefix, .each = v->each, .ctx = v->ctx };

	target_each_input(t, each_prefixed, &p);
	arena_free(&p.tmp);
}

/* What build-cc works with: all of it is of one target. */
static void
each_build_link(const struct view *v, const int *node, int n)
{
	if (n == 0)
		return;
	each_target(v, "build-target", v->g->node[node[0]].package->target);
	each_need(v, node, n, "dev for build");
}

void
key_each_input(const struct graph *g, int i, const struct outcome *outcome,
    const struct key_env *env, key_each *each, void *ctx)
{
	struct arena tmp = { 0 };
	struct view v = { g, outcome, each, ctx };
	int *node = ARENA_NEW(&tmp, int, (size_t)g->n);

	each(ctx, "kiln-key", STR("1"));
	each(ctx, "policy", str_printf(&tmp, "%d", KEY_POLICY));
	each(ctx, "sandbox", str_of(env->sandbox));
	package_each_input(g->node[i].package, each, ctx);
	each_target(&v, "target", g->node[i].package->target);
	each_tool(g->node[i].package, env, each, ctx);
	each_need(&v, node, graph_link_view(g, i, node), "dev");
	each_need(&v, node, graph_build_view(g, i, node), "bin");
	each_build_link(&v, node, graph_build_link_view(g, i, node));
	arena_free(&tmp);
}

static void
add_field(void *ctx, const char *tag, struct str value)
{
	digest_field(ctx, tag, value);
}

struct digest
graph_key(const struct graph *g, int i, const struct outcome *outcome, const struct key_env *env)
{
	struct digest_ctx c;

	digest_init(&c);
	key_each_input(g, i, outcome, env, add_field, &c);
	return digest_end(&c);
}
