/* SPDX-License-Identifier: ISC */
#include "store/shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/vec.h"
#include "sys/clock.h"
#include "sys/fs.h"

static const char store_name[] = "store", tmp_name[] = ".tmp", use_name[] = ".use";

enum { NAME_TRIES = 1000 };

int
shelf_open_use(const struct store *s, struct err *e)
{
	int fd = openat(s->dir, use_name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);

	if (fd == -1)
		return err_sys(e, "open out/store/%s", use_name);
	return fd;
}

static int
open_all(int out_dir, struct store *s, struct err *e)
{
	if ((s->out = fs_open_dir(out_dir, ".", e)) == -1 ||
	    fs_mkdirs(s->out, store_name, e) == -1 ||
	    (s->dir = fs_open_dir(s->out, store_name, e)) == -1 ||
	    fs_mkdirs(s->dir, tmp_name, e) == -1 ||
	    (s->tmp = fs_open_dir(s->dir, tmp_name, e)) == -1)
		return -1;
	s->use = shelf_open_use(s, e);
	return s->use == -1 ? -1 : 0;
}

int
shelf_open(struct arena *run, int out_dir, struct store *s, struct err *e)
{
	char *path;

	*s = (struct store){ .out = -1, .dir = -1, .tmp = -1, .use = -1 };
	if (open_all(out_dir, s, e) == -1 || fs_path(run, s->dir, &path, e) == -1) {
		shelf_close(s);
		return -1;
	}
	s->path = path;
	return 0;
}

void
shelf_close(struct store *s)
{
	fs_close(&s->out);
	fs_close(&s->dir);
	fs_close(&s->tmp);
	fs_close(&s->use);
}

bool
shelf_is_work(const struct store *s, const char *name, int lock)
{
	struct stat held, named;

	return fstat(lock, &held) == 0 && fstatat(s->tmp, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

/* The descriptor that locks .tmp/<name>; -1 when it is somebody else's or gone. */
static int
hold(const struct store *s, const char *name)
{
	int fd = openat(s->tmp, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd == -1)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && shelf_is_work(s, name, fd))
		return fd;
	close(fd);
	return -1;
}

/* The time, because in another pid namespace our number may be taken. */
static char *
new_name(struct arena *a)
{
	static unsigned count;

	return arena_printf(
	    a, "%ld.%u.%llx", (long)getpid(), count++, (unsigned long long)clock_unix_ns());
}

int
shelf_work(struct store *s, struct arena *a, char **name, int *lock, struct err *e)
{
	for (int i = 0; i < NAME_TRIES; i++) {
		*name = new_name(a);
		if (mkdirat(s->tmp, *name, 0700) == -1 && errno != EEXIST)
			return err_sys(e, "make a folder in %s/%s", s->path, tmp_name);
		*lock = hold(s, *name);
		if (*lock != -1)
			return 0;
		/* It was there already, or somebody swept it away between the two
		 * steps: once more. */
	}
	return err_set(
	    e, ERR_MACHINE, "make a folder in %s/%s: every new one vanishes", s->path, tmp_name);
}

char *
shelf_work_path(const struct store *s, struct arena *a, const char *name)
{
	return arena_printf(a, "%s/%s/%s", s->path, tmp_name, name);
}

static int
sweep_entry(void *ctx, const struct fs_entry *entry, struct err *e)
{
	const struct store *s = ctx;
	bool is_link = S_ISLNK(entry->st.st_mode);
	CLEANUP(fs_close) int fd = is_link ? -1 : hold(s, entry->name);

	if ((fd != -1 || is_link) && fs_remove(s->tmp, entry->name, e) == -1)
		err_clear(e);
	return FS_WALK_SKIP;
}

void
shelf_sweep(struct store *s)
{
	struct arena tmp = { 0 };
	struct err ignored = { 0 };

	if (fs_walk(&tmp, s->tmp, ".", sweep_entry, s, &ignored) == -1)
		err_clear(&ignored);
	arena_free(&tmp);
}

char *
shelf_name(struct arena *a, const struct digest *object)
{
	return digest_hex(a, object);
}

struct listing {
	struct arena *a;
	VEC(struct digest) object;
};

static int
list_entry(void *ctx, const struct fs_entry *entry, struct err *e)
{
	struct listing *l = ctx;
	struct digest d;

	(void)e;
	if (S_ISDIR(entry->st.st_mode) && digest_parse(entry->path, &d) == 0)
		VEC_ADD(l->a, &l->object, d);
	return FS_WALK_SKIP;
}

int
shelf_list(const struct store *s, struct arena *a, struct digest **out, int *n, struct err *e)
{
	struct listing l = { .a = a };

	if (fs_walk(a, s->dir, ".", list_entry, &l, e) == -1)
		return err_wrap(e, "list %s", s->path);
	*out = l.object.v;
	*n = l.object.n;
	return 0;
}

/* musl has no renameat2 before 1.2.6. Where the file system does not know the flag,
 * rename does the same here: it replaces no folder that is not empty. */
static int
rename_new(int from_dir, const char *from, int to_dir, const char *to)
{
	long result = syscall(SYS_renameat2, from_dir, from, to_dir, to, RENAME_NOREPLACE);

	if (result == -1 && (errno == EINVAL || errno == ENOSYS))
		return renameat(from_dir, from, to_dir, to);
	return (int)result;
}

int
shelf_place(
    struct store *s, const char *name, const struct digest *object, bool *is_new, struct err *e)
{
	struct arena tmp = { 0 };
	int result = rename_new(s->tmp, name, s->dir, shelf_name(&tmp, object));

	arena_free(&tmp);
	*is_new = result == 0;
	if (result == -1 && errno != EEXIST && errno != ENOTEMPTY)
		return err_sys(e, "rename it into %s", s->path);
	return 0;
}

static int
lock_folder(int fd)
{
	int result;

	do
		result = flock(fd, LOCK_EX);
	while (result == -1 && errno == EINTR);
	return result;
}

int
shelf_remove(struct store *s, const struct digest *object, struct err *e)
{
	struct arena tmp = { 0 };
	const char *from = shelf_name(&tmp, object), *to = new_name(&tmp);
	CLEANUP(fs_close)
	int fd = openat(s->dir, from, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int result = 0;

	/* Locked before it comes to stand in .tmp, so that nobody sweeps it meanwhile. */
	if (fd == -1 && errno != ENOENT)
		result = err_sys(e, "open %s in %s", from, s->path);
	else if (fd != -1 && lock_folder(fd) == -1)
		result = err_sys(e, "lock %s in %s", from, s->path);
	else if (fd != -1 && rename_new(s->dir, from, s->tmp, to) == -1 && errno != ENOENT)
		result = err_sys(e, "take %s out of %s", from, s->path);
	else if (fd != -1)
		result = fs_remove(s->tmp, to, e);
	arena_free(&tmp);
	return result;
}

static int
lock_byte(int use, const struct digest *object, int command, short type)
{
	struct flock range = { .l_type = type, .l_whence = SEEK_SET, .l_len = 1 };
	uint64_t start = 0;
	int result;

	for (int i = 0; i < 8; i++)
		start = start << 8 | object->byte[i];
	range.l_start = (off_t)(start >> 2);
	do
		result = fcntl(use, command, &range);
	while (result == -1 && errno == EINTR);
	return result;
}

int
shelf_use(int use, const struct digest *object, struct err *e)
{
	if (lock_byte(use, object, F_OFD_SETLKW, F_RDLCK) == -1)
		return err_sys(e, "lock an object in out/store/%s", use_name);
	return 0;
}

bool
shelf_seize(int use, const struct digest *object)
{
	return lock_byte(use, object, F_OFD_SETLK, F_WRLCK) == 0;
}

void
shelf_release(int use, const struct digest *object)
{
	lock_byte(use, object, F_OFD_SETLK, F_UNLCK);
}
