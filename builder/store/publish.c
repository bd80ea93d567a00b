/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"
#include "store/shelf.h"
#include "store/store.h"
#include "sys/clock.h"
#include "sys/fs.h"

enum { READ_ONLY = 0444, RUN_ONLY = 0555, FOLDER = 0755, REPLACE_TRIES = 3 };

static const char single_name[] = ".single";

static const struct timespec fixed_times[2] = { { .tv_sec = CLOCK_FIXED_MTIME },
	{ .tv_sec = CLOCK_FIXED_MTIME } };

/* The work on its way to an object. */
struct work {
	struct arena *a;
	const char *name; /* below .tmp */
	int fd;           /* of its folder; holds the lock */
	enum class class; /* that is being taken */
	VEC(struct object_file) file;
	VEC(const char *) folder; /* below fd, before what is in them */
};

static int
take_ownership(const struct fs_entry *entry, struct err *e)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (entry->st.st_uid == uid && entry->st.st_gid == gid)
		return 0;
	if (fchownat(entry->dir, entry->name, uid, gid, AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "chown");
	return 0;
}

/* Another name of the same file could be in another class, or outside. */
static int
make_single(const struct work *w, const struct fs_entry *entry, struct err *e)
{
	if (fs_copy(entry->dir, entry->name, w->fd, single_name, e) == -1)
		return -1;
	if (renameat(w->fd, single_name, entry->dir, entry->name) == -1)
		return err_sys(e, "rename a copy of it into place");
	return 0;
}

static int
take_file(struct work *w, const struct fs_entry *entry, struct err *e)
{
	struct object_file f = { .type = 'f', .class = w->class, .path = entry->path };
	bool is_program = (entry->st.st_mode & 0111) != 0;

	f.mode = is_program ? 0755 : 0644;
	/* The mode first: a build may leave a file that not even its owner may read. */
	if (take_ownership(entry, e) == -1)
		return -1;
	if (fchmodat(entry->dir, entry->name, is_program ? RUN_ONLY : READ_ONLY, 0) == -1)
		return err_sys(e, "chmod");
	if (entry->st.st_nlink > 1 && make_single(w, entry, e) == -1)
		return -1;
	CLEANUP(fs_close)
	int fd = openat(entry->dir, entry->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1)
		return err_sys(e, "open");
	if (futimens(fd, fixed_times) == -1)
		return err_sys(e, "set the time");
	if (digest_fd(fd, &f.digest, &f.size_bytes, e) == -1)
		return -1;
	VEC_ADD(w->a, &w->file, f);
	return 0;
}

static int
take_link(struct work *w, const struct fs_entry *entry, struct err *e)
{
	struct object_file f = { .type = 'l', .class = w->class, .path = entry->path };
	char target[PATH_MAX];
	ssize_t n = readlinkat(entry->dir, entry->name, target, sizeof(target));

	if (n == -1)
		return err_sys(e, "read the link");
	f.target = str_copy(w->a, (struct str){ target, (size_t)n });
	if (!manifest_is_target(f.target))
		return err_set(e, ERR_CHECK, "the link points to a name with control characters");
	if (take_ownership(entry, e) == -1)
		return -1;
	if (utimensat(entry->dir, entry->name, fixed_times, AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "set the time");
	VEC_ADD(w->a, &w->file, f);
	return 0;
}

static int
take_folder(struct work *w, const struct fs_entry *entry, const char *path, struct err *e)
{
	if (take_ownership(entry, e) == -1)
		return -1;
	if (fchmodat(entry->dir, entry->name, FOLDER, 0) == -1)
		return err_sys(e, "chmod");
	VEC_ADD(w->a, &w->folder, path);
	return 0;
}

static int
take_known(struct work *w, const struct fs_entry *entry, struct err *e)
{
	const char *class = class_name(w->class);

	if (!str_is_inner_path(entry->path))
		return err_set(e, ERR_CHECK, "a name with control characters, or too long");
	if (S_ISDIR(entry->st.st_mode))
		return take_folder(
		    w, entry, arena_printf(w->a, "%s/" STR_FMT, class, STR_ARG(entry->path)), e);
	if (S_ISREG(entry->st.st_mode))
		return take_file(w, entry, e);
	if (S_ISLNK(entry->st.st_mode))
		return take_link(w, entry, e);
	return err_set(e, ERR_CHECK,
	    "it is neither file, folder nor link; the install phase must not make it");
}

static int
take_entry(void *ctx, const struct fs_entry *entry, struct err *e)
{
	struct work *w = ctx;
	struct str path = str_clean(w->a, entry->path);

	if (take_known(w, entry, e) == -1)
		return err_wrap(e, "%s/" STR_FMT, class_name(w->class), STR_ARG(path));
	return 0;
}

/* What stands in the work itself: the folders of classes. */
static int
take_class(void *ctx, const struct fs_entry *entry, struct err *e)
{
	struct work *w = ctx;
	int class = class_find(entry->path);

	if (class == -1 || !S_ISDIR(entry->st.st_mode))
		return err_set(e, ERR_MACHINE, "%s is not the folder of a class", entry->name);
	w->class = (enum class) class;
	if (take_folder(w, entry, arena_printf(w->a, "%s", entry->name), e) == -1)
		return err_wrap(e, "%s", entry->name);
	if (fs_walk(w->a, w->fd, entry->name, take_entry, w, e) == -1)
		return -1;
	return FS_WALK_SKIP;
}

/* Last, and inner ones first: everything done in a folder changes its time. */
static int
close_folders(const struct work *w, struct err *e)
{
	for (int i = w->folder.n - 1; i >= 0; i--) {
		const char *path = w->folder.v[i];
		if (unlinkat(w->fd, path, AT_REMOVEDIR) == 0)
			continue;
		if (errno != ENOTEMPTY && errno != EEXIST)
			return err_sys(e, "remove the folder %s if it is empty", path);
		if (utimensat(w->fd, path, fixed_times, 0) == -1)
			return err_sys(e, "set the time of %s", path);
	}
	return 0;
}

static int
write_manifest(const struct work *w, int fd, const struct object *o, struct err *e)
{
	struct buf text = { .a = w->a };

	manifest_print(&text, o);
	if (fs_write_all(fd, buf_str(&text), e) == -1)
		return -1;
	if (fchmod(fd, READ_ONLY) == -1 || futimens(fd, fixed_times) == -1)
		return err_sys(e, "set its mode and time");
	if (fchmod(w->fd, FOLDER) == -1 || futimens(w->fd, fixed_times) == -1)
		return err_sys(e, "set mode and time of its folder");
	/* All the files at once; then the manifest by itself, because a kernel
	 * before 5.8 does not tell syncfs of a write that went wrong. */
	if (syncfs(w->fd) == -1)
		return err_sys(e, "syncfs");
	if (fsync(fd) == -1)
		return err_sys(e, "fsync");
	return 0;
}

static int
put_manifest(const struct work *w, const struct object *o, struct err *e)
{
	int fd = openat(w->fd, MANIFEST_NAME, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd == -1)
		return err_sys(e, "make the manifest");
	int result = write_manifest(w, fd, o, e);
	if (close(fd) == -1 && result == 0)
		result = err_sys(e, "close");
	return result == 0 ? 0 : err_wrap(e, "write the manifest");
}

static bool
is_intact(const struct store *s, struct arena *a, const struct digest *object)
{
	struct err why = { 0 };
	struct object o;

	return store_object(s, a, object, true, &o, &why) == 0;
}

/* Put the work in its place. One that is there and intact stays. */
static int
place(struct store *s, const struct work *w, const struct digest *object, struct err *e)
{
	bool is_new = false;

	for (int i = 0; i < REPLACE_TRIES; i++) {
		if (shelf_place(s, w->name, object, &is_new, e) == -1)
			return -1;
		if (is_new || is_intact(s, w->a, object))
			return 0;
		if (shelf_remove(s, object, e) == -1)
			return err_wrap(e, "replace a damaged object");
	}
	return err_set(e, ERR_MACHINE, "the damaged object in its place comes back");
}

static int
finish(struct store *s, struct work *w, const struct object *o, struct err *e)
{
	/* From before it has a name, so that no collection can come between. */
	if (shelf_use(s->use, &o->digest, e) == -1)
		return -1;
	if (!is_intact(s, w->a, &o->digest) &&
	    (put_manifest(w, o, e) == -1 || place(s, w, &o->digest, e) == -1))
		return -1;
	if (fsync(s->dir) == -1)
		return err_sys(e, "fsync %s", s->path);
	return journal_put(s->journal, "built", &o->key, str_of(digest_hex(w->a, &o->digest)), e);
}

static int
publish(struct store *s, struct work *w, const struct publish *p, struct digest *out, struct err *e)
{
	if (fs_walk(w->a, w->fd, ".", take_class, w, e) == -1 || close_folders(w, e) == -1)
		return -1;
	struct object o = { .name = p->name, .version = p->version, .target = p->target };
	o.key = p->key;
	o.file = w->file.v;
	o.nfile = w->file.n;
	manifest_seal(&o);
	*out = o.digest;
	return finish(s, w, &o, e);
}

int
store_publish(struct store *s, const char *work, int lock, const struct publish *p,
    struct digest *out, struct err *e)
{
	struct arena tmp = { 0 };
	const char *name = strrchr(work, '/');
	struct work w = { .a = &tmp, .name = name == NULL ? work : name + 1, .fd = lock };

	assert(shelf_is_work(s, w.name, lock));
	int result = publish(s, &w, p, out, e);
	if (result == -1)
		result = err_wrap(e, "publish " STR_FMT " " STR_FMT " for " STR_FMT,
		    STR_ARG(p->name), STR_ARG(p->version), STR_ARG(p->target));
	if (shelf_is_work(s, w.name, lock))
		store_discard(s, work, lock);
	else
		close(lock);
	arena_free(&tmp);
	return result;
}
