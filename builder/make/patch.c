/* SPDX-License-Identifier: ISC */
#include "make/patch.h"

#include <unistd.h>

#include "make/diff.h"
#include "make/staged.h"
#include "sys/fs.h"

static mode_t
mode_of(enum diff_mode mode, mode_t otherwise)
{
	if (mode == DIFF_MODE_KEEP)
		return otherwise;
	return mode == DIFF_MODE_PROGRAM ? 0755 : 0644;
}

static int
create(struct arena *a, struct staged *f, const struct diff_file *d, struct err *e)
{
	struct str text;

	if (fs_exists(f->dir, f->name))
		return err_set(e, ERR_PACKAGE, "%s is there already and was to be new", f->path);
	if (diff_apply(a, d, STR(""), &text, e) == -1)
		return -1;
	f->mode = mode_of(d->mode, 0644);
	return staged_write(f, text, e);
}

static int
discard(const struct staged *f, struct str rest, struct err *e)
{
	if (rest.n != 0)
		return err_set(e, ERR_PACKAGE, "%s was to be deleted and holds more", f->path);
	return unlinkat(f->dir, f->name, 0) == -1 ? err_sys(e, "delete %s", f->path) : 0;
}

static int
change(struct arena *a, struct staged *f, const struct diff_file *d, struct err *e)
{
	struct str text;

	if (d->is_new)
		return create(a, f, d, e);
	if (staged_read(a, f, e) == -1 || diff_apply(a, d, f->text, &text, e) == -1)
		return -1;
	if (d->is_deleted)
		return discard(f, text, e);
	f->mode = mode_of(d->mode, f->mode);
	return staged_write(f, text, e);
}

static int
apply_file(int dir, const struct diff_file *d, struct err *e)
{
	struct arena a = { 0 };
	struct staged f;
	int result = staged_open(&a, dir, d->path, &f, e);

	if (result == 0)
		result = change(&a, &f, d, e);
	staged_close(&f);
	arena_free(&a);
	return result;
}

int
patch_apply(int dir, const struct patch *p, struct err *e)
{
	struct arena a = { 0 };
	struct diff d = { 0 };
	int result = diff_parse(&a, p->text, &d, e);

	for (int i = 0; result == 0 && i < d.nfile; i++)
		result = apply_file(dir, &d.file[i], e);
	arena_free(&a);
	return result == -1 ? err_wrap(e, "patch " STR_FMT, STR_ARG(p->name)) : 0;
}
