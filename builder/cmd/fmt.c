/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/session.h"
#include "recipe/field.h"
#include "sys/fs.h"

static int
format(struct arena *a, struct str path, struct str text, struct str *out, struct err *e)
{
	struct syntax_file *f;
	struct buf b = { .a = a };

	if (syntax_parse(a, path, text, field_is_body, &f, e) == -1)
		return -1;
	syntax_print(&b, f);
	*out = buf_str(&b);
	return 0;
}

static int
format_stdin(struct err *e)
{
	struct arena a = { 0 };
	struct str text, out;

	if (fs_read_fd(&a, STDIN_FILENO, SYNTAX_FILE_MAX, &text, e) == -1 ||
	    format(&a, STR("(standard input)"), text, &out, e) == -1)
		return -1;
	int rc = cmd_answer(out, e);
	arena_free(&a);
	return rc;
}

static int
format_package(struct session *s, struct str name, int *nchanged, struct err *e)
{
	struct str path, text, out;

	if (tree_path(s->tree, TREE_PACKAGES, name, &path, e) == -1)
		return -1;
	const char *file = str_z(&s->run, path);
	if (fs_read(&s->run, AT_FDCWD, file, SYNTAX_FILE_MAX, &text, e) == -1 ||
	    format(&s->run, path, text, &out, e) == -1)
		return -1;
	if (str_eq(text, out))
		return 0;
	++*nchanged;
	fprintf(stderr, "kiln: %s: formatted\n", file);
	return fs_replace(AT_FDCWD, file, out, 0644, e);
}

int
cmd_fmt(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct str *name;
	int n, nchanged = 0;

	(void)status;
	if (args->given[OPT_STDIN])
		return format_stdin(e);
	if (session_open(&s, args, e) == -1 || session_packages(&s, &name, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if (format_package(&s, name[i], &nchanged, e) == -1)
			return -1;
	if (!args->given[OPT_QUIET])
		fprintf(stderr, "kiln: %d recipe%s, %d changed\n", n, n == 1 ? "" : "s", nchanged);
	return 0;
}
