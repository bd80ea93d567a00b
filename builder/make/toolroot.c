/* SPDX-License-Identifier: ISC */
#include "make/toolroot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "make/layout.h"
#include "make/toollist.h"
#include "make/toolpool.h"
#include "make/toolversion.h"
#include "sys/fs.h"

/* Raised when a root of the same files would look different. */
#define ROOT_FORMAT "1"

void
tool_missing(struct arena *a, const struct tool *t, struct str **path, int *n)
{
	VEC(struct str) missing = { 0 };

	for (int i = 0; i < t->nprogram; i++)
		if (access(str_z(a, t->program[i].path), X_OK) == -1)
			VEC_ADD(a, &missing, t->program[i].path);
	for (int i = 0; i < t->ndata; i++)
		if (access(str_z(a, t->data[i]), R_OK) == -1)
			VEC_ADD(a, &missing, t->data[i]);
	*path = missing.v;
	*n = missing.n;
}

void
tool_packages(struct map *list, const struct tool *t)
{
	for (int i = 0; i < t->ndebian; i++)
		map_put(list, t->debian[i], 1);
}

/* "tool bison: this machine has no /usr/bin/bison and more" */
static void
add_missing(struct arena *a, struct buf *text, const struct tool *t, const struct str *path, int n)
{
	buf_printf(text, "%stool " STR_FMT ": this machine has no " STR_FMT "%s",
	    text->n == 0 ? "" : "; ", STR_ARG(t->name), STR_ARG(str_clean(a, path[0])),
	    n > 1 ? " and more" : "");
}

int
tools_check(const struct tool *const *tool, int ntool, struct err *e)
{
	struct arena a = { 0 };
	struct buf text = { .a = &a }, names = { .a = &a };
	struct map packages = { .a = &a };
	struct str *path;
	int n, rc = 0;

	for (int i = 0; i < ntool; i++) {
		tool_missing(&a, tool[i], &path, &n);
		if (n == 0)
			continue;
		add_missing(&a, &text, tool[i], path, n);
		tool_packages(&packages, tool[i]);
	}
	for (int i = 0; i < packages.n; i++)
		buf_printf(&names, " " STR_FMT, STR_ARG(packages.entry[i].key));
	if (text.n != 0 && names.n == 0)
		rc = err_set(
		    e, ERR_MACHINE, "%s; install it, or say in recipes/tools where it is", text.p);
	else if (text.n != 0)
		rc = err_set(e, ERR_MACHINE, "%s; on Debian: apt-get install%s", text.p, names.p);
	arena_free(&a);
	return rc;
}

static int
list(struct arena *a, int out_dir, const struct tool *t, enum toollist_what what,
    struct toolfile **file, int *n, struct err *e)
{
	struct err missing = { 0 };

	if (toollist_get(a, out_dir, t, what, file, n, e) == 0)
		return 0;
	if (tools_check(&t, 1, &missing) == -1)
		*e = missing;
	return -1;
}

static const char *
what_of(struct arena *a, const struct toolfile *f)
{
	if (toolfile_is_link(f))
		return str_z(a, f->target);
	return f->type == TOOLFILE_FOLDER ? "" : digest_hex(a, &f->digest);
}

/* Everything a body can see of the files, and nothing else: no times, no inodes. */
static struct digest
digest_list(const char *tag, const struct toolfile *file, int n)
{
	struct arena tmp = { 0 };
	struct digest_ctx c;

	digest_init(&c);
	digest_field(&c, tag, STR(ROOT_FORMAT));
	for (int i = 0; i < n; i++) {
		enum toolfile_type type = file[i].type;
		if (type == TOOLFILE_NAME)
			type = TOOLFILE_LINK;
		digest_field(&c, "type", str_printf(&tmp, "%c", (int)type));
		digest_field(&c, "path", file[i].path);
		digest_field(&c, "what", str_of(what_of(&tmp, &file[i])));
	}
	struct digest d = digest_end(&c);
	arena_free(&tmp);
	return d;
}

int
tool_identity(struct arena *run, int out_dir, const struct tool *t, struct str *out, struct err *e)
{
	struct arena tmp = { 0 };
	struct toolfile *file;
	int n;

	if (!t->by_bytes)
		return tools_check(&t, 1, e) == -1 ? -1 : toolversion_get(run, out_dir, t, out, e);
	int rc = list(&tmp, out_dir, t, TOOLLIST_NAMED, &file, &n, e);
	if (rc == 0) {
		struct digest d = digest_list("kiln-tool", file, n);
		*out =
		    str_printf(run, STR_FMT " sha256:%s", STR_ARG(t->name), digest_hex(&tmp, &d));
	}
	arena_free(&tmp);
	return rc;
}

/* The files of several tools, each path once. */
struct merged {
	struct arena *a;
	VEC(struct toolfile) file;
	struct map seen;
};

static int
merge_one(struct merged *m, const struct toolfile *f, struct err *e)
{
	int i = map_get(&m->seen, f->path);

	if (i == -1) {
		map_put(&m->seen, f->path, m->file.n);
		VEC_ADD(m->a, &m->file, *f);
		return 0;
	}
	assert(m->file.v != NULL);
	const char *one = what_of(m->a, &m->file.v[i]), *other = what_of(m->a, f);
	if (strcmp(one, other) == 0)
		return 0;
	return err_set(e, ERR_MACHINE, "two tools disagree what " STR_FMT " is: %s or %s",
	    STR_ARG(f->path), one, other);
}

/* The frame that every root has: /usr is merged, and there is something to mount on. */
static int
merge_frame(struct merged *m, struct err *e)
{
	static const char *const link[] = { "bin", "sbin", "lib", "lib64" };

	for (size_t i = 0; i < COUNT_OF(link); i++) {
		struct toolfile f = { .type = TOOLFILE_LINK };
		f.path = str_printf(m->a, "/%s", link[i]);
		f.target = str_printf(m->a, "usr/%s", link[i]);
		struct toolfile folder = { .type = TOOLFILE_FOLDER };
		folder.path = str_printf(m->a, "/usr/%s", link[i]);
		if (merge_one(m, &f, e) == -1 || merge_one(m, &folder, e) == -1)
			return -1;
	}
	for (int i = 0; layout_mount_point[i] != NULL; i++) {
		struct toolfile f = { .type = TOOLFILE_FOLDER };
		f.path = str_printf(m->a, "/%s", layout_mount_point[i]);
		if (merge_one(m, &f, e) == -1)
			return -1;
	}
	return 0;
}

static int
merge(struct merged *m, int out_dir, const struct tool *const *tool, int ntool, struct err *e)
{
	struct toolfile *file;
	int n;

	if (merge_frame(m, e) == -1)
		return -1;
	for (int i = 0; i < ntool; i++) {
		if (list(m->a, out_dir, tool[i], TOOLLIST_ALL, &file, &n, e) == -1)
			return -1;
		for (int k = 0; k < n; k++)
			if (merge_one(m, &file[k], e) == -1)
				return -1;
	}
	qsort(m->file.v, (size_t)m->file.n, sizeof(m->file.v[0]), toolfile_by_path);
	return 0;
}

int
toolroot_get(struct arena *run, int out_dir, const struct tool *const *tool, int ntool, char **path,
    struct err *e)
{
	struct arena tmp = { 0 };
	struct merged m = { .a = &tmp, .seen = { .a = &tmp } };
	char *out_path;
	int rc = merge(&m, out_dir, tool, ntool, e);

	if (rc == 0) {
		struct digest id = digest_list("kiln-toolroot", m.file.v, m.file.n);
		char *name = arena_printf(&tmp, "tools/%s", digest_hex(&tmp, &id));
		rc = fs_path(&tmp, out_dir, &out_path, e);
		if (rc == 0 && !fs_exists(out_dir, name))
			rc = toolpool_make(out_dir, name, m.file.v, m.file.n, e);
		if (rc == 0)
			*path = arena_printf(run, "%s/%s", out_path, name);
	}
	arena_free(&tmp);
	return rc;
}
