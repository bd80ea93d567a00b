/* SPDX-License-Identifier: ISC */
#include "ship/legal.h"

#include <fcntl.h>
#include <stdlib.h>

#include "lib/digest.h"
#include "ship/sums.h"
#include "sys/fs.h"

/* false when it is there already. */
static bool
take(struct legal *l, struct str path)
{
	if (map_get(&l->taken, path) != -1)
		return false;
	map_put(&l->taken, path, 1);
	return true;
}

static int
make_folder(struct legal *l, struct str path, struct err *e)
{
	struct str base = str_base(path);

	return fs_mkdirs(l->dir, str_z(l->a, (struct str){ path.p, path.n - base.n - 1 }), e);
}

static int
copy(struct legal *l, const char *from, struct str path, struct err *e)
{
	if (!take(l, path))
		return 0;
	if (make_folder(l, path, e) == -1)
		return -1;
	return fs_copy(AT_FDCWD, from, l->dir, str_z(l->a, path), e);
}

/* A file of the tree, by its name there. */
static int
copy_data(struct legal *l, enum tree_kind kind, struct str name, struct str path, struct err *e)
{
	struct str from;

	if (tree_path(l->tree, kind, name, &from, e) == -1)
		return -1;
	return copy(l, str_z(l->a, from), path, e);
}

static int
copy_source(struct legal *l, struct str folder, const struct source *s, struct err *e)
{
	char *from;

	if (s->is_local)
		return copy(l, s->folder != NULL ? s->folder : s->path,
		    str_printf(l->a, STR_FMT "/patches/" STR_FMT, STR_ARG(folder),
			STR_ARG(str_base(s->file))),
		    e);
	if (source_get(l->a, l->tree, s, l->source, &from, e) == -1)
		return -1;
	return copy(
	    l, from, str_printf(l->a, STR_FMT "/" STR_FMT, STR_ARG(folder), STR_ARG(s->file)), e);
}

static int
write_patch(struct legal *l, struct str folder, const struct patch *p, struct err *e)
{
	struct str path =
	    str_printf(l->a, STR_FMT "/patches/" STR_FMT, STR_ARG(folder), STR_ARG(p->name));

	if (!take(l, path))
		return 0;
	if (make_folder(l, path, e) == -1)
		return -1;
	return fs_replace(l->dir, str_z(l->a, path), p->text, 0644, e);
}

static int
copy_rules(struct legal *l, const struct package *p, struct str folder, struct err *e)
{
	struct str target = p->target->name;

	if (copy_data(l, TREE_PACKAGES, p->name,
		str_printf(l->a, STR_FMT "/recipe", STR_ARG(folder)), e) == -1 ||
	    copy_data(l, TREE_TARGETS, target,
		str_printf(l->a, "targets/" STR_FMT, STR_ARG(target)), e) == -1)
		return -1;
	if (p->style.n == 0)
		return 0;
	return copy_data(
	    l, TREE_STYLES, p->style, str_printf(l->a, "styles/" STR_FMT, STR_ARG(p->style)), e);
}

int
legal_add(struct legal *l, const struct package *p, struct err *e)
{
	struct str folder =
	    str_printf(l->a, STR_FMT "-" STR_FMT, STR_ARG(p->name), STR_ARG(p->version));

	for (int i = 0; i < p->nsource; i++)
		if (copy_source(l, folder, &p->source[i], e) == -1)
			return err_wrap(e, STR_FMT, STR_ARG(p->name));
	for (int i = 0; i < p->npatch; i++)
		if (write_patch(l, folder, &p->patch[i], e) == -1)
			return -1;
	return copy_rules(l, p, folder, e);
}

/* ---- the list ---- */

struct listing {
	struct legal *legal;
	struct buf text;
};

static int
add_sum(void *ctx, const struct fs_entry *f, struct err *e)
{
	struct listing *v = ctx;
	struct digest digest;
	uint64_t size_bytes;

	if (!S_ISREG(f->st.st_mode))
		return 0;
	CLEANUP(fs_close) int fd = fs_open(f->dir, f->name, e);
	if (fd == -1 || digest_fd(fd, &digest, &size_bytes, e) == -1)
		return -1;
	v->legal->size_bytes += size_bytes;
	buf_printf(
	    &v->text, "%s  " STR_FMT "\n", digest_hex(v->legal->a, &digest), STR_ARG(f->path));
	return 0;
}

int
legal_finish(struct legal *l, struct err *e)
{
	struct listing v = { .legal = l, .text = { .a = l->a } };

	buf_add_z(&v.text, "");
	if (fs_walk(l->a, AT_FDCWD, l->path, add_sum, &v, e) == -1)
		return -1;
	return fs_replace(l->dir, SUMS_NAME, buf_str(&v.text), 0644, e);
}
