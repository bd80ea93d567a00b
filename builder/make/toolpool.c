/* SPDX-License-Identifier: ISC */
#include "make/toolpool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "sys/fs.h"

#define TOOLS "tools"
#define POOL  TOOLS "/.pool"
#define NEW   TOOLS "/.new"

struct pool {
	struct arena a;
	int out_dir;
};

static char *
pool_name(struct pool *p, const char *folder, const struct toolfile *f)
{
	return arena_printf(&p->a, "%s/%s%s", folder, digest_hex(&p->a, &f->digest),
	    f->type == TOOLFILE_PROGRAM ? "-x" : "");
}

static int
check(struct pool *p, const char *copy, const struct toolfile *f, struct err *e)
{
	CLEANUP(fs_close) int fd = fs_open(p->out_dir, copy, e);
	struct digest d;

	if (fd == -1 || digest_fd(fd, &d, NULL, e) == -1)
		return -1;
	if (!digest_eq(&d, &f->digest))
		return err_set(e, ERR_MACHINE, STR_FMT " changed while it was copied; try again",
		    STR_ARG(f->path));
	if (fchmod(fd, f->type == TOOLFILE_PROGRAM ? 0755 : 0644) == -1)
		return err_sys(e, "set the mode of %s", copy);
	return 0;
}

/* What the pool lacks goes to the work folder first. */
static int
copy_new(struct pool *p, const struct toolfile *file, int n, struct err *e)
{
	for (int i = 0; i < n; i++) {
		if (!toolfile_is_file(&file[i]) ||
		    fs_exists(p->out_dir, pool_name(p, POOL, &file[i])))
			continue;
		const char *copy = pool_name(p, NEW "/pool", &file[i]);
		if (fs_exists(p->out_dir, copy))
			continue;
		if (fs_copy(AT_FDCWD, str_z(&p->a, file[i].path), p->out_dir, copy, e) == -1 ||
		    check(p, copy, &file[i], e) == -1)
			return -1;
	}
	return 0;
}

static int
sync_disk(struct pool *p, struct err *e)
{
	return syncfs(p->out_dir) == -1 ? err_sys(e, "bring the tools to the disk") : 0;
}

static int
fill_pool(struct pool *p, const struct toolfile *file, int n, struct err *e)
{
	if (copy_new(p, file, n, e) == -1 || sync_disk(p, e) == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		const char *name = toolfile_is_file(&file[i]) ? pool_name(p, POOL, &file[i]) : NULL;
		if (name == NULL || fs_exists(p->out_dir, name))
			continue;
		if (renameat(p->out_dir, pool_name(p, NEW "/pool", &file[i]), p->out_dir, name) ==
		    -1)
			return err_sys(e, "put %s into the pool of tools", name);
	}
	return 0;
}

static int
link_file(struct pool *p, const struct toolfile *f, const char *at, struct err *e)
{
	const char *from = pool_name(p, POOL, f);

	if (linkat(p->out_dir, from, p->out_dir, at, 0) == 0)
		return 0;
	/* As many links as the file system counts; then a copy is as good. */
	if (errno == EMLINK)
		return fs_copy(p->out_dir, from, p->out_dir, at, e);
	return err_sys(e, "link %s to %s", at, from);
}

static int
place(struct pool *p, const struct toolfile *f, struct err *e)
{
	char *at = arena_printf(&p->a, NEW "/root" STR_FMT, STR_ARG(f->path));
	char *slash = strrchr(at, '/');

	if (f->type == TOOLFILE_FOLDER)
		return fs_mkdirs(p->out_dir, at, e);
	*slash = '\0';
	int rc = fs_mkdirs(p->out_dir, at, e);
	*slash = '/';
	if (rc == -1)
		return -1;
	if (toolfile_is_file(f))
		return link_file(p, f, at, e);
	if (symlinkat(str_z(&p->a, f->target), p->out_dir, at) == -1)
		return err_sys(e, "link %s", at);
	return 0;
}

static int
make(struct pool *p, const char *path, const struct toolfile *file, int n, struct err *e)
{
	if (fs_remove(p->out_dir, NEW, e) == -1 || fs_mkdirs(p->out_dir, POOL, e) == -1 ||
	    fs_mkdirs(p->out_dir, NEW "/pool", e) == -1 ||
	    fs_mkdirs(p->out_dir, NEW "/root", e) == -1)
		return -1;
	if (fill_pool(p, file, n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if (place(p, &file[i], e) == -1)
			return -1;
	if (sync_disk(p, e) == -1)
		return -1;
	if (renameat(p->out_dir, NEW "/root", p->out_dir, path) == -1)
		return err_sys(e, "name the finished root %s", path);
	return fs_remove(p->out_dir, NEW, e);
}

int
toolpool_make(int out_dir, const char *path, const struct toolfile *file, int n, struct err *e)
{
	struct pool p = { .out_dir = out_dir };

	if (fs_mkdirs(out_dir, TOOLS, e) == -1)
		return -1;
	CLEANUP(fs_close) int lock = fs_lock(out_dir, TOOLS "/.lock", true, true, e);
	if (lock == -1)
		return -1;
	int rc = fs_exists(out_dir, path) ? 0 : make(&p, path, file, n, e);
	arena_free(&p.a);
	return rc;
}
