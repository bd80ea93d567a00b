/* SPDX-License-Identifier: ISC */
#include "lib/filelist.h"

#include <errno.h>
#include <fcntl.h>

#include "sys/beneath.h"
#include "sys/fs.h"

/* What is larger belongs among the sources, where nobody hashes it to read a recipe. */
enum { FILES_MAX = 20000, BYTES_MAX = 64 << 20 };

struct reading {
	struct arena *a;
	struct str top; /* the path that is read */
	struct filelist *out;
};

static int
add_file(struct reading *r, int dir, const char *name, struct str path, struct err *e)
{
	struct filelist_file f = { .path = path };
	struct filelist *l = r->out;
	struct stat st;
	CLEANUP(fs_close)
	int fd = beneath_open(dir, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);

	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(e, "open " STR_FMT, STR_ARG(path));
	if (!S_ISREG(st.st_mode))
		return err_set(
		    e, ERR_RECIPE, STR_FMT " is neither a plain file nor a folder", STR_ARG(path));
	if (l->n == FILES_MAX || (uint64_t)st.st_size > BYTES_MAX - l->size_bytes)
		return err_set(e, ERR_RECIPE, STR_FMT " has more than %d files or %d MiB",
		    STR_ARG(r->top), FILES_MAX, BYTES_MAX >> 20);
	if (digest_fd(fd, &f.digest, &f.size_bytes, e) == -1)
		return err_wrap(e, STR_FMT, STR_ARG(path));
	f.is_program = (st.st_mode & 0111) != 0;
	l->size_bytes += f.size_bytes;
	VEC_ADD(r->a, l, f);
	return 0;
}

static bool
is_left_out(const char *name)
{
	return name[0] == '.' || str_ends(str_of(name), STR("~"));
}

static int
add_entry(void *ctx, const struct fs_entry *entry, struct err *e)
{
	struct reading *r = ctx;

	if (is_left_out(entry->name))
		return FS_WALK_SKIP;
	struct str path =
	    str_printf(r->a, STR_FMT "/" STR_FMT, STR_ARG(r->top), STR_ARG(entry->path));
	if (S_ISDIR(entry->st.st_mode)) {
		VEC_ADD(r->a, &r->out->folder, path);
		return 0;
	}
	if (!S_ISREG(entry->st.st_mode))
		return err_set(
		    e, ERR_RECIPE, STR_FMT " is neither a plain file nor a folder", STR_ARG(path));
	return add_file(r, entry->dir, entry->name, path, e);
}

static struct digest
digest_all(const struct filelist *l)
{
	struct digest_ctx c;

	digest_init(&c);
	digest_field(&c, "format", STR("kiln-files 1"));
	for (int i = 0; i < l->n; i++) {
		const struct filelist_file *f = &l->v[i];
		digest_field(&c, "path", f->path);
		digest_field(&c, "mode", f->is_program ? STR("755") : STR("644"));
		digest_field(
		    &c, "bytes", (struct str){ (const char *)f->digest.byte, DIGEST_BYTES });
	}
	return digest_end(&c);
}

int
filelist_read(struct arena *a, int dir, const char *path, struct filelist *out, struct err *e)
{
	struct reading r = { a, str_printf(a, "%s", path), out };
	struct stat st;
	int result;

	*out = (struct filelist){ 0 };
	CLEANUP(fs_close) int top = beneath_open(dir, path, O_PATH, 0);
	if (top == -1 && errno == ELOOP)
		return err_set(e, ERR_RECIPE, "%s is a link, or behind one", path);
	if (top == -1 || fstat(top, &st) == -1)
		return err_sys(e, "open %s", path);
	if (S_ISDIR(st.st_mode)) {
		VEC_ADD(a, &out->folder, r.top);
		result = fs_walk(a, top, ".", add_entry, &r, e);
	} else {
		result = add_file(&r, dir, path, r.top, e);
	}
	if (result == -1)
		return -1;
	out->digest = digest_all(out);
	return 0;
}
