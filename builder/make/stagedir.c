/* SPDX-License-Identifier: ISC */
#include "make/stagedir.h"

#include <stdio.h>

#include "sys/fs.h"

char *
stagedir_name(struct arena *a, const char *hex)
{
	return arena_printf(a, "stage/%s", hex);
}

char *
stagedir_tmp(struct arena *a, const char *hex)
{
	return arena_printf(a, "stage/.tmp/%s", hex);
}

static int
lock(int out_dir, const char *hex, bool exclusive, bool wait, struct err *e)
{
	struct arena a = { 0 };
	int fd = fs_mkdirs(out_dir, "stage/.lock", e);

	if (fd == 0)
		fd = fs_lock(out_dir, arena_printf(&a, "stage/.lock/%s", hex), exclusive, wait, e);
	arena_free(&a);
	return fd;
}

int
stagedir_lock(int out_dir, const char *hex, bool exclusive, struct err *e)
{
	return lock(out_dir, hex, exclusive, true, e);
}

/* Somebody may have been killed here before. */
static int
remove_locked(struct arena *a, int out_dir, const char *hex, struct err *e)
{
	const char *name = stagedir_name(a, hex), *tmp = stagedir_tmp(a, hex);

	if (fs_remove(out_dir, tmp, e) == -1)
		return -1;
	if (!fs_exists(out_dir, name))
		return 0;
	if (fs_mkdirs(out_dir, "stage/.tmp", e) == -1)
		return -1;
	if (renameat(out_dir, name, out_dir, tmp) == -1)
		return err_sys(e, "rename %s to %s", name, tmp);
	return fs_remove(out_dir, tmp, e);
}

int
stagedir_remove(int out_dir, const char *hex, bool *is_gone, struct err *e)
{
	struct arena a = { 0 };
	int fd = lock(out_dir, hex, true, false, e), result = 0;

	*is_gone = fd != FS_LOCK_BUSY;
	if (fd == FS_LOCK_BUSY)
		return 0;
	if (fd == -1)
		return -1;
	result = remove_locked(&a, out_dir, hex, e);
	fs_close(&fd);
	arena_free(&a);
	return result;
}
