/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/map.h"
#include "store/shelf.h"
#include "store/store.h"
#include "sys/fs.h"

static const char damaged_name[] = "damaged";

/* One object while its files are compared with its manifest. */
struct check {
	struct arena *a;
	const struct object *o;
	struct map at; /* "class/path" -> index into o->file */
	int nseen;
};

static int
check_bytes(const struct fs_entry *entry, const struct object_file *f, struct err *e)
{
	unsigned want = f->mode == 0755 ? 0555 : 0444;
	struct digest d;
	CLEANUP(fs_close)
	int fd = openat(entry->dir, entry->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd == -1)
		return err_sys(e, "open");
	if (digest_fd(fd, &d, NULL, e) == -1)
		return -1;
	if (!digest_eq(&d, &f->digest))
		return err_set(e, ERR_MACHINE, "its bytes were changed");
	if ((entry->st.st_mode & 07777) != want)
		return err_set(e, ERR_MACHINE, "its mode is %04o, not %04o",
		    (unsigned)entry->st.st_mode & 07777, want);
	return 0;
}

static int
check_target(const struct fs_entry *entry, const struct object_file *f, struct err *e)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(entry->dir, entry->name, target, sizeof(target));

	if (n == -1)
		return err_sys(e, "read the link");
	if (!str_eq(f->target, (struct str){ target, (size_t)n }))
		return err_set(e, ERR_MACHINE, "it points to another place");
	return 0;
}

static int
check_known(struct check *c, const struct fs_entry *entry, struct err *e)
{
	int at = map_get(&c->at, entry->path);

	if (S_ISDIR(entry->st.st_mode) || str_is(entry->path, MANIFEST_NAME))
		return 0;
	if (at == -1)
		return err_set(e, ERR_MACHINE, "the manifest does not know it");
	c->nseen++;
	const struct object_file *f = &c->o->file[at];
	/* store_object has compared types and sizes already. */
	return f->type == 'l' ? check_target(entry, f, e) : check_bytes(entry, f, e);
}

static int
check_entry(void *ctx, const struct fs_entry *entry, struct err *e)
{
	struct check *c = ctx;

	if (check_known(c, entry, e) == -1)
		return err_wrap(e, STR_FMT, STR_ARG(str_clean(c->a, entry->path)));
	return 0;
}

static int
check_files(const struct store *s, struct arena *a, const struct object *o, struct err *e)
{
	struct check c = { .a = a, .o = o, .at = { .a = a } };

	for (int i = 0; i < o->nfile; i++)
		map_put(&c.at,
		    str_printf(
			a, "%s/" STR_FMT, class_name(o->file[i].class), STR_ARG(o->file[i].path)),
		    i);
	if (fs_walk(a, s->dir, shelf_name(a, &o->digest), check_entry, &c, e) == -1)
		return -1;
	if (c.nseen != o->nfile)
		return err_set(e, ERR_MACHINE, "files vanished while they were read");
	return 0;
}

static int
check_object(const struct store *s, struct arena *a, const struct digest *object, struct err *e)
{
	struct object o;

	if (store_object(s, a, object, true, &o, e) == -1)
		return -1;
	if (manifest_check(&o, e) == -1 || check_files(s, a, &o, e) == -1)
		return err_wrap(e, "object %s (" STR_FMT " " STR_FMT " for " STR_FMT ") is damaged",
		    shelf_name(a, object), STR_ARG(o.name), STR_ARG(o.version), STR_ARG(o.target));
	return 0;
}

/* In one step, so that a build sees it as it was or not at all. */
static int
move_out(struct store *s, struct arena *a, const struct digest *object, struct err *e)
{
	const char *name = shelf_name(a, object);
	const char *to = arena_printf(a, "%s/%s", damaged_name, name);

	if (fs_mkdirs(s->out, damaged_name, e) == -1 || fs_remove(s->out, to, e) == -1)
		return -1;
	if (renameat(s->dir, name, s->out, to) == -1)
		return err_sys(e, "move object %s to out/%s", name, to);
	if (fsync(s->dir) == -1)
		return err_sys(e, "fsync %s", s->path);
	return 0;
}

struct verify {
	struct store *s;
	int use; /* locks apart from those of this process's builds */
	bool repair;
	void (*each)(void *ctx, const char *sentence);
	void *ctx;
};

/* 1 when it is damaged. */
static int
verify_object(const struct verify *v, struct arena *a, const struct digest *object, struct err *e)
{
	struct err why = { 0 };

	if (!fs_exists(v->s->dir, shelf_name(a, object)))
		return 0; /* collected since it was listed */
	if (check_object(v->s, a, object, &why) == 0)
		return 0;
	v->each(v->ctx, why.text);
	if (v->repair && move_out(v->s, a, object, e) == -1)
		return -1;
	return 1;
}

static int
verify_all(const struct verify *v, const struct digest *object, int n, struct err *e)
{
	int ndamaged = 0;

	for (int i = 0; i < n; i++) {
		struct arena a = { 0 };
		if (shelf_use(v->use, &object[i], e) == -1)
			return -1;
		int result = verify_object(v, &a, &object[i], e);
		shelf_release(v->use, &object[i]);
		arena_free(&a);
		if (result == -1)
			return -1;
		ndamaged += result;
	}
	return ndamaged;
}

int
store_verify(struct store *s, bool repair, void (*each)(void *ctx, const char *sentence), void *ctx,
    struct err *e)
{
	struct arena a = { 0 };
	struct digest *object;
	int n, result = -1;
	CLEANUP(fs_close) int use = shelf_open_use(s, e);
	struct verify v = { s, use, repair, each, ctx };

	if (use != -1 && shelf_list(s, &a, &object, &n, e) == 0)
		result = verify_all(&v, object, n, e);
	arena_free(&a);
	return result == -1 ? err_wrap(e, "verify the store") : result;
}
