/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"
#include "sys/fs.h"

/* Every level holds one or two descriptors open. */
enum { DEPTH_MAX = 256, COPY_BYTES = 128 * 1024 };

static int
too_deep(const char *what, const char *path, struct err *e)
{
	return err_set(e, ERR_MACHINE, "%s %s: folders in it are nested deeper than %d", what, path,
	    DEPTH_MAX);
}

/* The names in a folder, bytewise sorted. */
struct names {
	const char **v;
	int n, cap;
};

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* fd stays open and belongs to the caller. */
static int
list(struct arena *a, int fd, struct names *out)
{
	int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = own == -1 ? NULL : fdopendir(own);
	const struct dirent *entry;

	if (d == NULL) {
		int saved = errno;
		fs_close(&own);
		errno = saved;
		return -1;
	}
	errno = 0;
	while ((entry = readdir(d)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			VEC_ADD(a, out, arena_printf(a, "%s", entry->d_name));
	int saved = errno;
	closedir(d);
	errno = saved;
	if (out->n > 1)
		qsort(out->v, (size_t)out->n, sizeof(out->v[0]), by_bytes);
	return saved == 0 ? 0 : -1;
}

static int
open_below(int dir, const char *name)
{
	return openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

struct walk {
	struct arena *a;
	const char *root;
	fs_each *each;
	void *ctx;
};

static int walk_folder(const struct walk *w, int dir, struct str prefix, int depth, struct err *e);

static int
walk_entry(
    const struct walk *w, int dir, const char *name, struct str prefix, int depth, struct err *e)
{
	struct fs_entry entry = { .dir = dir, .name = name };

	entry.path =
	    prefix.n == 0 ? str_of(name) : str_printf(w->a, STR_FMT "/%s", STR_ARG(prefix), name);
	if (fstatat(dir, name, &entry.st, AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "stat %s/" STR_FMT, w->root, STR_ARG(entry.path));
	int next = w->each(w->ctx, &entry, e);
	if (next != 0 || !S_ISDIR(entry.st.st_mode))
		return next == -1 ? -1 : 0;
	if (depth == DEPTH_MAX)
		return too_deep("walk", w->root, e);
	CLEANUP(fs_close) int fd = open_below(dir, name);
	if (fd == -1)
		return err_sys(e, "open the folder %s/" STR_FMT, w->root, STR_ARG(entry.path));
	return walk_folder(w, fd, entry.path, depth + 1, e);
}

static int
walk_folder(const struct walk *w, int dir, struct str prefix, int depth, struct err *e)
{
	struct names names = { 0 };

	if (list(w->a, dir, &names) == -1)
		return err_sys(e, "list the folder %s%s" STR_FMT, w->root, prefix.n == 0 ? "" : "/",
		    STR_ARG(prefix));
	for (int i = 0; i < names.n; i++)
		if (walk_entry(w, dir, names.v[i], prefix, depth, e) == -1)
			return -1;
	return 0;
}

int
fs_walk(struct arena *a, int dir, const char *path, fs_each *each, void *ctx, struct err *e)
{
	struct walk w = { .a = a, .root = path, .each = each, .ctx = ctx };
	CLEANUP(fs_close) int fd = fs_open_dir(dir, path, e);

	if (fd == -1)
		return -1;
	return walk_folder(&w, fd, (struct str){ "", 0 }, 0, e);
}

struct removal {
	const char *path;
	int top;  /* the folder that path names */
	int deep; /* how many too deep folders were hung up there */
};

static int empty_folder(struct removal *r, int fd, int depth, struct err *e);

/* A name below the top that no entry has yet. */
static int
hang_up(struct removal *r, int dir, const char *name)
{
	char to[32];

	do
		snprintf(to, sizeof(to), "deep~%d", r->deep++);
	while (fs_exists(r->top, to));
	return renameat(dir, name, r->top, to);
}

static int
remove_folder(struct removal *r, int dir, const char *name, int depth, struct err *e)
{
	/* So that no tree can cost us more descriptors than we have. */
	if (depth == DEPTH_MAX)
		return hang_up(r, dir, name) == 0 ?
			   0 :
			   err_sys(e, "remove %s: move %s up", r->path, name);
	CLEANUP(fs_close) int fd = open_below(dir, name);
	if (fd == -1 && errno == EACCES && fchmodat(dir, name, 0700, 0) == 0)
		fd = open_below(dir, name);
	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1)
		return err_sys(e, "remove %s: open the folder %s", r->path, name);
	if (empty_folder(r, fd, depth + 1, e) == -1)
		return -1;
	if (unlinkat(dir, name, AT_REMOVEDIR) == -1 && errno != ENOENT)
		return err_sys(e, "remove %s: remove the folder %s", r->path, name);
	return 0;
}

static int
remove_entry(struct removal *r, int dir, const char *name, int depth, struct err *e)
{
	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return err_sys(e, "remove %s: remove %s", r->path, name);
	return remove_folder(r, dir, name, depth, e);
}

/* Rights of the owner to enter, read and change it; a tree of our own needs no more. */
static void
allow(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && (st.st_mode & 0700) != 0700)
		fchmod(fd, 0700); /* if it fails, what needs it says so */
}

static int
empty_folder(struct removal *r, int fd, int depth, struct err *e)
{
	struct arena tmp = { 0 };
	struct names names = { 0 };
	int result = 0;

	allow(fd);
	if (list(&tmp, fd, &names) == -1)
		result = err_sys(e, "remove %s: list a folder in it", r->path);
	for (int i = 0; i < names.n && result == 0; i++)
		result = remove_entry(r, fd, names.v[i], depth, e);
	arena_free(&tmp);
	return result;
}

int
fs_remove(int dir, const char *path, struct err *e)
{
	if (unlinkat(dir, path, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return err_sys(e, "remove %s", path);
	CLEANUP(fs_close) int fd = open_below(dir, path);
	if (fd == -1 && errno == EACCES && fchmodat(dir, path, 0700, 0) == 0)
		fd = open_below(dir, path);
	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1)
		return err_sys(e, "remove %s: open the folder", path);
	struct removal r = { .path = path, .top = fd };
	int before;
	do {
		before = r.deep;
		if (empty_folder(&r, fd, 0, e) == -1)
			return -1;
	} while (r.deep != before);
	if (unlinkat(dir, path, AT_REMOVEDIR) == -1 && errno != ENOENT)
		return err_sys(e, "remove the folder %s", path);
	return 0;
}

/* One entry to copy: where from, where to, and how deep it stands. */
struct copy {
	int from_dir, to_dir;
	const char *from, *to;
	struct stat st;
	int depth;
};

static int copy_entry(struct copy c, struct err *e);

static int
copy_bytes(int from, int to, struct err *e)
{
	static char chunk[COPY_BYTES];
	ssize_t n;

	while ((n = read(from, chunk, sizeof(chunk))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "read");
		if (fs_write_all(to, (struct str){ chunk, (size_t)n }, e) == -1)
			return -1;
	}
	return 0;
}

/* Mode and time last: writing would change them. */
static int
set_mode_and_time(int fd, const struct stat *st, struct err *e)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, st->st_mtim };

	if (fchmod(fd, st->st_mode & 07777) == -1)
		return err_sys(e, "chmod");
	if (futimens(fd, times) == -1)
		return err_sys(e, "set the time");
	return 0;
}

static int
copy_file(const struct copy *c, struct err *e)
{
	CLEANUP(fs_close)
	int from = openat(c->from_dir, c->from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (from == -1)
		return err_sys(e, "open it");
	int to = openat(c->to_dir, c->to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (to == -1)
		return err_sys(e, "make the copy");
	int result = copy_bytes(from, to, e);
	if (result == 0)
		result = set_mode_and_time(to, &c->st, e);
	if (close(to) == -1 && result == 0)
		result = err_sys(e, "close the copy");
	return result;
}

static int
copy_link(const struct copy *c, struct err *e)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, c->st.st_mtim };
	char target[PATH_MAX];
	ssize_t n = readlinkat(c->from_dir, c->from, target, sizeof(target));

	if (n == -1 || (size_t)n == sizeof(target))
		return err_sys(e, "read the link");
	target[n] = '\0';
	if (symlinkat(target, c->to_dir, c->to) == -1)
		return err_sys(e, "make the link");
	if (utimensat(c->to_dir, c->to, times, AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "set the time of the link");
	return 0;
}

static int
copy_names(const struct names *names, int from, int to, int depth, struct err *e)
{
	for (int i = 0; i < names->n; i++) {
		struct copy c = { from, to, names->v[i], names->v[i], { 0 }, depth };
		if (copy_entry(c, e) == -1)
			return -1;
	}
	return 0;
}

static int
copy_folder(const struct copy *c, struct err *e)
{
	CLEANUP(fs_close) int from = open_below(c->from_dir, c->from);
	if (from == -1)
		return err_sys(e, "open the folder");
	if (mkdirat(c->to_dir, c->to, 0700) == -1)
		return err_sys(e, "make the folder");
	CLEANUP(fs_close) int to = open_below(c->to_dir, c->to);
	if (to == -1)
		return err_sys(e, "open the new folder");
	struct arena tmp = { 0 };
	struct names names = { 0 };
	int result = list(&tmp, from, &names) == -1 ? err_sys(e, "list the folder") :
						      copy_names(&names, from, to, c->depth + 1, e);
	arena_free(&tmp);
	return result == 0 ? set_mode_and_time(to, &c->st, e) : -1;
}

static int
copy_known(const struct copy *c, struct err *e)
{
	if (S_ISREG(c->st.st_mode))
		return copy_file(c, e);
	if (S_ISLNK(c->st.st_mode))
		return copy_link(c, e);
	if (!S_ISDIR(c->st.st_mode))
		return err_set(e, ERR_MACHINE, "neither file, folder nor link");
	if (c->depth == DEPTH_MAX)
		return err_set(e, ERR_MACHINE, "folders are nested deeper than %d", DEPTH_MAX);
	return copy_folder(c, e);
}

static int
copy_entry(struct copy c, struct err *e)
{
	int result = fstatat(c.from_dir, c.from, &c.st, AT_SYMLINK_NOFOLLOW) == -1 ?
			 err_sys(e, "stat") :
			 copy_known(&c, e);

	return result == 0 || c.depth == 0 ? result : err_wrap(e, "%s", c.from);
}

int
fs_copy(int from_dir, const char *from, int to_dir, const char *to, struct err *e)
{
	struct copy c = { from_dir, to_dir, from, to, { 0 }, 0 };

	if (copy_entry(c, e) == -1)
		return err_wrap(e, "copy %s to %s", from, to);
	return 0;
}
