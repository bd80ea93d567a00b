/* SPDX-License-Identifier: ISC */
#include "make/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "sys/fs.h"

/* What stands in work/ once its upper/ holds a copy of the stage, not a layer over it. */
#define COPIED ".copied"

/* Options are one page for the kernel. */
enum { LOWER_MAX = 500, OPTIONS_MAX = 4096 };

struct root {
	struct arena a;
	const char *path;
};

/* A user namespace may not drop what the machine's mount forbids: ask for it again. */
static int
seal(const char *at, unsigned long flags, struct err *e)
{
	struct statvfs st;

	if (statvfs(at, &st) == -1)
		return err_sys(e, "look at the mount %s", at);
	flags |= MS_NOSUID | MS_BIND | MS_REMOUNT;
	if (st.f_flag & ST_RDONLY)
		flags |= MS_RDONLY;
	if (st.f_flag & ST_NODEV)
		flags |= MS_NODEV;
	if (st.f_flag & ST_NOEXEC)
		flags |= MS_NOEXEC;
	if (mount(NULL, at, NULL, flags, NULL) == -1)
		return err_sys(e, "restrict the mount %s", at);
	return 0;
}

/* Something to mount on: a folder for a folder, an empty file for all else. */
static int
mount_point(const struct mount_step *s, struct err *e)
{
	struct stat st;

	if (lstat(s->at, &st) == 0)
		return 0;
	if (stat(s->from, &st) == -1)
		return err_sys(e, "find %s for /%s", s->from, s->at);
	if (S_ISDIR(st.st_mode)) {
		if (mkdir(s->at, 0755) == 0)
			return 0;
	} else {
		int fd = open(s->at, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		if (fd != -1) {
			close(fd);
			return 0;
		}
	}
	return err_sys(e, "make the mount point /%s", s->at);
}

static int
bind(const struct mount_step *s, unsigned long flags, struct err *e)
{
	if (mount_point(s, e) == -1)
		return -1;
	if (mount(s->from, s->at, NULL, MS_BIND, NULL) == -1)
		return err_sys(e, "bind %s to /%s", s->from, s->at);
	return seal(s->at, flags, e);
}

static int
tmpfs(const struct mount_step *s, struct err *e)
{
	if (mkdir(s->at, 0755) == -1 && errno != EEXIST)
		return err_sys(e, "make the mount point /%s", s->at);
	if (mount("tmpfs", s->at, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") == -1)
		return err_sys(e, "mount a tmpfs at /%s", s->at);
	return 0;
}

static int
proc(const struct mount_step *s, struct err *e)
{
	if (mount("proc", s->at, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == -1)
		return err_sys(e, "mount the /%s of a new pid namespace", s->at);
	return 0;
}

/* A new instance, whoever mounts it; else its ptmx would be for nobody. */
static int
pts(const struct mount_step *s, struct err *e)
{
	if (mount("devpts", s->at, "devpts", MS_NOSUID | MS_NOEXEC, "ptmxmode=0666") == -1)
		return err_sys(e, "mount terminals of its own at /%s", s->at);
	return 0;
}

static int
file(const struct mount_step *s, struct err *e)
{
	return fs_write(AT_FDCWD, s->at, str_of(s->from), 0644, e);
}

/* A descriptor for each folder: /proc/self/fd holds names of a few bytes for them, so
 * the page of options is enough and no path of the machine can be read in /proc/mounts. */
static int
open_folders(const char *const *path, struct buf *names, struct err *e)
{
	for (int i = 0; path[i] != NULL; i++) {
		int fd = open(path[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fd == -1)
			return err_sys(e, "open %s", path[i]);
		buf_printf(names, i == 0 ? "%d" : ":%d", fd);
	}
	return 0;
}

static void
close_folders(struct str names)
{
	struct str one;
	uint64_t fd;

	while (str_cut(&names, ':', &one))
		if (str_u64(one, &fd) == 0)
			close((int)fd);
}

/* Mount with the folder of descriptors as the current one; errno is mount's. */
static int
overlay(struct root *r, const char *at, struct str options, unsigned long flags)
{
	char *target = arena_printf(&r->a, "%s/%s", r->path, at);
	char *data = str_z(&r->a, options);
	int rc = -1, saved;

	if (options.n >= OPTIONS_MAX)
		errno = E2BIG;
	else if (chdir("/proc/self/fd") == 0)
		rc = mount("overlay", target, "overlay", flags | MS_NOSUID | MS_NODEV, data);
	saved = errno;
	if (chdir(r->path) == -1)
		return -1;
	errno = saved;
	return rc;
}

static int
merge(struct root *r, const struct mount_step *s, struct err *e)
{
	struct buf names = { .a = &r->a };
	struct mount_step one = *s;
	int n = 0;

	while (s->lower[n] != NULL)
		n++;
	if (n == 0)
		return 0;
	one.from = s->lower[0];
	if (n == 1)
		return bind(&one, MS_RDONLY | MS_NODEV, e);
	if (n > LOWER_MAX)
		return err_set(e, ERR_MACHINE, "merge %d folders at /%s: overlayfs takes %d", n,
		    s->at, LOWER_MAX);
	if (open_folders(s->lower, &names, e) == -1)
		return -1;
	struct str options = str_printf(&r->a, "lowerdir=" STR_FMT, STR_ARG(buf_str(&names)));
	int rc = overlay(r, s->at, options, MS_RDONLY);
	int saved = errno;
	close_folders(buf_str(&names));
	errno = saved;
	if (rc == -1)
		return err_sys(e, "merge %d folders at /%s with overlayfs", n, s->at);
	return 0;
}

/* Take the stage over once; a copy that was interrupted is made again. */
static int
copy_stage(const struct mount_step *s, int work, struct err *e)
{
	if (fs_exists(work, COPIED))
		return 0;
	if (fs_remove(work, "upper", e) == -1)
		return -1;
	if (fs_copy(AT_FDCWD, s->lower[0], work, "upper", e) == -1)
		return -1;
	return fs_write(work, COPIED, STR(""), 0644, e);
}

static int
layer_options(struct root *r, const struct mount_step *s, struct str *options, struct buf *names,
    struct err *e)
{
	char *upper = arena_printf(&r->a, "%s/upper", s->from);
	char *work = arena_printf(&r->a, "%s/.ovl", s->from);
	const char *const path[] = { s->lower[0], upper, work, NULL };
	struct str part[3] = { { 0 } };

	if (open_folders(path, names, e) == -1)
		return -1;
	struct str rest = buf_str(names);
	for (int i = 0; i < 3; i++)
		(void)str_cut(&rest, ':', &part[i]);
	*options = str_printf(&r->a,
	    "userxattr,lowerdir=" STR_FMT ",upperdir=" STR_FMT ",workdir=" STR_FMT,
	    STR_ARG(part[0]), STR_ARG(part[1]), STR_ARG(part[2]));
	return 0;
}

static int
layer(struct root *r, const struct mount_step *s, struct err *e)
{
	CLEANUP(fs_close) int work = fs_open_dir(AT_FDCWD, s->from, e);
	struct buf names = { .a = &r->a };
	struct mount_step copy = { MOUNT_BIND, s->at, arena_printf(&r->a, "%s/upper", s->from),
		NULL };
	struct str options;

	if (work == -1)
		return -1;
	if (!fs_exists(work, COPIED)) {
		if (layer_options(r, s, &options, &names, e) == -1)
			return -1;
		int rc = overlay(r, s->at, options, 0);
		close_folders(buf_str(&names));
		if (rc == 0)
			return 0;
	}
	if (copy_stage(s, work, e) == -1)
		return -1;
	return bind(&copy, MS_NODEV, e);
}

static int
take(struct root *r, const struct mount_step *s, struct err *e)
{
	switch (s->kind) {
	case MOUNT_DIR:
		return mkdir(s->at, 0755) == -1 ? err_sys(e, "make the folder /%s", s->at) : 0;
	case MOUNT_LINK:
		return symlink(s->from, s->at) == -1 ? err_sys(e, "make the link /%s", s->at) : 0;
	case MOUNT_FILE:
		return file(s, e);
	case MOUNT_TMPFS:
		return tmpfs(s, e);
	case MOUNT_SEAL:
		return seal(s->at, MS_RDONLY | MS_NODEV, e);
	case MOUNT_BIND:
		return bind(s, MS_NODEV, e);
	case MOUNT_READ:
		return bind(s, MS_RDONLY | MS_NODEV, e);
	case MOUNT_DEVICE:
		return bind(s, MS_NOEXEC, e);
	case MOUNT_MERGE:
		return merge(r, s, e);
	case MOUNT_LAYER:
		return layer(r, s, e);
	case MOUNT_PROC:
		return proc(s, e);
	case MOUNT_PTS:
		return pts(s, e);
	}
	return err_set(e, ERR_MACHINE, "mount step %d is none", (int)s->kind);
}

/* The folder becomes a mount of its own, read-only from the start. */
static int
bind_root(const char *path, struct err *e)
{
	if (mount(path, path, NULL, MS_BIND, NULL) == -1)
		return err_sys(e, "bind the root %s", path);
	return seal(path, MS_RDONLY | MS_NODEV, e);
}

static int
enter(const char *path, bool is_empty, struct err *e)
{
	const struct mount_step empty = { .kind = MOUNT_TMPFS, .at = path };

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		return err_sys(e, "part from the machine's mounts");
	if (is_empty && tmpfs(&empty, e) == -1)
		return -1;
	if (!is_empty && bind_root(path, e) == -1)
		return -1;
	if (chdir(path) == -1)
		return err_sys(e, "enter the root %s", path);
	return 0;
}

/* The old root is stacked upon the new one and then taken off (pivot_root(2), notes). */
static int
leave_machine(struct err *e)
{
	if (syscall(SYS_pivot_root, ".", ".") == -1)
		return err_sys(e, "change the root");
	if (umount2(".", MNT_DETACH) == -1 || chdir("/") == -1)
		return err_sys(e, "take the old root off");
	return 0;
}

int
mount_root(const char *root, const struct mount_step *step, int n, int *failed, struct err *e)
{
	struct root r = { .path = root == NULL ? MOUNT_EMPTY_AT : root };
	int rc = enter(r.path, root == NULL, e);

	*failed = n;
	for (int i = 0; rc == 0 && i < n; i++) {
		rc = take(&r, &step[i], e);
		if (rc == -1)
			*failed = i;
	}
	if (rc == 0)
		rc = leave_machine(e);
	int saved = errno;
	arena_free(&r.a);
	errno = saved;
	return rc;
}
