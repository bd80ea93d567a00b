/* SPDX-License-Identifier: ISC */
#include "ship/script.h"

#include <fcntl.h>

#include "make/inspect_text.h"
#include "sys/mapping.h"

/* A path of the bundle where a shell looks for commands. */
static bool
is_command(const struct fileset *fs, struct str name)
{
	static const char *const folder[] = { "bin", "sbin", "usr/bin", "usr/sbin" };

	for (size_t i = 0; i < COUNT_OF(folder); i++)
		if (map_get(&fs->taken,
			str_printf(fs->a, "%s/" STR_FMT, folder[i], STR_ARG(name))) != -1)
			return true;
	return false;
}

static bool
is_there(const struct fileset *fs, struct str interpreter)
{
	if (interpreter.n == 0 || str_is(interpreter, "/bin/sh") || str_is(interpreter, "sh"))
		return true;
	if (interpreter.p[0] != '/')
		return is_command(fs, interpreter);
	return map_get(&fs->taken, str_skip(interpreter, 1)) != -1;
}

/* Where the bundle has a program of that name, for the remedy. */
static struct str
elsewhere(const struct fileset *fs, struct str interpreter)
{
	for (int i = 0; i < fs->entry.n; i++)
		if (str_eq(str_base(fs->entry.v[i].path), str_base(interpreter)))
			return fs->entry.v[i].path;
	return STR("");
}

static int
wrong(
    const struct fileset *fs, const struct fileset_entry *f, struct str interpreter, struct err *e)
{
	struct str path =
	    str_starts(interpreter, STR("/")) ? str_skip(interpreter, 1) : interpreter;
	struct str at = elsewhere(fs, interpreter);

	if (at.n != 0)
		return loc_err(e, f->at,
		    "the script " STR_FMT " is run by " STR_FMT
		    ", which is not there: `link " STR_FMT " " STR_FMT "` puts it there",
		    STR_ARG(f->path), STR_ARG(interpreter), STR_ARG(path), STR_ARG(at));
	return loc_err(e, f->at,
	    "the script " STR_FMT " is run by " STR_FMT ", which is not in the bundle: add what "
	    "brings it, or leave the script out with `without " STR_FMT "`",
	    STR_ARG(f->path), STR_ARG(interpreter), STR_ARG(f->path));
}

int
scripts_check(const struct fileset *fs, struct err *e)
{
	for (int i = 0; i < fs->entry.n; i++) {
		const struct fileset_entry *f = &fs->entry.v[i];
		CLEANUP(mapping_close) struct mapping m = { 0 };
		if (f->type != 'f' || f->mode != 0755)
			continue;
		if (mapping_open(AT_FDCWD, f->from, &m, e) == -1)
			return -1;
		struct str interpreter = inspect_text_interpreter(m.bytes);
		if (!is_there(fs, interpreter))
			return wrong(fs, f, str_copy(fs->a, interpreter), e);
	}
	return 0;
}
