/* SPDX-License-Identifier: ISC */
#include "make/toollist.h"

#include <stdlib.h>
#include <string.h>

#include "make/toolscan.h"
#include "sys/clock.h"
#include "sys/fs.h"

#define RECORD "kiln-tool 1\t"

enum { RECORD_MAX = 64 << 20 };

/* A file changed less than so long ago may change again within the same time stamp. */
enum { RACY_S = 2 };

static char *
record_path(struct arena *a, const struct tool *t, enum toollist_what what)
{
	return arena_printf(a, "tools/identity/" STR_FMT "%s", STR_ARG(t->name),
	    what == TOOLLIST_NAMED ? ".named" : "");
}

/* What is remembered of a tool; false when there is nothing or it does not hold any more. */
static bool
recall(struct arena *a, int out_dir, const char *path, const struct tool *t, struct toolfile **out,
    int *n)
{
	struct digest now = toolfile_description(t), then;
	VEC(struct toolfile) file = { 0 };
	struct err ignored = { 0 };
	struct str text, line;

	if (!fs_exists(out_dir, path) ||
	    fs_read(a, out_dir, path, RECORD_MAX, &text, &ignored) == -1 ||
	    !str_cut(&text, '\n', &line) || !str_starts(line, STR(RECORD)) ||
	    digest_parse(str_skip(line, strlen(RECORD)), &then) == -1 || !digest_eq(&now, &then))
		return false;
	while (str_cut(&text, '\n', &line) && !str_is(line, "end")) {
		struct toolfile f = { 0 };
		if (toolfile_parse(line, &f) == -1 || !toolfile_is_unchanged(&f))
			return false;
		VEC_ADD(a, &file, f);
	}
	*out = file.v;
	*n = file.n;
	return str_is(line, "end");
}

static bool
is_racy(const struct toolfile *file, int n)
{
	uint64_t now = (uint64_t)clock_unix();

	for (int i = 0; i < n; i++)
		if (file[i].stamp.ctime_ns / 1000000000 + RACY_S > now)
			return true;
	return false;
}

static int
remember(struct arena *a, int out_dir, const char *path, const struct tool *t,
    const struct toolfile *file, int n, struct err *e)
{
	struct digest d = toolfile_description(t);
	struct buf text = { .a = a };

	if (is_racy(file, n))
		return 0;
	buf_printf(&text, RECORD "%s\n", digest_hex(a, &d));
	for (int i = 0; i < n; i++)
		toolfile_print(&text, &file[i]);
	buf_add_z(&text, "end\n");
	if (fs_mkdirs(out_dir, "tools/identity", e) == -1)
		return -1;
	return fs_write(out_dir, path, buf_str(&text), 0644, e);
}

int
toollist_get(struct arena *a, int out_dir, const struct tool *t, enum toollist_what what,
    struct toolfile **out, int *n, struct err *e)
{
	struct toolscan s = { .a = a, .seen = { .a = a }, .is_named_only = what == TOOLLIST_NAMED };
	char *path = record_path(a, t, what);

	if (recall(a, out_dir, path, t, out, n))
		return 0;
	if (toolscan_tool(&s, t, e) == -1)
		return err_wrap(e, "tool " STR_FMT, STR_ARG(t->name));
	qsort(s.file.v, (size_t)s.file.n, sizeof(s.file.v[0]), toolfile_by_path);
	*out = s.file.v;
	*n = s.file.n;
	return remember(a, out_dir, path, t, *out, *n, e);
}
