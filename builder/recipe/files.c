/* SPDX-License-Identifier: ISC */
#include "recipe/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/folder.h"
#include "sys/beneath.h"
#include "sys/fs.h"

/* A patch beyond this belongs among the sources. */
enum { PATCH_MAX_BYTES = 16 << 20 };

static const struct {
	const char *one, *folder;
} kinds[TREE_KIND_COUNT] = {
	[TREE_PACKAGES] = { "package", "packages" },
	[TREE_TARGETS] = { "target", "targets" },
	[TREE_STYLES] = { "style", "styles" },
	[TREE_TOOLS] = { "tool", "tools" },
	[TREE_BUNDLES] = { "bundle", "bundles" },
};

const char *
tree_kind_name(enum tree_kind kind)
{
	return kinds[kind].one;
}

const char *
tree_kind_folder(enum tree_kind kind)
{
	return kinds[kind].folder;
}

static void
record(struct files *f, const char *path)
{
	map_put(&f->input, str_of(path), 0);
}

/* An absolute path as the folder it is, without a last "/" or "/.". */
static const char *
absolute(struct arena *run, const char *cwd, const char *path)
{
	size_t n = strlen(path);

	if (strcmp(path, ".") == 0)
		return cwd;
	while (n > 1 && path[n - 1] == '/')
		n--;
	if (path[0] == '/')
		return arena_printf(run, "%.*s", (int)n, path);
	return arena_printf(run, "%s/%.*s", cwd, (int)n, path);
}

/* How errors name a folder: from the current one, when it stands there or below. */
static const char *
shown(struct arena *run, const char *cwd, const char *path)
{
	size_t n = strlen(cwd);

	if (strcmp(path, cwd) == 0)
		return "";
	if (strncmp(path, cwd, n) == 0 && path[n] == '/')
		path += n + 1;
	return arena_printf(run, "%s/", path);
}

static int
open_root(struct files *f, const char *cwd, const char *path, struct files_root *r, struct err *e)
{
	r->path = absolute(f->run, cwd, path);
	r->shown = shown(f->run, cwd, r->path);
	const char *recipes = arena_printf(f->run, "%s/recipes", r->path);
	if (access(recipes, X_OK) == -1)
		return err_set(e, ERR_USAGE, "the recipe tree %s has no folder recipes: %s", path,
		    strerror(errno));
	record(f, recipes);
	return 0;
}

int
files_open(struct files *f, struct arena *run, const char *const *root, int nroot, struct err *e)
{
	char cwd[PATH_MAX];

	if (getcwd(cwd, sizeof(cwd)) == NULL)
		return err_sys(e, "find the current folder");
	*f = (struct files){ .run = run,
		.input.a = run,
		.nroot = nroot,
		.root = ARENA_NEW(run, struct files_root, nroot),
		.has_patches = ARENA_NEW(run, struct map, nroot) };
	const char *here = arena_printf(run, "%s", cwd);
	for (int i = 0; i < nroot; i++)
		if (open_root(f, here, root[i], &f->root[i], e) == -1)
			return -1;
	return 0;
}

typedef bool wanted_name(struct str name);

/* What may be a folder, or may be none: a link may be either, and so may all where the system
 * does not say. */
static bool
is_of_kind(const struct dirent *entry, bool folders)
{
	if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN)
		return true;
	return (entry->d_type == DT_DIR) == folders;
}

/* Names in a folder that wanted accepts, of its files or of its folders; a missing folder has
 * none. */
static int
list_folder(struct files *f, const char *path, bool folders, wanted_name *wanted,
    struct str_vec *out, struct err *e)
{
	DIR *d = opendir(path);
	const struct dirent *entry;

	record(f, path);
	if (d == NULL && errno == ENOENT)
		return 0;
	if (d == NULL)
		return err_sys(e, "list %s", path);
	while ((entry = readdir(d)) != NULL)
		if (is_of_kind(entry, folders) && wanted(str_of(entry->d_name)))
			VEC_ADD(f->run, out, str_copy(f->run, str_of(entry->d_name)));
	closedir(d);
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void
sort(struct str *v, int n)
{
	if (n > 1)
		qsort(v, (size_t)n, sizeof(*v), by_name);
}

static int
list_kind(struct files *f, enum tree_kind kind, struct err *e)
{
	struct files_list *l = &f->list[kind];

	l->root_of.a = f->run;
	for (int i = 0; i < f->nroot; i++) {
		struct str_vec found = { 0 };
		const char *path =
		    arena_printf(f->run, "%s/recipes/%s", f->root[i].path, kinds[kind].folder);
		if (list_folder(f, path, false, str_is_name, &found, e) == -1)
			return -1;
		for (int k = 0; k < found.n; k++)
			if (map_get(&l->root_of, found.v[k]) == -1)
				map_put(&l->root_of, found.v[k], i);
	}
	l->n = l->root_of.n;
	l->name = ARENA_NEW(f->run, struct str, l->n);
	for (int i = 0; i < l->n; i++)
		l->name[i] = l->root_of.entry[i].key;
	sort(l->name, l->n);
	l->is_listed = true;
	return 0;
}

int
files_names(struct files *f, enum tree_kind kind, struct name_list *out, struct err *e)
{
	struct files_list *l = &f->list[kind];

	if (!l->is_listed && list_kind(f, kind, e) == -1)
		return -1;
	*out = (struct name_list){ l->name, l->n };
	return 0;
}

int
files_find(struct files *f, enum tree_kind kind, struct str name, int *root, struct err *e)
{
	struct name_list all;

	if (files_names(f, kind, &all, e) == -1)
		return -1;
	*root = map_get(&f->list[kind].root_of, name);
	return 0;
}

struct str
files_shown(const struct files *f, struct arena *a, int root, const char *file)
{
	return str_printf(a, "%srecipes/%s", f->root[root].shown, file);
}

bool
files_exists(const struct files *f, int root, const char *file)
{
	struct arena tmp = { 0 };
	bool exists =
	    access(arena_printf(&tmp, "%s/recipes/%s", f->root[root].path, file), F_OK) == 0;

	arena_free(&tmp);
	return exists;
}

static int
too_large(struct str shown, int64_t size_bytes, int64_t max_bytes, struct err *e)
{
	return err_set(e, ERR_RECIPE,
	    STR_FMT ":1:1: the file has %lld bytes: expected at most %lld", STR_ARG(shown),
	    (long long)size_bytes, (long long)max_bytes);
}

/* A whole file of at most max_bytes; p == NULL when there is none. */
static int
read_whole(struct files *f, const char *path, struct str shown, int64_t max_bytes, struct str *out,
    struct err *e)
{
	record(f, path);
	/* Without O_NONBLOCK a FIFO of that name would hold us here. */
	CLEANUP(fs_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	*out = (struct str){ 0 };
	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(e, "open %s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_MACHINE, "open %s: not a regular file", path);
	if (st.st_size > max_bytes)
		return too_large(shown, st.st_size, max_bytes, e);
	if (fs_read_fd(f->run, fd, (size_t)st.st_size, out, e) == -1)
		return err_wrap(e, "%s", path);
	return 0;
}

int
files_read(struct files *f, int root, const char *file, struct syntax_file *out, struct err *e)
{
	*out = (struct syntax_file){ .path = files_shown(f, f->run, root, file) };
	return read_whole(f, arena_printf(f->run, "%s/recipes/%s", f->root[root].path, file),
	    out->path, SYNTAX_FILE_MAX, &out->text, e);
}

/* The packages of a root that have patches, listed once: most have none. */
static int
list_patched(struct files *f, int root, struct err *e)
{
	const char *folder = arena_printf(f->run, "%s/patches", f->root[root].path);
	struct map *m = &f->has_patches[root];
	struct str_vec found = { 0 };

	if (list_folder(f, folder, true, str_is_name, &found, e) == -1)
		return -1;
	m->a = f->run;
	for (int i = 0; i < found.n; i++)
		map_put(m, found.v[i], 1);
	return 0;
}

static bool
is_patch(struct str name)
{
	return str_ends(name, STR(".patch")) && name.p[0] != '.';
}

/* The patches of one root that no earlier root has; root_of says whose each is. */
static int
gather_patches(struct files *f, int root, struct str package, struct map *root_of, struct err *e)
{
	struct str_vec found = { 0 };

	if (f->has_patches[root].a == NULL && list_patched(f, root, e) == -1)
		return -1;
	if (map_get(&f->has_patches[root], package) == -1)
		return 0;
	const char *folder =
	    arena_printf(f->run, "%s/patches/" STR_FMT, f->root[root].path, STR_ARG(package));
	if (list_folder(f, folder, false, is_patch, &found, e) == -1)
		return -1;
	for (int i = 0; i < found.n; i++)
		if (map_get(root_of, found.v[i]) == -1)
			map_put(root_of, found.v[i], root);
	return 0;
}

int
files_patches(
    struct files *f, int root, struct str package, struct patch **out, int *n, struct err *e)
{
	struct map root_of = { .a = f->run };
	struct str_vec name = { 0 };

	for (int i = 0; i <= root; i++)
		if (gather_patches(f, i, package, &root_of, e) == -1)
			return -1;
	for (int i = 0; i < root_of.n; i++)
		VEC_ADD(f->run, &name, root_of.entry[i].key);
	sort(name.v, name.n);
	*n = name.n;
	*out = ARENA_NEW(f->run, struct patch, name.n);
	for (int i = 0; i < name.n; i++) {
		struct patch *p = &(*out)[i];
		const struct files_root *r = &f->root[map_get(&root_of, name.v[i])];
		const char *below = arena_printf(
		    f->run, "patches/" STR_FMT "/" STR_FMT, STR_ARG(package), STR_ARG(name.v[i]));
		const char *path = arena_printf(f->run, "%s/%s", r->path, below);
		p->name = name.v[i];
		p->path = arena_printf(f->run, "%s%s", r->shown, below);
		if (read_whole(f, path, str_of(path), PATCH_MAX_BYTES, &p->text, e) == -1)
			return -1;
	}
	return 0;
}

/* Of the first root up to the recipe's that has it; the recipe's own when none has. */
static const char *
find_local(struct files *f, int root, struct str package, struct str file)
{
	const char *path = NULL;

	for (int i = 0; i <= root; i++) {
		path = arena_printf(f->run, "%s/patches/" STR_FMT "/" STR_FMT, f->root[i].path,
		    STR_ARG(package), STR_ARG(file));
		record(f, path);
		if (access(path, F_OK) == 0)
			break;
	}
	return path;
}

/* Every file and every folder of it counts as read: one added anywhere shows. */
static int
measure_folder(struct files *f, struct source *s, struct err *e)
{
	struct folder folder;

	if (folder_read(f->run, s->path, FOLDER_PLAIN, -1, &folder, e) == -1)
		return -1;
	for (int i = 0; i < folder.entry.n; i++)
		record(f, arena_printf(f->run, "%s/" STR_FMT, s->path, STR_ARG(folder.entry.v[i])));
	s->folder = s->path;
	s->sha256 = folder.digest;
	s->size_bytes = folder.size_bytes;
	return 0;
}

/* top: a descriptor of the tree's folder. */
static int
measure_there(struct files *f, int top, struct source *s, struct err *e)
{
	const char *file = str_z(f->run, s->file);
	struct stat st;
	CLEANUP(fs_close) int fd = beneath_open(top, file, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);

	if (fd == -1 && errno == ELOOP)
		return err_set(e, ERR_RECIPE, "%s is a link, or behind one", file);
	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(e, "open %s", file);
	if (S_ISDIR(st.st_mode))
		return measure_folder(f, s, e);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_RECIPE, "%s is neither a plain file nor a folder", file);
	return digest_fd(fd, &s->sha256, &s->size_bytes, e);
}

/* A tree may have its recipes alone; then there is no digest, and no way to build from it. */
static int
measure_from_tree(struct files *f, int root, struct source *s, struct err *e)
{
	const char *top = f->root[root].path;
	struct err why = { 0 };

	s->path = arena_printf(f->run, "%s/" STR_FMT, top, STR_ARG(s->file));
	record(f, s->path);
	CLEANUP(fs_close) int dir = fs_open_dir(AT_FDCWD, top, e);
	if (dir == -1)
		return -1;
	if (!fs_exists(dir, str_z(f->run, s->file)))
		return 0;
	if (measure_there(f, dir, s, &why) == -1)
		return loc_err(e, s->at, "`from-tree " STR_FMT "`: %s", SHOWN(s->file), why.text);
	s->has_sha256 = true;
	return 0;
}

int
files_measure(struct files *f, int root, struct str package, struct source *s, struct err *e)
{
	if (s->is_from_tree)
		return measure_from_tree(f, root, s, e);
	struct err why = { 0 };

	s->path = find_local(f, root, package, s->file);
	CLEANUP(fs_close) int fd = fs_open(AT_FDCWD, s->path, &why);
	if (fd == -1)
		return loc_err(e, s->at, "local file `" STR_FMT "`: %s", SHOWN(s->file), why.text);
	if (digest_fd(fd, &s->sha256, &s->size_bytes, e) == -1)
		return err_wrap(e, "%s", s->path);
	s->has_sha256 = true;
	return 0;
}
