/* SPDX-License-Identifier: ISC */
#include "make/collect.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "make/licence.h"
#include "make/linkmap.h"
#include "make/pcfile.h"
#include "make/strip.h"
#include "store/class.h"
#include "sys/beneath.h"
#include "sys/fs.h"

enum {
	MAP_MAX_BYTES = 1 << 30, /* a map of the largest C++ programs is some 100 MB */
	PC_MAX_BYTES = 1 << 20,  /* a page of text */
	LOG_MAX_BYTES = 16 << 20,
	TOOLS_MAX_S = 1800,
};

/* One collection at work. */
struct collector {
	struct arena a;
	const struct package *p;
	const char *work, *stage, *object;
	int out; /* folder of what was installed */
	struct strip strip;
	int nfile;
};

/* ---- looking ---- */

/* Folders may have been installed without the rights to move what is in them. */
static int
open_up(const struct fs_entry *entry, struct err *e)
{
	if ((entry->st.st_mode & 0700) != 0700 && fchmodat(entry->dir, entry->name, 0755, 0) == -1)
		return err_sys(e, "make the folder " STR_FMT " writable", STR_ARG(entry->path));
	return 0;
}

static int
look(void *ctx, const struct fs_entry *entry, struct err *e)
{
	struct collector *c = ctx;

	if (S_ISDIR(entry->st.st_mode))
		return open_up(entry, e);
	if (!S_ISREG(entry->st.st_mode))
		return 0;
	/* What a file may do is seen from its mode later: only what we need is added. */
	mode_t mode = (entry->st.st_mode & 0777) | 0600;
	if (entry->st.st_mode != (mode | S_IFREG) &&
	    fchmodat(entry->dir, entry->name, mode, 0) == -1)
		return err_sys(e, "make " STR_FMT " readable", STR_ARG(entry->path));
	return strip_look(&c->a, &c->strip, entry->dir, entry->name, entry->path, e);
}

/* ---- stripping ---- */

static int
make_debug_folders(struct collector *c, struct err *e)
{
	for (int i = 0; i < c->strip.program.n; i++) {
		char *path = str_z(&c->a, strip_debug_path(&c->a, c->strip.program.v[i].build_id));
		*strrchr(path, '/') = '\0';
		if (fs_mkdirs(c->out, path, e) == -1)
			return -1;
	}
	return 0;
}

static int
run_tools(struct collector *c, struct sandbox_proc *sandbox, int log, struct err *e)
{
	struct sandbox_result result;
	struct sandbox_phase phase = { .name = "strip",
		.body = strip_script(&c->a, &c->strip),
		.limit_total_s = TOOLS_MAX_S,
		.limit_silent_s = TOOLS_MAX_S,
		.log_max_bytes = LOG_MAX_BYTES,
		.log = log };

	if (phase.body.n == 0)
		return 0;
	if (make_debug_folders(c, e) == -1 || sandbox_run(sandbox, &phase, &result, e) == -1)
		return err_wrap(e, "split off debug information");
	if (result.end == SANDBOX_DONE)
		return 0;
	return err_set(e, ERR_PACKAGE,
	    "split off debug information: %s: what was installed holds a file that strip or "
	    "objcopy refuses; the log names it",
	    sandbox_end_text(&c->a, &phase, &result));
}

/* ---- moving ---- */

static char *
place(struct collector *c, enum class class, struct str path)
{
	return arena_printf(&c->a, "%s/%s/" STR_FMT, c->object, class_name(class), STR_ARG(path));
}

static int
make_parent(struct collector *c, const char *path, struct err *e)
{
	char *folder = arena_printf(&c->a, "%s", path);

	*strrchr(folder, '/') = '\0';
	return fs_mkdirs(AT_FDCWD, folder, e);
}

/* Readable by all, writable by its owner, no set-id bit. Debug information has its
 * program's mode from objcopy, but nobody runs it. */
static mode_t
plain_mode(const struct fs_entry *entry)
{
	bool may_run = (entry->st.st_mode & 0111) != 0 && class_of_path(entry->path) != CLASS_DEBUG;

	return may_run ? 0755 : 0644;
}

static int
move_pc(struct collector *c, const struct fs_entry *entry, const char *to, struct err *e)
{
	struct str text;

	if (fs_read(&c->a, entry->dir, entry->name, PC_MAX_BYTES, &text, e) == -1)
		return -1;
	return fs_write(AT_FDCWD, to, pcfile_relocate(&c->a, text), 0644, e);
}

static int
move_entry(struct collector *c, const struct fs_entry *entry, const char *to, struct err *e)
{
	if (S_ISREG(entry->st.st_mode) && str_ends(entry->path, STR(".pc")))
		return move_pc(c, entry, to, e);
	if (S_ISREG(entry->st.st_mode) &&
	    fchmodat(entry->dir, entry->name, plain_mode(entry), 0) == -1)
		return err_sys(e, "set the mode of " STR_FMT, STR_ARG(entry->path));
	if (renameat(entry->dir, entry->name, AT_FDCWD, to) == -1)
		return err_sys(e, "move " STR_FMT " into the object", STR_ARG(entry->path));
	return 0;
}

/* Libtool's files name places of the build, and pkg-config's say all that is in them. */
static bool
is_dropped(const struct fs_entry *entry)
{
	return !S_ISDIR(entry->st.st_mode) && str_ends(entry->path, STR(".la"));
}

static int
move(void *ctx, const struct fs_entry *entry, struct err *e)
{
	struct collector *c = ctx;
	char *to;

	if (S_ISDIR(entry->st.st_mode) || is_dropped(entry))
		return 0;
	if (!S_ISREG(entry->st.st_mode) && !S_ISLNK(entry->st.st_mode))
		return err_set(e, ERR_CHECK,
		    "installed " STR_FMT ": neither a file nor a folder nor a link",
		    STR_ARG(entry->path));
	to = place(c, class_of_path(entry->path), entry->path);
	if (make_parent(c, to, e) == -1 || move_entry(c, entry, to, e) == -1)
		return -1;
	c->nfile++;
	return 0;
}

/* ---- link maps and records ---- */

static int
take_map(struct collector *c, int dir, struct str name, struct err *e)
{
	char *to = place(c, CLASS_MAP, name);
	struct arena tmp = { 0 };
	struct str text;
	bool is_there;

	/* A program that was not linked here has none. Bodies may write there. */
	int rc = beneath_read(&tmp, dir, str_z(&tmp, name), MAP_MAX_BYTES, &text, &is_there, e);
	if (rc == 0 && is_there)
		rc = make_parent(c, to, e);
	if (rc == 0 && is_there)
		rc = fs_write(AT_FDCWD, to, linkmap_normalise(&tmp, text), 0644, e);
	arena_free(&tmp);
	return rc;
}

static int
take_maps(struct collector *c, struct err *e)
{
	static const char *const suffix[] = { "map", "link" };
	const char *maps = arena_printf(&c->a, "%s/maps", c->work);

	if (!fs_exists(AT_FDCWD, maps))
		return 0;
	CLEANUP(fs_close) int dir = fs_open_dir(AT_FDCWD, maps, e);
	if (dir == -1)
		return -1;
	for (int i = 0; i < c->strip.program.n; i++)
		for (size_t k = 0; k < COUNT_OF(suffix); k++) {
			struct str id = c->strip.program.v[i].build_id;
			if (take_map(c, dir,
				str_printf(&c->a, STR_FMT ".%s", STR_ARG(id), suffix[k]), e) == -1)
				return -1;
		}
	return 0;
}

/* ---- all of it ---- */

static int
collect_all(struct collector *c, struct sandbox_proc *sandbox, int log, struct err *e)
{
	if (fs_walk(&c->a, c->out, ".", look, c, e) == -1 || run_tools(c, sandbox, log, e) == -1 ||
	    fs_walk(&c->a, c->out, ".", move, c, e) == -1)
		return -1;
	if (c->nfile == 0)
		return err_set(e, ERR_CHECK,
		    "install put nothing below /out: the phase has to use DESTDIR, which is /out");
	if (take_maps(c, e) == -1)
		return -1;
	return licence_copy(
	    c->p, c->stage, arena_printf(&c->a, "%s/%s", c->object, class_name(CLASS_LICENCE)), e);
}

int
collect(const struct package *p, const char *work, const char *stage, struct sandbox_proc *sandbox,
    const char *object, int log, struct err *e)
{
	struct collector c = { .p = p, .work = work, .stage = stage, .object = object };

	c.out = fs_open_dir(AT_FDCWD, arena_printf(&c.a, "%s/out", work), e);
	if (c.out == -1) {
		arena_free(&c.a);
		return -1;
	}
	int rc = collect_all(&c, sandbox, log, e);
	fs_close(&c.out);
	arena_free(&c.a);
	return rc;
}
