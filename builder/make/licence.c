/* SPDX-License-Identifier: ISC */
#include "make/licence.h"

#include <fcntl.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "sys/fs.h"

enum {
	LICENCE_MAX_BYTES = 16 << 20,
	LOOK_DEPTH = 2,    /* folders below the source's own */
	LOOK_ENTRIES = 12, /* that a message names */
};

/* ---- what could be meant ---- */

struct look {
	struct buf found; /* words, a blank before each */
	int n;
};

static bool
looks_like_one(const char *name)
{
	static const char *const start[] = { "LICEN", "COPYING", "COPYRIGHT", "UNLICENSE" };

	for (size_t i = 0; i < COUNT_OF(start); i++)
		if (strncasecmp(name, start[i], strlen(start[i])) == 0)
			return true;
	return false;
}

static int
depth(struct str path)
{
	int n = 0;

	for (size_t i = 0; i < path.n; i++)
		n += path.p[i] == '/';
	return n;
}

static int
look(void *ctx, const struct fs_entry *entry, struct err *e)
{
	struct look *l = ctx;

	(void)e;
	if (S_ISDIR(entry->st.st_mode))
		return depth(entry->path) < LOOK_DEPTH ? 0 : FS_WALK_SKIP;
	if (S_ISREG(entry->st.st_mode) && looks_like_one(entry->name) && l->n++ < LOOK_ENTRIES)
		buf_printf(&l->found, " " STR_FMT, STR_ARG(entry->path));
	return 0;
}

static int
missing(struct arena *a, const char *stage, struct str path, struct err *e)
{
	struct look l = { .found = { .a = a } };
	struct err ignored = { 0 };

	if (fs_walk(a, AT_FDCWD, stage, look, &l, &ignored) == -1 || l.n == 0)
		return err_set(e, ERR_CHECK,
		    "licence-file " STR_FMT ": the source holds no such file; name the one that "
		    "has the text",
		    STR_ARG(path));
	return err_set(e, ERR_CHECK,
	    "licence-file " STR_FMT ": the source holds no such file; it has" STR_FMT "%s",
	    STR_ARG(path), STR_ARG(buf_str(&l.found)), l.n > LOOK_ENTRIES ? " ..." : "");
}

/* ---- reading and copying ---- */

static int
read_text(struct arena *a, const char *stage, struct str path, struct str *text, struct err *e)
{
	char *file = arena_printf(a, "%s/" STR_FMT, stage, STR_ARG(path));

	if (!fs_exists(AT_FDCWD, file))
		return missing(a, stage, path, e);
	if (fs_read(a, AT_FDCWD, file, LICENCE_MAX_BYTES, text, e) == -1)
		return err_wrap(e, "licence-file " STR_FMT, STR_ARG(path));
	if (text->n == 0)
		return err_set(
		    e, ERR_CHECK, "licence-file " STR_FMT ": the file is empty", STR_ARG(path));
	return 0;
}

static char *
copy_name(struct arena *a, const struct package *p, int i)
{
	struct str path = p->licence_file[i], name = str_base(path);
	char *whole = str_z(a, path);

	for (int k = 0; k < p->nlicence_file; k++)
		if (k != i && str_eq(str_base(p->licence_file[k]), name)) {
			for (char *c = whole; *c != '\0'; c++)
				if (*c == '/')
					*c = '-';
			return whole;
		}
	return str_z(a, name);
}

int
licence_check(const struct package *p, const char *stage, struct err *e)
{
	struct arena a = { 0 };
	struct str text = STR("");
	int rc = 0;

	for (int i = 0; rc == 0 && i < p->nlicence_file; i++)
		rc = read_text(&a, stage, p->licence_file[i], &text, e);
	arena_free(&a);
	return rc;
}

static int
copy_all(
    struct arena *a, const struct package *p, const char *stage, const char *folder, struct err *e)
{
	char *to = arena_printf(a, "%s/usr/share/licenses/" STR_FMT, folder, STR_ARG(p->name));
	struct str text = STR("");

	if (p->nlicence_file != 0 && fs_mkdirs(AT_FDCWD, to, e) == -1)
		return -1;
	for (int i = 0; i < p->nlicence_file; i++)
		if (read_text(a, stage, p->licence_file[i], &text, e) == -1 ||
		    fs_write(AT_FDCWD, arena_printf(a, "%s/%s", to, copy_name(a, p, i)), text, 0644,
			e) == -1)
			return -1;
	return 0;
}

int
licence_copy(const struct package *p, const char *stage, const char *folder, struct err *e)
{
	struct arena a = { 0 };
	int rc = copy_all(&a, p, stage, folder, e);

	arena_free(&a);
	return rc;
}
