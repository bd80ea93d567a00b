/* SPDX-License-Identifier: ISC */
#include "recipe/tree.h"

#include <string.h>

#include "recipe/merge.h"
#include "recipe/parse.h"

/* What was made, by name; made once. */
struct cache {
	struct map index_of;
	VEC(struct made { const void *p; }) made;
};

struct file {
	struct syntax_file *f;
};

struct tree {
	struct arena *run;
	struct arena tmp; /* of one call: what is needed to read, but not kept */
	int depth;        /* of calls within calls: the outermost empties tmp */
	struct files files;
	struct map file_of; /* by path, into file */
	VEC(struct file) file;
	VEC(struct file) read;               /* those whose statements stand in tmp */
	struct cache package;                /* by name, target and options */
	struct cache named[TREE_KIND_COUNT]; /* targets, styles, tools */
	struct cache mirror;
	bool has_mirrors; /* read, or found missing */
};

static const void *
cache_get(const struct cache *c, struct str name)
{
	int at = map_get(&c->index_of, name);

	return at == -1 ? NULL : c->made.v[at].p;
}

static void
cache_put(struct tree *t, struct cache *c, struct str name, const void *p)
{
	c->index_of.a = t->run;
	map_put(&c->index_of, name, c->made.n);
	VEC_ADD(t->run, &c->made, (struct made){ p });
}

static void
enter(struct tree *t)
{
	t->depth++;
}

static void
leave(struct tree *t)
{
	if (--t->depth != 0)
		return;
	for (int i = 0; i < t->read.n; i++) {
		struct syntax_file *f = t->read.v[i].f;
		*f = (struct syntax_file){ .path = f->path, .text = f->text };
	}
	memset(&t->read, 0, sizeof(t->read));
	arena_free(&t->tmp);
}

int
tree_open(struct arena *run, const char *const *root, int nroot, struct tree **out, struct err *e)
{
	struct tree *t = ARENA_NEW(run, struct tree, 1);

	t->run = run;
	if (files_open(&t->files, run, root, nroot, e) == -1)
		return -1;
	*out = t;
	return 0;
}

const char *
tree_root(const struct tree *t, int i)
{
	return i < t->files.nroot ? t->files.root[i].path : NULL;
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
	if (files_find(&t->files, kind, name, root, e) == -1)
		return -1;
	if (*root == -1)
		return no_such(t, kind, name, e);
	*file = arena_printf(&t->tmp, "%s/" STR_FMT, tree_kind_folder(kind), STR_ARG(name));
	return 0;
}

/* A file of one root, its text read once. */
static struct syntax_file *
open_file(struct tree *t, int root, const char *file, struct err *e)
{
	struct str shown = files_shown(&t->files, &t->tmp, root, file);
	int known = map_get(&t->file_of, shown);

	if (known != -1)
		return t->file.v[known].f;
	struct syntax_file *f = ARENA_NEW(t->run, struct syntax_file, 1);
	if (files_read(&t->files, root, file, f, e) == -1)
		return NULL;
	t->file_of.a = t->run;
	map_put(&t->file_of, f->path, t->file.n);
	VEC_ADD(t->run, &t->file, (struct file){ f });
	return f;
}

/* The statements of a file of one root, until the outermost call ends; NULL when it is
 * not there. */
static int
read_syntax(
    struct tree *t, int root, const char *file, const struct syntax_file **out, struct err *e)
{
	struct syntax_file *f = open_file(t, root, file, e);

	*out = NULL;
	if (f == NULL)
		return -1;
	if (f->text.p == NULL)
		return 0;
	if (f->stmt == NULL) {
		if (syntax_read(&t->tmp, f, field_is_body, e) == -1)
			return -1;
		VEC_ADD(&t->tmp, &t->read, (struct file){ f });
	}
	*out = f;
	return 0;
}

static int
read_named(struct tree *t, enum tree_kind kind, struct str name, const struct syntax_file **out,
    struct err *e)
{
	const char *file = NULL;
	int root = -1;

	if (locate(t, kind, name, &root, &file, e) == -1 ||
	    read_syntax(t, root, file, out, e) == -1)
		return -1;
	if (*out == NULL)
		return err_set(e, ERR_MACHINE, "read recipes/%s: it vanished", file);
	return 0;
}

/* What parsing needs to know of the other files. */
static int
prepare(struct tree *t, struct parse *ps, struct err *e)
{
	*ps = (struct parse){ .run = t->run, .tmp = &t->tmp };
	if (files_names(&t->files, TREE_TARGETS, &ps->targets, e) == -1 ||
	    files_names(&t->files, TREE_STYLES, &ps->styles, e) == -1 ||
	    files_names(&t->files, TREE_TOOLS, &ps->tools, e) == -1)
		return -1;
	return 0;
}

static int
make_target(const struct parse *ps, const struct syntax_file *f, void *out, struct err *e)
{
	return parse_target(ps, f, out, e);
}

static int
make_style(const struct parse *ps, const struct syntax_file *f, void *out, struct err *e)
{
	return parse_style(ps, f, out, e);
}

static int
make_tool(const struct parse *ps, const struct syntax_file *f, void *out, struct err *e)
{
	return parse_tool(ps, f, out, e);
}

static int
make_bundle(const struct parse *ps, const struct syntax_file *f, void *out, struct err *e)
{
	return parse_bundle(ps, f, out, e);
}

/* The kinds that are read for nothing but themselves. */
static const struct {
	size_t bytes;
	int (*make)(const struct parse *ps, const struct syntax_file *f, void *out, struct err *e);
} simple[TREE_KIND_COUNT] = {
	[TREE_TARGETS] = { sizeof(struct target), make_target },
	[TREE_STYLES] = { sizeof(struct style), make_style },
	[TREE_TOOLS] = { sizeof(struct tool), make_tool },
	[TREE_BUNDLES] = { sizeof(struct bundle), make_bundle },
};

static int
load(struct tree *t, enum tree_kind kind, struct str name, struct err *e)
{
	void *made = arena_alloc(t->run, simple[kind].bytes);
	const struct syntax_file *f = NULL;
	struct parse ps;

	if (prepare(t, &ps, e) == -1 ||
	    (kind == TREE_BUNDLES &&
		files_names(&t->files, TREE_PACKAGES, &ps.packages, e) == -1) ||
	    read_named(t, kind, name, &f, e) == -1 || simple[kind].make(&ps, f, made, e) == -1)
		return -1;
	cache_put(t, &t->named[kind], str_copy(t->run, name), made);
	return 0;
}

/* The one of a name, made if need be; NULL with an error. */
static const void *
get(struct tree *t, enum tree_kind kind, struct str name, struct err *e)
{
	const void *made = cache_get(&t->named[kind], name);

	if (made != NULL)
		return made;
	enter(t);
	if (load(t, kind, name, e) == 0)
		made = cache_get(&t->named[kind], name);
	leave(t);
	return made;
}

int
tree_target(struct tree *t, struct str name, const struct target **out, struct err *e)
{
	*out = get(t, TREE_TARGETS, name, e);
	return *out == NULL ? -1 : 0;
}

int
tree_style(struct tree *t, struct str name, const struct style **out, struct err *e)
{
	*out = get(t, TREE_STYLES, name, e);
	return *out == NULL ? -1 : 0;
}

int
tree_tool(struct tree *t, struct str name, const struct tool **out, struct err *e)
{
	*out = get(t, TREE_TOOLS, name, e);
	return *out == NULL ? -1 : 0;
}

int
tree_bundle(struct tree *t, struct str name, const struct bundle **out, struct err *e)
{
	*out = get(t, TREE_BUNDLES, name, e);
	return *out == NULL ? -1 : 0;
}

/* The mirrors of one root, behind those of the roots before it. */
static int
load_mirrors(struct tree *t, int root, struct err *e)
{
	struct parse ps = { .run = t->run, .tmp = &t->tmp };
	const struct syntax_file *f = NULL;
	struct mirror *found = NULL;
	int n = 0;

	if (read_syntax(t, root, "mirrors", &f, e) == -1 ||
	    (f != NULL && parse_mirrors(&ps, f, &found, &n, e) == -1))
		return -1;
	for (int i = 0; i < n; i++)
		if (cache_get(&t->mirror, found[i].name) == NULL)
			cache_put(t, &t->mirror, found[i].name, &found[i]);
	return 0;
}

int
tree_mirror(struct tree *t, struct str name, const struct mirror **out, struct err *e)
{
	int result = 0;

	enter(t);
	for (int i = 0; !t->has_mirrors && result == 0 && i < t->files.nroot; i++)
		result = load_mirrors(t, i, e);
	leave(t);
	t->has_mirrors = result == 0;
	*out = cache_get(&t->mirror, name);
	return result;
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
load_package(struct tree *t, const struct wanted *w, const struct package **out, struct err *e)
{
	struct package *p = ARENA_NEW(t->run, struct package, 1);
	const struct syntax_file *f = NULL;
	struct parse ps;
	int root = -1;

	if (prepare(t, &ps, e) == -1)
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
	struct wanted w = { .name = name, .option = { option, noption } };
	int result = 0;

	enter(t);
	struct str key = package_key(&t->tmp, name, target, w.option);
	*out = cache_get(&t->package, key);
	if (*out == NULL) {
		result = tree_target(t, target, &w.target, e);
		if (result == 0)
			result = load_package(t, &w, out, e);
		if (result == 0)
			cache_put(t, &t->package, str_copy(t->run, key), *out);
	}
	leave(t);
	return result;
}

int
tree_check(struct tree *t, const struct tree_request *q, const struct package **out, struct err *e)
{
	struct wanted w = { q->name, NULL, q->option, q->fault, q->ctx };

	enter(t);
	int result = tree_target(t, q->target, &w.target, e);
	if (result == 0)
		result = load_package(t, &w, out, e);
	leave(t);
	return result;
}

int
tree_syntax(struct tree *t, enum tree_kind kind, struct str name, struct arena *a,
    const struct syntax_file **out, struct err *e)
{
	const struct syntax_file *f = NULL;
	struct syntax_file *made = NULL;

	enter(t);
	int result = read_named(t, kind, name, &f, e);
	if (result == 0 && f != NULL)
		result = syntax_parse(a, f->path, f->text, field_is_body, &made, e);
	leave(t);
	*out = made;
	return result;
}

int
tree_mirrors(struct tree *t, struct name_list *out, struct err *e)
{
	const struct map *known = &t->mirror.index_of;
	const struct mirror *none;

	if (tree_mirror(t, STR("none"), &none, e) == -1)
		return -1;
	struct str *name = ARENA_NEW(t->run, struct str, known->n);
	for (int i = 0; i < known->n; i++)
		name[i] = known->entry[i].key;
	*out = (struct name_list){ name, known->n };
	return 0;
}

int
tree_path(struct tree *t, enum tree_kind kind, struct str name, struct str *out, struct err *e)
{
	const char *file = NULL;
	int root = -1;

	enter(t);
	int result = locate(t, kind, name, &root, &file, e);
	if (result == 0)
		*out = files_shown(&t->files, t->run, root, file);
	leave(t);
	return result;
}

int
tree_hidden(struct tree *t, enum tree_kind kind, struct str name, struct str *out, struct err *e)
{
	const char *file = NULL;
	int root = -1;

	*out = STR("");
	enter(t);
	int result = locate(t, kind, name, &root, &file, e);
	for (int i = root + 1; result == 0 && out->n == 0 && i < t->files.nroot; i++)
		if (files_exists(&t->files, i, file))
			*out = files_shown(&t->files, t->run, i, file);
	leave(t);
	return result;
}

void
tree_inputs(const struct tree *t, void (*each)(void *ctx, const char *path), void *ctx)
{
	for (int i = 0; i < t->files.input.n; i++)
		each(ctx, t->files.input.entry[i].key.p);
}
