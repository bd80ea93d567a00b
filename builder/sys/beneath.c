/* SPDX-License-Identifier: ISC */
#include "sys/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/fs.h"

enum { FOLDER_FLAGS = O_PATH | O_DIRECTORY, RACE_TRIES = 100 };

static int
open_how(int dir, const char *path, int flags, mode_t mode, uint64_t resolve)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)flags | O_CLOEXEC,
		.mode = (flags & O_CREAT) != 0 ? mode : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | resolve,
	};
	long fd = -1;

	/* EAGAIN: somebody renamed a folder while the kernel walked over "..". */
	for (int i = 0; i < RACE_TRIES; i++) {
		fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
		if (fd != -1 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	return (int)fd;
}

int
beneath_open(int dir, const char *path, int flags, mode_t mode)
{
	return open_how(dir, path, flags, mode, RESOLVE_NO_SYMLINKS);
}

static int
no_folder(const char *path, struct err *e)
{
	static const struct {
		int cause;
		const char *text;
	} stands[] = {
		{ ELOOP, "a link stands in its way" },
		{ ENOTDIR, "a file stands in its way" },
		{ EXDEV, "it is outside" },
	};

	for (size_t i = 0; i < COUNT_OF(stands); i++)
		if (errno == stands[i].cause)
			return err_set(
			    e, ERR_PACKAGE, "open the folder of %s: %s", path, stands[i].text);
	if (errno == ENOSYS)
		return err_set(e, ERR_MACHINE, "open the folder of %s: kiln needs Linux 5.6", path);
	return err_sys(e, "open the folder of %s", path);
}

/* Enter the folder `name` of at, making it if need be; at is closed. */
static int
enter(int at, const char *name, struct err *e)
{
	int fd = beneath_open(at, name, FOLDER_FLAGS, 0);

	if (fd == -1 && errno == ENOENT && mkdirat(at, name, 0755) == 0)
		fd = beneath_open(at, name, FOLDER_FLAGS, 0);
	int result = fd == -1 ? no_folder(name, e) : fd;
	close(at);
	return result;
}

/* One folder of path after the other, so that none can be swapped for a link between
 * its making and its use. path is cut into pieces. */
static int
make_folders(int dir, char *path, struct err *e)
{
	int at = beneath_open(dir, ".", FOLDER_FLAGS, 0);

	if (at == -1)
		return no_folder(path, e);
	for (char *name = path, *slash; at != -1 && name != NULL; name = slash) {
		slash = strchr(name, '/');
		if (slash != NULL)
			*slash++ = '\0';
		at = enter(at, name, e);
	}
	return at;
}

static int
folder_of(int dir, const char *path, size_t n, struct err *e)
{
	char folder[PATH_MAX];

	if (n >= sizeof(folder))
		return err_set(e, ERR_MACHINE, "open the folder of %.64s...: name too long", path);
	memcpy(folder, path, n);
	folder[n] = '\0';
	const char *name = n == 0 ? "." : folder;
	int fd = beneath_open(dir, name, FOLDER_FLAGS, 0);
	if (fd == -1 && errno == ENOENT && n != 0)
		return make_folders(dir, folder, e);
	return fd == -1 ? no_folder(path, e) : fd;
}

int
beneath_folder(int dir, const char *path, struct err *e)
{
	return folder_of(dir, path, strlen(path), e);
}

int
beneath_parent(int dir, const char *path, const char **name, struct err *e)
{
	const char *slash = strrchr(path, '/');

	*name = slash == NULL ? path : slash + 1;
	return folder_of(dir, path, slash == NULL ? 0 : (size_t)(slash - path), e);
}

bool
beneath_leaves(int dir, const char *path)
{
	int fd = open_how(dir, path, O_PATH, 0, 0);

	if (fd == -1)
		return errno == EXDEV;
	close(fd);
	return false;
}

static int
read_file(
    struct arena *a, int fd, const char *path, size_t max_bytes, struct str *out, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "stat %s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(
		    e, ERR_PACKAGE, "%s is no regular file, as kiln expects there", path);
	if (fs_read_fd(a, fd, max_bytes + 1, out, e) == -1)
		return err_wrap(e, "read %s", path);
	if (out->n > max_bytes)
		return err_set(e, ERR_PACKAGE, "%s has more than %zu bytes", path, max_bytes);
	return 0;
}

int
beneath_read(struct arena *a, int dir, const char *path, size_t max_bytes, struct str *out,
    bool *is_there, struct err *e)
{
	CLEANUP(fs_close) int fd = beneath_open(dir, path, O_RDONLY | O_NONBLOCK, 0);

	*is_there = fd != -1 || errno != ENOENT;
	if (fd == -1 && errno == ELOOP)
		return err_set(e, ERR_PACKAGE, "%s is a link, and kiln expects a file there", path);
	if (fd == -1)
		return *is_there ? err_sys(e, "open %s", path) : 0;
	return read_file(a, fd, path, max_bytes, out, e);
}
