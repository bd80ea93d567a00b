/* SPDX-License-Identifier: ISC */
#include "recipe/lint.h"
#include "recipe/tree.h"

struct linting {
	struct tree *t;
	struct lint lint;
	struct str name;
	int nproblem; /* given away so far */
	int nfault;   /* found while one variant was read */
	void (*each)(void *ctx, const struct err *);
	void *ctx;
};

static void
count_problem(void *ctx, const struct err *problem)
{
	struct linting *g = ctx;

	g->nproblem++;
	g->each(g->ctx, problem);
}

static void
take_fault(void *ctx, const struct err *fault)
{
	struct linting *g = ctx;
	struct err problem = *fault;

	g->nfault++;
	lint_say(&g->lint, &problem);
}

static void
lint_variant(struct linting *g, struct str target, struct name_list option)
{
	struct tree_request q = { g->name, target, option, take_fault, g };
	const struct package *p;
	struct err e = { 0 };

	g->nfault = 0;
	if (tree_check(g->t, &q, &p, &e) == 0)
		lint_package(&g->lint, p);
	else if (g->nfault == 0)
		lint_say(&g->lint, &e);
}

static struct str
option_word(struct arena *a, struct str name, bool on)
{
	return on ? name : str_printf(a, "-" STR_FMT, STR_ARG(name));
}

/* The defaults, each option the other way round alone, all on, all off. */
static void
lint_options(struct linting *g, struct str target, struct name_list option, const bool *on)
{
	struct str *all = ARENA_NEW(g->lint.a, struct str, option.n);

	lint_variant(g, target, (struct name_list){ 0 });
	for (int i = 0; i < option.n; i++) {
		struct str word = option_word(g->lint.a, option.v[i], !on[i]);
		lint_variant(g, target, (struct name_list){ &word, 1 });
	}
	for (int way = 0; option.n != 0 && way < 2; way++) {
		for (int i = 0; i < option.n; i++)
			all[i] = option_word(g->lint.a, option.v[i], way == 0);
		lint_variant(g, target, (struct name_list){ all, option.n });
	}
}

static bool
names(const struct syntax_file *f, struct str target)
{
	for (int i = 0; i < f->nstmt; i++)
		for (int k = 1;
		     str_is(f->stmt[i].word[0].text, "only-target") && k < f->stmt[i].nword; k++)
			if (str_eq(f->stmt[i].word[k].text, target))
				return true;
	return false;
}

/* For the targets that `only-target` names; for all when it names none that there is. */
static bool
is_for(const struct syntax_file *f, struct str target, const struct str *all, int n)
{
	for (int i = 0; i < n; i++)
		if (names(f, all[i]))
			return names(f, target);
	return true;
}

static void
lint_targets(struct linting *g, const struct syntax_file *f)
{
	struct str *name = ARENA_NEW(g->lint.a, struct str, f->nstmt);
	bool *on = ARENA_NEW(g->lint.a, bool, f->nstmt);
	struct err e = { 0 };
	struct str *target;
	int n = 0, ntarget = 0;

	for (int i = 0; i < f->nstmt; i++) {
		const struct stmt *s = &f->stmt[i];
		if (!str_is(s->word[0].text, "option") || s->nword < 3)
			continue;
		name[n] = s->word[1].text;
		on[n++] = str_is(s->word[2].text, "on");
	}
	if (tree_names(g->t, TREE_TARGETS, &target, &ntarget, &e) == -1)
		lint_say(&g->lint, &e);
	for (int i = 0; i < ntarget; i++)
		if (is_for(f, target[i], target, ntarget))
			lint_options(g, target[i], (struct name_list){ name, n }, on);
}

/* The names that the rules compare with. */
static int
lint_prepare(struct linting *g, struct err *e)
{
	struct str *name;
	int n;

	if (tree_names(g->t, TREE_PACKAGES, &name, &n, e) == -1 ||
	    tree_mirrors(g->t, &g->lint.mirrors, e) == -1)
		return -1;
	g->lint.packages = (struct name_list){ name, n };
	return 0;
}

/* NULL when there is none, or none that can be read: reading the package says so. */
static const struct style *
style_of(struct tree *t, const struct syntax_file *f)
{
	const struct style *style = NULL;
	struct err e = { 0 };
	int i = 0;

	while (i < f->nstmt && !(str_is(f->stmt[i].word[0].text, "style") && f->stmt[i].nword > 1))
		i++;
	if (i == f->nstmt || tree_style(t, f->stmt[i].word[1].text, &style, &e) == -1)
		return NULL;
	return style;
}

int
tree_lint(struct tree *t, struct str name, void (*each)(void *ctx, const struct err *), void *ctx,
    struct err *e)
{
	struct arena a = { 0 };
	struct linting g = { .t = t, .name = name, .each = each, .ctx = ctx };
	const struct syntax_file *f = NULL;

	g.lint = (struct lint){ .a = &a, .each = count_problem, .ctx = &g, .said = { .a = &a } };
	int result = lint_prepare(&g, e);
	if (result == 0)
		result = tree_syntax(t, TREE_PACKAGES, name, &a, &f, e);
	if (result == 0) {
		lint_text(&g.lint, f);
		lint_tools(&g.lint, f, style_of(t, f));
		lint_targets(&g, f);
	} else if (e->kind == ERR_RECIPE) {
		lint_say(&g.lint, e);
		result = 0;
	}
	arena_free(&a);
	return result == -1 ? -1 : g.nproblem;
}
