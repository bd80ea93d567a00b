/* SPDX-License-Identifier: ISC */
#include "recipe/tree.h"

#include "recipe/lint.h"
#include "recipe/merge.h"
#include "recipe/parse.h"

struct tree {
	struct arena *run;
	struct files files;
	/* By name (packages: name, target and options), into the lists below. */
	struct map syntax_of, package_of, target_of, style_of, tool_of, mirror_of;
	VEC(struct syntax_file *) syntax;
	VEC(const struct package *) package;
	VEC(const struct target *) target;
	VEC(const struct style *) style;
	VEC(const struct tool *) tool;
	VEC(const struct mirror *) mirror;
	bool has_mirrors; /* read, or found missing */
};

int
tree_open(struct arena *run, const char *const *root, int nroot, struct tree **out, struct err *e)
{
	struct tree *t = ARENA_NEW(run, struct tree, 1);

	t->run = run;
	t->syntax_of.a = t->package_of.a = t->target_of.a = run;
	t->style_of.a = t->tool_of.a = t->mirror_of.a = run;
	if (files_open(&t->files, run, root, nroot, e) == -1)
		return -1;
	*out = t;
	return 0;
}

int
tree_names(struct tree *t, enum tree_kind kind, struct str **names, int *n, struct err *e)
{
	struct name_list all;

	if (files_names(&t->files, kind, &all, e) == -1)
		return -1;
	*names = ARENA_NEW(t->run, struct str, all.n);
	for (int i = 0; i < all.n; i++)
		(*names)[i] = all.v[i];
	*n = all.n;
	return 0;
}

static int
no_such(struct tree *t, enum tree_kind kind, struct str name, struct err *e)
{
	const char *what = tree_kind_name(kind);
	struct name_list all;

	if (files_names(&t->files, kind, &all, e) == -1)
		return -1;
	int near = str_nearest(name, all.v, all.n);
	if (near == -1)
		return err_set(e, ERR_USAGE, "there is no %s `" STR_FMT "`", what, SHOWN(name));
	return err_set(e, ERR_USAGE, "there is no %s `" STR_FMT "`; did you mean `" STR_FMT "`?",
	    what, SHOWN(name), SHOWN(all.v[near]));
}

/* The root of a file that must be there, and its path below recipes/. */
static int
locate(struct tree *t, enum tree_kind kind, struct str name, int *root, const char **file,
    struct err *e)
{
	static const char *const folder[] = { "packages", "targets", "styles", "tools" };

	if (files_find(&t->files, kind, name, root, e) == -1)
		return -1;
	if (*root == -1)
		return no_such(t, kind, name, e);
	*file = arena_printf(t->run, "%s/" STR_FMT, folder[kind], STR_ARG(name));
	return 0;
}

/* The statements of a file of one root; NULL when it is not there. */
static int
read_syntax(struct tree *t, int root, const char *file, struct syntax_file **out, struct err *e)
{
	struct str shown = files_shown(&t->files, root, file), text;
	int known = map_get(&t->syntax_of, shown);

	*out = NULL;
	if (known != -1) {
		*out = t->syntax.v[known];
		return 0;
	}
	if (files_read(&t->files, root, file, &text, e) == -1)
		return -1;
	if (text.p == NULL)
		return 0;
	if (syntax_parse(t->run, shown, text, field_is_body, out, e) == -1)
		return -1;
	map_put(&t->syntax_of, shown, t->syntax.n);
	VEC_ADD(t->run, &t->syntax, *out);
	return 0;
}

static int
read_named(
    struct tree *t, enum tree_kind kind, struct str name, struct syntax_file **out, struct err *e)
{
	const char *file;
	int root;

	if (locate(t, kind, name, &root, &file, e) == -1 ||
	    read_syntax(t, root, file, out, e) == -1)
		return -1;
	if (*out == NULL)
		return err_set(e, ERR_MACHINE, "read recipes/%s: it vanished", file);
	return 0;
}

/* What parsing needs to know of the other files. */
static int
prepare(struct tree *t, struct arena *tmp, struct parse *ps, struct err *e)
{
	*ps = (struct parse){ .run = t->run, .tmp = tmp };
	if (files_names(&t->files, TREE_TARGETS, &ps->targets, e) == -1 ||
	    files_names(&t->files, TREE_STYLES, &ps->styles, e) == -1 ||
	    files_names(&t->files, TREE_TOOLS, &ps->tools, e) == -1)
		return -1;
	return 0;
}

static int
load_target(struct tree *t, struct str name, struct arena *tmp, struct err *e)
{
	struct target *target = ARENA_NEW(t->run, struct target, 1);
	struct syntax_file *f;
	struct parse ps;

	if (prepare(t, tmp, &ps, e) == -1 || read_named(t, TREE_TARGETS, name, &f, e) == -1 ||
	    parse_target(&ps, f, target, e) == -1)
		return -1;
	map_put(&t->target_of, target->name, t->target.n);
	VEC_ADD(t->run, &t->target, target);
	return 0;
}

int
tree_target(struct tree *t, struct str name, const struct target **out, struct err *e)
{
	struct arena tmp = { 0 };
	int result = 0;

	if (map_get(&t->target_of, name) == -1)
		result = load_target(t, name, &tmp, e);
	arena_free(&tmp);
	if (result == 0)
		*out = t->target.v[map_get(&t->target_of, name)];
	return result;
}

static int
load_style(struct tree *t, struct str name, struct arena *tmp, struct err *e)
{
	struct style *style = ARENA_NEW(t->run, struct style, 1);
	struct syntax_file *f;
	struct parse ps;

	if (prepare(t, tmp, &ps, e) == -1 || read_named(t, TREE_STYLES, name, &f, e) == -1 ||
	    parse_style(&ps, f, style, e) == -1)
		return -1;
	map_put(&t->style_of, style->name, t->style.n);
	VEC_ADD(t->run, &t->style, style);
	return 0;
}

int
tree_style(struct tree *t, struct str name, const struct style **out, struct err *e)
{
	struct arena tmp = { 0 };
	int result = 0;

	if (map_get(&t->style_of, name) == -1)
		result = load_style(t, name, &tmp, e);
	arena_free(&tmp);
	if (result == 0)
		*out = t->style.v[map_get(&t->style_of, name)];
	return result;
}

static int
load_tool(struct tree *t, struct str name, struct arena *tmp, struct err *e)
{
	struct tool *tool = ARENA_NEW(t->run, struct tool, 1);
	struct syntax_file *f;
	struct parse ps;

	if (prepare(t, tmp, &ps, e) == -1 || read_named(t, TREE_TOOLS, name, &f, e) == -1 ||
	    parse_tool(&ps, f, tool, e) == -1)
		return -1;
	map_put(&t->tool_of, tool->name, t->tool.n);
	VEC_ADD(t->run, &t->tool, tool);
	return 0;
}

int
tree_tool(struct tree *t, struct str name, const struct tool **out, struct err *e)
{
	struct arena tmp = { 0 };
	int result = 0;

	if (map_get(&t->tool_of, name) == -1)
		result = load_tool(t, name, &tmp, e);
	arena_free(&tmp);
	if (result == 0)
		*out = t->tool.v[map_get(&t->tool_of, name)];
	return result;
}

/* The mirrors of one root, behind those of the roots before it. */
static int
load_mirrors(struct tree *t, int root, struct err *e)
{
	struct arena tmp = { 0 };
	struct parse ps = { .run = t->run, .tmp = &tmp };
	struct syntax_file *f;
	struct mirror *found = NULL;
	int n = 0, result = read_syntax(t, root, "mirrors", &f, e);

	if (result == 0 && f != NULL)
		result = parse_mirrors(&ps, f, &found, &n, e);
	for (int i = 0; i < n; i++) {
		if (map_get(&t->mirror_of, found[i].name) != -1)
			continue;
		map_put(&t->mirror_of, found[i].name, t->mirror.n);
		VEC_ADD(t->run, &t->mirror, &found[i]);
	}
	arena_free(&tmp);
	return result;
}

int
tree_mirror(struct tree *t, struct str name, const struct mirror **out, struct err *e)
{
	for (int i = 0; !t->has_mirrors && i < t->files.nroot; i++)
		if (load_mirrors(t, i, e) == -1)
			return -1;
	t->has_mirrors = true;
	int at = map_get(&t->mirror_of, name);
	*out = at == -1 ? NULL : t->mirror.v[at];
	return 0;
}

/* What the recipe alone does not say: style, patches, local files. */
static int
complete(struct tree *t, int root, struct package *p, struct err *e)
{
	const struct style *style = NULL;

	if (p->style.n != 0 && tree_style(t, p->style, &style, e) == -1)
		return -1;
	merge(t->run, p, style);
	for (int i = 0; i < p->nsource; i++)
		if (p->source[i].is_local &&
		    files_measure(&t->files, root, p->name, &p->source[i], e) == -1)
			return -1;
	return files_patches(&t->files, root, p->name, &p->patch, &p->npatch, e);
}

/* What a package is read for. */
struct wanted {
	struct str name;
	const struct target *target;
	struct name_list option;
	void (*fault)(void *ctx, const struct err *e); /* as in struct parse */
	void *ctx;
};

static int
load_package(struct tree *t, const struct wanted *w, struct arena *tmp, const struct package **out,
    struct err *e)
{
	struct package *p = ARENA_NEW(t->run, struct package, 1);
	struct syntax_file *f;
	struct parse ps;
	int root;

	if (prepare(t, tmp, &ps, e) == -1)
		return -1;
	ps.fault = w->fault;
	ps.ctx = w->ctx;
	if (read_named(t, TREE_PACKAGES, w->name, &f, e) == -1 ||
	    parse_package(&ps, f, w->target, w->option, p, e) == -1 ||
	    files_find(&t->files, TREE_PACKAGES, w->name, &root, e) == -1 ||
	    complete(t, root, p, e) == -1)
		return -1;
	*out = p;
	return 0;
}

static struct str
package_key(struct arena *a, struct str name, struct str target, struct name_list option)
{
	struct buf key = { .a = a };

	buf_printf(&key, STR_FMT "\t" STR_FMT, STR_ARG(name), STR_ARG(target));
	for (int i = 0; i < option.n; i++)
		buf_printf(&key, "\t" STR_FMT, STR_ARG(option.v[i]));
	return buf_str(&key);
}

int
tree_package(struct tree *t, struct str name, struct str target, const struct str *option,
    int noption, const struct package **out, struct err *e)
{
	struct arena tmp = { 0 };
	struct wanted w = { .name = name, .option = { option, noption } };
	struct str key = package_key(&tmp, name, target, w.option);
	int known = map_get(&t->package_of, key), result = 0;

	if (known != -1) {
		*out = t->package.v[known];
	} else if (tree_target(t, target, &w.target, e) == -1 ||
		   load_package(t, &w, &tmp, out, e) == -1) {
		result = -1;
	} else {
		map_put(&t->package_of, str_copy(t->run, key), t->package.n);
		VEC_ADD(t->run, &t->package, *out);
	}
	arena_free(&tmp);
	return result;
}

int
tree_path(struct tree *t, enum tree_kind kind, struct str name, struct str *out, struct err *e)
{
	const char *file;
	int root;

	if (locate(t, kind, name, &root, &file, e) == -1)
		return -1;
	*out = files_shown(&t->files, root, file);
	return 0;
}

void
tree_inputs(const struct tree *t, void (*each)(void *ctx, const char *path), void *ctx)
{
	for (int i = 0; i < t->files.input.n; i++)
		each(ctx, t->files.input.entry[i].key.p);
}

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
lint_variant(struct linting *g, const struct target *target, struct name_list option)
{
	struct wanted w = { g->name, target, option, take_fault, g };
	const struct package *p;
	struct err e = { 0 };

	g->nfault = 0;
	if (load_package(g->t, &w, g->lint.a, &p, &e) == 0)
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
lint_options(
    struct linting *g, const struct target *target, struct name_list option, const bool *on)
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

static void
lint_targets(struct linting *g, const struct syntax_file *f)
{
	struct str *name = ARENA_NEW(g->lint.a, struct str, f->nstmt);
	bool *on = ARENA_NEW(g->lint.a, bool, f->nstmt);
	struct name_list targets;
	struct err e = { 0 };
	int n = 0;

	for (int i = 0; i < f->nstmt; i++) {
		const struct stmt *s = &f->stmt[i];
		if (!str_is(s->word[0].text, "option") || s->nword < 3)
			continue;
		name[n] = s->word[1].text;
		on[n++] = str_is(s->word[2].text, "on");
	}
	if (files_names(&g->t->files, TREE_TARGETS, &targets, &e) == -1)
		lint_say(&g->lint, &e);
	for (int i = 0; i < targets.n; i++) {
		const struct target *target;
		if (tree_target(g->t, targets.v[i], &target, &e) == -1)
			lint_say(&g->lint, &e);
		else
			lint_options(g, target, (struct name_list){ name, n }, on);
	}
}

/* The names that the rules compare with. */
static int
lint_prepare(struct linting *g, struct err *e)
{
	struct tree *t = g->t;
	const struct mirror *none;
	struct str path;
	int root;

	if (files_names(&t->files, TREE_PACKAGES, &g->lint.packages, e) == -1 ||
	    files_find(&t->files, TREE_PACKAGES, g->name, &root, e) == -1 ||
	    tree_path(t, TREE_PACKAGES, g->name, &path, e) == -1 ||
	    tree_mirror(t, STR("none"), &none, e) == -1)
		return -1;
	struct str *mirror = ARENA_NEW(g->lint.a, struct str, t->mirror.n);
	for (int i = 0; i < t->mirror.n; i++)
		mirror[i] = t->mirror.v[i]->name;
	g->lint.mirrors = (struct name_list){ mirror, t->mirror.n };
	g->lint.patches = str_printf(
	    g->lint.a, "%spatches/" STR_FMT, t->files.root[root].shown, STR_ARG(g->name));
	return 0;
}

static const struct style *
style_of(struct tree *t, const struct syntax_file *f)
{
	const struct style *style = NULL;
	struct err ignored = { 0 }; /* reading the package finds the same */

	for (int i = 0; i < f->nstmt; i++)
		if (str_is(f->stmt[i].word[0].text, "style") && f->stmt[i].nword > 1 &&
		    tree_style(t, f->stmt[i].word[1].text, &style, &ignored) == 0)
			return style;
	return NULL;
}

int
tree_lint(struct tree *t, struct str name, void (*each)(void *ctx, const struct err *), void *ctx,
    struct err *e)
{
	struct arena a = { 0 };
	struct linting g = { .t = t, .name = name, .each = each, .ctx = ctx };
	struct syntax_file *f;

	g.lint = (struct lint){ .a = &a, .each = count_problem, .ctx = &g, .said = { .a = &a } };
	int result = lint_prepare(&g, e);
	if (result == 0)
		result = read_named(t, TREE_PACKAGES, name, &f, e);
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
