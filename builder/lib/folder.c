/* SPDX-License-Identifier: ISC */
#include "lib/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "sys/beneath.h"
#include "sys/fs.h"

enum { CHUNK_BYTES = 128 * 1024, MAGIC_BYTES = 8 };

struct reading {
	struct arena *a;
	const char *path;
	enum folder_take take;
	int dir, to_dir;
	struct digest_ctx list;
	struct folder *out;
};

/* How a file begins that a compiler, or ar, made. */
static bool
is_built(struct str start)
{
	return str_starts(start, STR("\177ELF")) || str_starts(start, STR("!<arch>\n"));
}

static void
note_built(struct reading *r, const struct fs_entry *entry)
{
	if (r->out->nbuilt++ == 0)
		r->out->built = str_copy(r->a, entry->path);
}

/* All of from into the digest and, unless it is -1, into to. */
static int
pass_bytes(struct reading *r, const struct fs_entry *entry, int from, int to, struct digest *out,
    struct err *e)
{
	static char chunk[CHUNK_BYTES];
	struct digest_ctx c;
	bool is_first = true;
	ssize_t n;
	int result = 0;

	digest_init(&c);
	while (result == 0 && (n = read(from, chunk, sizeof(chunk))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			result = err_sys(e, "read");
			break;
		}
		struct str piece = { chunk, (size_t)n };
		if (is_first && is_built(piece))
			note_built(r, entry);
		is_first = false;
		digest_add(&c, piece.p, piece.n);
		r->out->size_bytes += piece.n;
		if (to != -1)
			result = fs_write_all(to, piece, e);
	}
	*out = digest_end(&c);
	return result;
}

static int
read_file(struct reading *r, const struct fs_entry *entry, struct err *e)
{
	bool may_run = (entry->st.st_mode & 0111) != 0;
	struct digest digest;
	int to = -1;
	/* It may have become a FIFO since it was listed. */
	CLEANUP(fs_close)
	int from = openat(entry->dir, entry->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (from == -1)
		return err_sys(e, "open it");
	if (r->to_dir != -1) {
		to = openat(r->to_dir, str_z(r->a, entry->path),
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, may_run ? 0755 : 0644);
		if (to == -1)
			return err_sys(e, "make the copy");
	}
	int result = pass_bytes(r, entry, from, to, &digest, e);
	if (to != -1 && result == 0 && fchmod(to, may_run ? 0755 : 0644) == -1)
		result = err_sys(e, "set the copy's mode");
	if (to != -1 && close(to) == -1 && result == 0)
		result = err_sys(e, "close the copy");
	digest_field(&r->list, "file", entry->path);
	digest_field(&r->list, "mode", may_run ? STR("755") : STR("644"));
	digest_field(&r->list, "digest", (struct str){ (const char *)digest.byte, DIGEST_BYTES });
	return result;
}

static int
read_link(struct reading *r, const struct fs_entry *entry, struct err *e)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(entry->dir, entry->name, target, sizeof(target));

	if (n == -1 || (size_t)n == sizeof(target))
		return err_sys(e, "read the link");
	target[n] = '\0';
	if (beneath_leaves(r->dir, str_z(r->a, entry->path)))
		return err_set(e, ERR_USAGE,
		    "it is a link to %s, which leads out of the folder; put the file itself there",
		    target);
	digest_field(&r->list, "link", entry->path);
	digest_field(&r->list, "target", (struct str){ target, (size_t)n });
	if (r->to_dir != -1 && symlinkat(target, r->to_dir, str_z(r->a, entry->path)) == -1)
		return err_sys(e, "make the link");
	return 0;
}

static int
read_folder(struct reading *r, const struct fs_entry *entry, struct err *e)
{
	digest_field(&r->list, "folder", entry->path);
	if (r->to_dir != -1 && mkdirat(r->to_dir, str_z(r->a, entry->path), 0755) == -1)
		return err_sys(e, "make the folder");
	return 0;
}

static int
read_known(struct reading *r, const struct fs_entry *entry, struct err *e)
{
	if (S_ISREG(entry->st.st_mode))
		return read_file(r, entry, e);
	if (S_ISLNK(entry->st.st_mode))
		return read_link(r, entry, e);
	if (S_ISDIR(entry->st.st_mode))
		return read_folder(r, entry, e);
	return err_set(
	    e, ERR_USAGE, "it is neither file, folder nor link; take it out of the folder");
}

static bool
is_left_out(const struct reading *r, struct str name)
{
	bool is_plain = !str_starts(name, STR(".")) && !str_ends(name, STR("~"));

	return str_is(name, ".git") || (r->take == FOLDER_PLAIN && !is_plain);
}

static int
read_entry(void *ctx, const struct fs_entry *entry, struct err *e)
{
	struct reading *r = ctx;

	if (is_left_out(r, str_of(entry->name)))
		return FS_WALK_SKIP;
	VEC_ADD(r->a, &r->out->entry, str_copy(r->a, entry->path));
	if (r->out->entry.n > FOLDER_ENTRIES_MAX)
		return err_set(e, ERR_USAGE,
		    "%s holds more than %d files: it is no package's source", r->path,
		    FOLDER_ENTRIES_MAX);
	if (read_known(r, entry, e) == -1)
		return err_wrap(e, "%s/" STR_FMT, r->path, STR_ARG(entry->path));
	return 0;
}

int
folder_read(struct arena *a, const char *path, enum folder_take take, int to_dir,
    struct folder *out, struct err *e)
{
	CLEANUP(fs_close) int dir = fs_open_dir(AT_FDCWD, path, e);
	struct reading r = {
		.a = a, .path = path, .take = take, .dir = dir, .to_dir = to_dir, .out = out
	};

	*out = (struct folder){ .built = { "", 0 } };
	if (dir == -1)
		return -1;
	digest_init(&r.list);
	digest_field(&r.list, "format", STR("kiln-folder 1"));
	int result = fs_walk(a, dir, ".", read_entry, &r, e);
	out->digest = digest_end(&r.list);
	return result;
}
