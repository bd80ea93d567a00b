/* SPDX-License-Identifier: ISC */
#include "make/copy.h"

#include <fcntl.h>

#include "make/staged.h"
#include "sys/beneath.h"
#include "sys/fs.h"

static int
read_file(struct arena *a, int from, const struct filelist_file *f, struct str *text, struct err *e)
{
	CLEANUP(fs_close)
	int fd = beneath_open(from, str_z(a, f->path), O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);

	if (fd == -1)
		return err_sys(e, "open " STR_FMT, STR_ARG(f->path));
	if (fs_read_fd(a, fd, (size_t)f->size_bytes, text, e) == -1)
		return err_wrap(e, STR_FMT, STR_ARG(f->path));
	/* It is the bytes we write that count. */
	struct digest d = digest_of(*text);
	if (!digest_eq(&d, &f->digest))
		return err_set(
		    e, ERR_FETCH, STR_FMT " changed meanwhile; run again", STR_ARG(f->path));
	return 0;
}

static int
copy_file(struct arena *a, int from, const struct filelist_file *f, int stage, struct err *e)
{
	struct staged to = { .dir = -1 };
	struct str text = STR("");

	if (read_file(a, from, f, &text, e) == -1 || staged_open(a, stage, f->path, &to, e) == -1)
		return -1;
	to.mode = f->is_program ? 0755 : 0644;
	int result = staged_write(&to, text, e);
	staged_close(&to);
	return result;
}

int
copy_files(int from, const struct filelist *list, int stage, struct err *e)
{
	int result = 0;

	for (int i = 0; result == 0 && i < list->n; i++) {
		struct arena a = { 0 };
		result = copy_file(&a, from, &list->v[i], stage, e);
		arena_free(&a);
	}
	return result;
}
