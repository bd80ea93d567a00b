/* SPDX-License-Identifier: ISC */
#include "make/working.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "make/stagedir.h"
#include "sys/fs.h"

/* Of a note: more stages than anybody keeps busy at once. */
enum { NOTE_MAX_BYTES = 1 << 16 };

/* Is inner the folder outer, or below it? Both absolute, without links. */
static bool
holds(const char *outer, const char *inner)
{
	size_t n = strlen(outer);

	if (strcmp(outer, "/") == 0)
		return true;
	return strncmp(outer, inner, n) == 0 && (inner[n] == '/' || inner[n] == '\0');
}

int
working_open(
    struct arena *run, const char *path, const char *out_path, struct working *out, struct err *e)
{
	char absolute[PATH_MAX];
	struct stat st;

	if (realpath(path, absolute) == NULL || stat(absolute, &st) == -1)
		return err_set(
		    e, ERR_USAGE, "--src %s: %s; name the folder to build", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return err_set(
		    e, ERR_USAGE, "--src %s: it is no folder; unpack it and name the folder", path);
	if (holds(absolute, out_path))
		return err_set(e, ERR_USAGE,
		    "--src %s: it holds %s, where kiln writes; name the folder of the sources "
		    "alone",
		    path, out_path);
	out->path = arena_printf(run, "%s", absolute);
	if (folder_read(run, out->path, FOLDER_ALL, -1, &out->folder, e) == -1)
		return err_wrap(e, "--src");
	return 0;
}

/* Files of patches/; what is from the tree itself is the source, which the copy stands for. */
static bool
stays(const struct source *s)
{
	return s->is_local && !s->is_from_tree;
}

const struct package *
working_package(struct arena *run, const struct package *p, const struct working *w)
{
	struct package *made = ARENA_NEW(run, struct package, 1);

	*made = *p;
	made->is_dirty = true;
	made->source = ARENA_NEW(run, struct source, (size_t)p->nsource + 1);
	made->source[0] = (struct source){ .file = STR("working-copy"),
		.folder = w->path,
		.sha256 = w->folder.digest,
		.has_sha256 = true,
		.size_bytes = w->folder.size_bytes,
		.at = p->at };
	made->nsource = 1;
	for (int i = 0; i < p->nsource; i++)
		if (stays(&p->source[i]))
			made->source[made->nsource++] = p->source[i];
	made->npatch = made->nedit = 0;
	return made;
}

static void
add_count(struct buf *out, int *n, int count, const char *what, const char *many)
{
	if (count == 0)
		return;
	buf_printf(out, "%s%d %s", (*n)++ == 0 ? "" : ", ", count, count == 1 ? what : many);
}

struct str
working_note(struct arena *a, const struct package *p, const struct working *w)
{
	struct buf out = { .a = a };
	int n = 0, nlocal = 0;

	for (int i = 0; i < p->nsource; i++)
		nlocal += stays(&p->source[i]);
	buf_printf(&out, "dirty: built from %s as it is", w->path);
	if (p->nsource + p->npatch + p->nedit > nlocal) {
		buf_add_z(&out, "; left out of the recipe: ");
		add_count(&out, &n, p->nsource - nlocal, "source", "sources");
		add_count(&out, &n, p->npatch, "patch", "patches");
		add_count(&out, &n, p->nedit, "edit", "edits");
	}
	if (w->folder.nbuilt != 0)
		buf_printf(&out,
		    "\n%d file%s in it came from a compiler, " STR_FMT
		    " is one: clean it first, or make may take them for its own",
		    w->folder.nbuilt, w->folder.nbuilt == 1 ? "" : "s", STR_ARG(w->folder.built));
	return buf_str(&out);
}

/* Remove those of a list, a line each; who stays is put into rest. */
static int
remove_stages(int out_dir, struct str list, const char *but, struct buf *rest, struct err *e)
{
	struct arena tmp = { 0 };
	struct digest unused;
	struct str line;
	bool is_gone = true;
	int result = 0;

	while (result == 0 && str_cut(&list, '\n', &line)) {
		if (digest_parse(line, &unused) == -1 || str_is(line, but))
			continue;
		result = stagedir_remove(out_dir, str_z(&tmp, line), &is_gone, e);
		if (!is_gone)
			buf_printf(rest, STR_FMT "\n", STR_ARG(line));
	}
	arena_free(&tmp);
	return result;
}

/* The note has all that may be there before any of it is: a name in it may lead to nothing. */
static int
renew_note(struct arena *a, int out_dir, const char *note, const char *hex, struct err *e)
{
	struct buf all = { .a = a }, rest = { .a = a };
	struct str before = STR("");

	if (fs_exists(out_dir, note) && fs_read(a, out_dir, note, NOTE_MAX_BYTES, &before, e) == -1)
		return -1;
	buf_printf(&all, "%s\n" STR_FMT, hex, STR_ARG(before));
	if (fs_write(out_dir, note, buf_str(&all), 0644, e) == -1 ||
	    remove_stages(out_dir, before, hex, &rest, e) == -1)
		return -1;
	return fs_write(
	    out_dir, note, str_printf(a, "%s\n" STR_FMT, hex, STR_ARG(buf_str(&rest))), 0644, e);
}

int
working_staged(int out_dir, struct str package, const char *hex, struct err *e)
{
	struct arena a = { 0 };
	char *note = arena_printf(&a, "stage/.working/" STR_FMT, STR_ARG(package));
	int lock = fs_mkdirs(out_dir, "stage/.working", e);

	if (lock == 0)
		lock = fs_lock(out_dir, "stage/.working.lock", true, true, e);
	int result = lock == -1 ? -1 : renew_note(&a, out_dir, note, hex, e);
	fs_close(&lock);
	arena_free(&a);
	return result;
}
