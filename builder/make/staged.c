/* SPDX-License-Identifier: ISC */
#include "make/staged.h"

#include <errno.h>
#include <fcntl.h>

#include "sys/beneath.h"
#include "sys/fs.h"

int
staged_open(struct arena *a, int stage, struct str path, struct staged *out, struct err *e)
{
	*out = (struct staged){ .dir = -1, .path = str_z(a, path), .mode = 0644 };
	out->dir = beneath_parent(stage, out->path, &out->name, e);
	return out->dir == -1 ? -1 : 0;
}

void
staged_close(struct staged *f)
{
	fs_close(&f->dir);
}

int
staged_read(struct arena *a, struct staged *f, struct err *e)
{
	struct stat st;
	CLEANUP(fs_close)
	int fd = beneath_open(f->dir, f->name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);

	if (fd == -1 && errno == ENOENT)
		return err_set(e, ERR_PACKAGE, "%s is not there", f->path);
	if (fd == -1 && errno == ELOOP)
		return err_set(e, ERR_PACKAGE, "%s is a link", f->path);
	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(e, "open %s", f->path);
	if (!S_ISREG(st.st_mode) || st.st_size > STAGED_MAX_BYTES)
		return err_set(e, ERR_PACKAGE, "%s is not a file of at most 64 MiB", f->path);
	f->mode = (st.st_mode & 0111) != 0 ? 0755 : 0644;
	return fs_read_fd(a, fd, STAGED_MAX_BYTES, &f->text, e);
}

int
staged_write(const struct staged *f, struct str text, struct err *e)
{
	return fs_write(f->dir, f->name, text, f->mode, e);
}
