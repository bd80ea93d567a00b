/* SPDX-License-Identifier: ISC */
#include "sys/draft.h"

#include "sys/fs.h"

int
draft_open(struct arena *a, int parent, const char *group, const char *name, struct draft *out,
    struct err *e)
{
	const char *tmp = arena_printf(a, "%s/.tmp", group);

	*out = (struct draft){ .parent = parent,
		.name = arena_printf(a, "%s/%s", group, name),
		.tmp = arena_printf(a, "%s/%s", tmp, name),
		.dir = -1,
		.lock = -1 };
	if (fs_mkdirs(parent, tmp, e) == -1)
		return -1;
	out->lock = fs_lock(parent, arena_printf(a, "%s.lock", out->tmp), true, true, e);
	if (out->lock == -1 || fs_remove(parent, out->tmp, e) == -1 ||
	    fs_mkdirs(parent, out->tmp, e) == -1)
		return -1;
	out->dir = fs_open_dir(parent, out->tmp, e);
	return out->dir == -1 ? -1 : 0;
}

int
draft_finish(struct draft *d, struct err *e)
{
	return fs_swap(d->parent, d->tmp, d->name, e);
}

void
draft_close(struct draft *d)
{
	struct err left = { 0 };

	fs_close(&d->dir);
	if (d->lock != -1 && fs_remove(d->parent, d->tmp, &left) == -1)
		err_clear(&left); /* the next to open it removes it */
	fs_close(&d->lock);
}
