/* SPDX-License-Identifier: ISC */
#include "sys/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FIRST_READ_BYTES = 64 * 1024, NAME_TRIES = 1000 };

void
fs_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int
fs_open_dir(int dir, const char *path, struct err *e)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return err_sys(e, "open the folder %s", path);
	return fd;
}

int
fs_open(int dir, const char *path, struct err *e)
{
	/* Without O_NONBLOCK a FIFO of that name would hold us here. */
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd == -1)
		return err_sys(e, "open %s", path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return err_set(e, ERR_MACHINE, "open %s: not a regular file", path);
}

bool
fs_exists(int dir, const char *path)
{
	struct stat st;

	return fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static int
make_dir(int dir, const char *path, struct err *e)
{
	struct stat st;

	if (mkdirat(dir, path, 0755) == 0)
		return 0;
	if (errno != EEXIST)
		return err_sys(e, "make the folder %s", path);
	if (fstatat(dir, path, &st, 0) == -1)
		return err_sys(e, "make the folder %s: something stands there", path);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_MACHINE,
		    "make the folder %s: something else stands there; move it away", path);
	return 0;
}

int
fs_mkdirs(int dir, const char *path, struct err *e)
{
	char part[PATH_MAX];
	size_t n = strlen(path);

	if (n == 0 || n >= sizeof(part))
		return err_set(e, ERR_MACHINE,
		    "make the folder %s: its name has %zu bytes, 1 to %d are possible", path, n,
		    PATH_MAX - 1);
	if (mkdirat(dir, path, 0755) == 0)
		return 0;
	memcpy(part, path, n + 1);
	for (size_t i = 1; i < n; i++) {
		if (part[i] != '/' || part[i - 1] == '/')
			continue;
		part[i] = '\0';
		if (make_dir(dir, part, e) == -1)
			return -1;
		part[i] = '/';
	}
	return make_dir(dir, part, e);
}

/* Read until the end or until max_bytes are there; p has room for one more. */
static int
read_up_to(int fd, struct arena *a, size_t first_bytes, size_t max_bytes, struct str *out)
{
	size_t cap = first_bytes, n = 0;
	char *p = arena_alloc(a, cap + 1);

	while (n < max_bytes) {
		if (n == cap) {
			char *larger = arena_alloc(a, cap * 2 + 1);
			memcpy(larger, p, n);
			p = larger;
			cap *= 2;
		}
		size_t want = (cap < max_bytes ? cap : max_bytes) - n;
		ssize_t got = read(fd, p + n, want);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return -1;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	p[n] = '\0';
	*out = (struct str){ p, n };
	return 0;
}

int
fs_read_fd(struct arena *a, int fd, size_t max_bytes, struct str *out, struct err *e)
{
	size_t first_bytes = max_bytes < FIRST_READ_BYTES ? max_bytes + 1 : FIRST_READ_BYTES;

	if (read_up_to(fd, a, first_bytes, max_bytes, out) == -1)
		return err_sys(e, "read an open file");
	return 0;
}

static int
too_large(const char *path, size_t max_bytes, struct err *e)
{
	return err_set(e, ERR_MACHINE, "read %s: it has more than the %zu bytes that are taken",
	    path, max_bytes);
}

int
fs_read(
    struct arena *a, int dir, const char *path, size_t max_bytes, struct str *out, struct err *e)
{
	CLEANUP(fs_close) int fd = fs_open(dir, path, e);
	struct stat st;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1)
		return err_sys(e, "stat %s", path);
	if ((uint64_t)st.st_size > max_bytes)
		return too_large(path, max_bytes, e);
	/* Files of the kernel say 0 and have content all the same. */
	size_t first_bytes = st.st_size > 0 ? (size_t)st.st_size + 1 : FIRST_READ_BYTES;
	if (read_up_to(fd, a, first_bytes, max_bytes + 1, out) == -1)
		return err_sys(e, "read %s", path);
	return out->n > max_bytes ? too_large(path, max_bytes, e) : 0;
}

int
fs_write_all(int fd, struct str bytes, struct err *e)
{
	while (bytes.n != 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "write %zu bytes", bytes.n);
		bytes = str_skip(bytes, (size_t)n);
	}
	return 0;
}

/* The n-th name beside path: hidden, so that nobody takes it for the real one. */
static int
beside(char *name, size_t cap, const char *path, int n)
{
	const char *slash = strrchr(path, '/');
	int folder = slash == NULL ? 0 : (int)(slash - path) + 1;
	int len =
	    snprintf(name, cap, "%.*s.%s.%ld.%d~", folder, path, path + folder, (long)getpid(), n);

	return len < 0 || (size_t)len >= cap ? -1 : 0;
}

/* A new file beside path; its name goes to name[PATH_MAX]. */
static int
open_beside(int dir, const char *path, char *name, struct err *e)
{
	for (int i = 0; i < NAME_TRIES; i++) {
		if (beside(name, PATH_MAX, path, i) == -1)
			return err_set(e, ERR_MACHINE, "write %s: the name is too long", path);
		int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd != -1 || errno != EEXIST)
			return fd == -1 ? err_sys(e, "make a file beside %s", path) : fd;
	}
	return err_set(
	    e, ERR_MACHINE, "make a file beside %s: remove the %d old ones", path, NAME_TRIES);
}

static int
fill(int fd, struct str bytes, mode_t mode, bool sync, struct err *e)
{
	if (fs_write_all(fd, bytes, e) == -1)
		return -1;
	if (fchmod(fd, mode) == -1)
		return err_sys(e, "chmod %04o", (unsigned)mode);
	if (sync && fsync(fd) == -1)
		return err_sys(e, "fsync");
	return 0;
}

/* The folder that holds path is on disk with all its names. */
static int
sync_folder_of(int dir, const char *path, struct err *e)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		snprintf(folder, sizeof(folder), ".");
	else
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path) + 1, path);
	CLEANUP(fs_close) int fd = fs_open_dir(dir, folder, e);
	if (fd == -1)
		return -1;
	if (fsync(fd) == -1)
		return err_sys(e, "fsync the folder of %s", path);
	return 0;
}

static int
put(int dir, const char *path, struct str bytes, mode_t mode, bool sync, struct err *e)
{
	char name[PATH_MAX];
	int fd = open_beside(dir, path, name, e);

	if (fd == -1)
		return -1;
	int result = fill(fd, bytes, mode, sync, e);
	if (close(fd) == -1 && result == 0)
		result = err_sys(e, "close");
	if (result == 0 && renameat(dir, name, dir, path) == -1)
		result = err_sys(e, "rename the new file into place");
	if (result == -1) {
		unlinkat(dir, name, 0);
		return err_wrap(e, "write %s", path);
	}
	return sync ? sync_folder_of(dir, path, e) : 0;
}

int
fs_replace(int dir, const char *path, struct str bytes, mode_t mode, struct err *e)
{
	return put(dir, path, bytes, mode, true, e);
}

int
fs_write(int dir, const char *path, struct str bytes, mode_t mode, struct err *e)
{
	return put(dir, path, bytes, mode, false, e);
}

/* A new link beside path; its name goes to name[PATH_MAX]. */
static int
link_beside(int dir, const char *target, const char *path, char *name, struct err *e)
{
	for (int i = 0; i < NAME_TRIES; i++) {
		if (beside(name, PATH_MAX, path, i) == -1)
			return err_set(e, ERR_MACHINE, "link %s: the name is too long", path);
		if (symlinkat(target, dir, name) == 0)
			return 0;
		if (errno != EEXIST)
			return err_sys(e, "link %s to %s", path, target);
	}
	return err_set(
	    e, ERR_MACHINE, "link %s: remove the %d old links beside it", path, NAME_TRIES);
}

int
fs_link(int dir, const char *target, const char *path, struct err *e)
{
	char name[PATH_MAX];
	struct stat st;

	if (fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISLNK(st.st_mode))
		return err_set(e, ERR_MACHINE,
		    "link %s to %s: what stands there is not a link; move it away", path, target);
	if (link_beside(dir, target, path, name, e) == -1)
		return -1;
	if (renameat(dir, name, dir, path) == 0)
		return 0;
	int result = err_sys(e, "link %s to %s: rename the new link into place", path, target);
	unlinkat(dir, name, 0);
	return result;
}

/* Whether path still names the file behind fd. */
static bool
is_same(int fd, int dir, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && fstatat(dir, path, &named, 0) == 0 &&
	       held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static int
lock_fd(int fd, int how)
{
	int result;

	do
		result = flock(fd, how);
	while (result == -1 && errno == EINTR);
	return result;
}

int
fs_read_link(struct arena *a, int dir, const char *path, struct str *out, struct err *e)
{
	char text[PATH_MAX];
	ssize_t n = readlinkat(dir, path, text, sizeof(text));

	if (n == -1)
		return err_sys(e, "read the link %s", path);
	if ((size_t)n == sizeof(text))
		return err_set(
		    e, ERR_MACHINE, "read the link %s: more than %d bytes", path, PATH_MAX - 1);
	*out = str_copy(a, (struct str){ text, (size_t)n });
	return 0;
}

int
fs_lock(int dir, const char *path, bool exclusive, bool wait, struct err *e)
{
	int how = (exclusive ? LOCK_EX : LOCK_SH) | (wait ? 0 : LOCK_NB);

	for (;;) {
		int fd = openat(dir, path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
		if (fd == -1)
			return err_sys(e, "open the lock file %s", path);
		if (lock_fd(fd, how) == -1) {
			int result =
			    errno == EWOULDBLOCK ? FS_LOCK_BUSY : err_sys(e, "lock %s", path);
			close(fd);
			return result;
		}
		/* Who held it before us may have removed it meanwhile: then this
		 * lock keeps nobody out. */
		if (is_same(fd, dir, path))
			return fd;
		close(fd);
	}
}

int
fs_path(struct arena *a, int fd, char **out, struct err *e)
{
	char name[64], path[PATH_MAX];
	struct stat st;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(name, path, sizeof(path));
	if (n == -1)
		return err_sys(e, "read %s, is /proc mounted?", name);
	if ((size_t)n == sizeof(path))
		return err_set(
		    e, ERR_MACHINE, "path of an open folder: more than %d bytes", PATH_MAX - 1);
	path[n] = '\0';
	if (path[0] != '/' || fstat(fd, &st) == -1 || st.st_nlink == 0)
		return err_set(e, ERR_MACHINE, "path of an open folder: %s was removed", path);
	*out = arena_printf(a, "%s", path);
	return 0;
}

int
fs_memory(struct str text, struct err *e)
{
	int fd = memfd_create("text", MFD_CLOEXEC);

	if (fd == -1)
		return err_sys(e, "make a file in memory");
	if (fs_write_all(fd, text, e) == 0 && lseek(fd, 0, SEEK_SET) != -1)
		return fd;
	int rc = e->kind == ERR_NONE ? err_sys(e, "rewind a file in memory") : -1;
	fs_close(&fd);
	return rc;
}

int
fs_reread(struct arena *a, int fd, size_t max_bytes, struct str *out, struct err *e)
{
	if (lseek(fd, 0, SEEK_SET) == -1)
		return err_sys(e, "rewind a file");
	return fs_read_fd(a, fd, max_bytes, out, e);
}

int
fs_swap(int dir, const char *from, const char *to, struct err *e)
{
	CLEANUP(fs_close) int fd = fs_open_dir(dir, from, e);
	if (fd == -1)
		return -1;
	if (fsync(fd) == -1)
		return err_sys(e, "write %s", from);
	if (!fs_exists(dir, to)) {
		if (renameat(dir, from, dir, to) == -1)
			return err_sys(e, "rename %s to %s", from, to);
		return 0;
	}
	/* musl has no renameat2 before 1.2.6. */
	if (syscall(SYS_renameat2, dir, from, dir, to, RENAME_EXCHANGE) == -1)
		return err_sys(e, "put %s in the place of %s", from, to);
	return fs_remove(dir, from, e);
}
