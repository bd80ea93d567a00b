/* SPDX-License-Identifier: ISC */
#include "sys/mapping.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "sys/beneath.h"
#include "sys/fs.h"

/* The file of a descriptor, -1 when it could not be opened. */
static int
map(int fd, const char *path, int flags, struct mapping *out, struct err *e)
{
	struct stat st;

	*out = (struct mapping){ .bytes = STR("") };
	if (fd == -1)
		return err_sys(e, "open %s", path);
	if (fstat(fd, &st) == -1)
		return err_sys(e, "stat %s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_MACHINE, "open %s: not a regular file", path);
	if (st.st_size == 0)
		return 0;
	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | flags, fd, 0);
	if (p == MAP_FAILED)
		return err_sys(e, "map %s into memory", path);
	out->base = p;
	out->bytes = (struct str){ p, (size_t)st.st_size };
	return 0;
}

int
mapping_open(int dir, const char *path, struct mapping *out, struct err *e)
{
	CLEANUP(fs_close)
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	return map(fd, path, MAP_POPULATE, out, e);
}

int
mapping_open_beneath(int dir, const char *path, struct mapping *out, struct err *e)
{
	CLEANUP(fs_close)
	int fd = beneath_open(dir, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);

	return map(fd, path, 0, out, e);
}

void
mapping_close(struct mapping *m)
{
	if (m->base != NULL)
		munmap(m->base, m->bytes.n);
	*m = (struct mapping){ .bytes = STR("") };
}
