/* SPDX-License-Identifier: ISC */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "store/shelf.h"
#include "sys/fs.h"

/* A line of a manifest has some 100 bytes: far more files than any package has. */
enum { MANIFEST_MAX = 64 << 20 };

int
store_open(struct arena *run, int out_dir, struct store **out, struct err *e)
{
	struct store *s = ARENA_NEW(run, struct store, 1);

	if (shelf_open(run, out_dir, s, e) == -1)
		return err_wrap(e, "open the store");
	shelf_sweep(s);
	if (journal_open(run, s->out, &s->journal, e) == -1) {
		shelf_close(s);
		return err_wrap(e, "open the store");
	}
	*out = s;
	return 0;
}

void
store_close(struct store *s)
{
	journal_close(s->journal);
	shelf_close(s);
}

struct journal *
store_journal(struct store *s)
{
	return s->journal;
}

const char *
store_path(const struct store *s)
{
	return s->path;
}

int
store_work(struct store *s, struct arena *a, char **path, int *lock, struct err *e)
{
	char *name;

	if (shelf_work(s, a, &name, lock, e) == -1)
		return -1;
	*path = shelf_work_path(s, a, name);
	return 0;
}

void
store_discard(struct store *s, const char *work, int lock)
{
	const char *name = strrchr(work, '/');
	struct err ignored = { 0 };

	if (name == NULL || !shelf_is_work(s, name + 1, lock))
		return;
	/* What stays is swept away when the store is opened next. */
	if (fs_remove(s->tmp, name + 1, &ignored) == -1)
		err_clear(&ignored);
	close(lock);
}

bool
store_has(const struct store *s, const struct digest *object)
{
	struct arena tmp = { 0 };
	char *path = arena_printf(&tmp, "%s/%s", shelf_name(&tmp, object), MANIFEST_NAME);
	bool has = faccessat(s->dir, path, R_OK, 0) == 0;

	arena_free(&tmp);
	return has;
}

bool
store_is_dirty(struct store *s, const struct digest *key, struct str *from)
{
	return journal_get(store_journal(s), "dirty", key, from);
}

int
store_use(struct store *s, const struct digest *object, struct err *e)
{
	struct arena tmp = { 0 };
	int result = shelf_use(s->use, object, e);

	if (result == 0 && !store_has(s, object))
		result = err_set(e, ERR_MACHINE, "object %s is not in the store (any more)",
		    shelf_name(&tmp, object));
	arena_free(&tmp);
	return result;
}

static int
read_manifest(
    int dir, struct arena *a, const struct digest *object, struct object *out, struct err *e)
{
	struct str text;

	if (fs_read(a, dir, MANIFEST_NAME, MANIFEST_MAX, &text, e) == -1 ||
	    manifest_parse(a, text, out, e) == -1)
		return -1;
	if (!digest_eq(object, &out->digest))
		return err_set(e, ERR_MACHINE, "the manifest is of the object %s",
		    digest_hex(a, &out->digest));
	return 0;
}

static int
check_size(int dir, const struct object_file *f, struct err *e)
{
	const char *class = class_name(f->class);
	struct arena tmp = { 0 };
	struct stat st;
	const char *path = arena_printf(&tmp, "%s/" STR_FMT, class, STR_ARG(f->path));
	int result = 0;

	if (fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == -1)
		result = err_sys(e, "%s", path);
	else if (f->type == 'l' ? !S_ISLNK(st.st_mode) : !S_ISREG(st.st_mode))
		result = err_set(e, ERR_MACHINE, "%s: it is not the %s that the manifest says",
		    path, f->type == 'l' ? "link" : "file");
	else if (f->type == 'f' && (uint64_t)st.st_size != f->size_bytes)
		result = err_set(e, ERR_MACHINE, "%s: it has %lld bytes, the manifest says %llu",
		    path, (long long)st.st_size, (unsigned long long)f->size_bytes);
	arena_free(&tmp);
	return result;
}

static int
check_all_sizes(int dir, const struct object *o, struct err *e)
{
	for (int i = 0; i < o->nfile; i++)
		if (check_size(dir, &o->file[i], e) == -1)
			return err_wrap(e, STR_FMT " " STR_FMT " for " STR_FMT, STR_ARG(o->name),
			    STR_ARG(o->version), STR_ARG(o->target));
	return 0;
}

int
store_object(const struct store *s, struct arena *a, const struct digest *object, bool check_sizes,
    struct object *out, struct err *e)
{
	const char *name = shelf_name(a, object);
	CLEANUP(fs_close)
	int dir = openat(s->dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (dir == -1 && errno == ENOENT)
		return err_set(e, ERR_MACHINE, "object %s is not in the store", name);
	if (dir == -1)
		return err_sys(e, "object %s", name);
	if (read_manifest(dir, a, object, out, e) == -1 ||
	    (check_sizes && check_all_sizes(dir, out, e) == -1))
		return err_wrap(
		    e, "object %s is damaged, kiln verify --repair takes it away", name);
	return 0;
}
