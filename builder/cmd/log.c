/* SPDX-License-Identifier: ISC */
#include <fcntl.h>

#include "cmd/cmd.h"
#include "cmd/session.h"
#include "sys/fs.h"

int
cmd_log(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct want *want;
	const struct package *p;
	struct str text;
	char *path, *test;
	int n;

	(void)status;
	if (session_open(&s, args, e) == -1 || session_wants(&s, &want, &n, e) == -1)
		return -1;
	if (n != 1)
		return err_set(e, ERR_USAGE, "log wants one package and one target");
	if (tree_package(s.tree, want[0].package, want[0].target, NULL, 0, &p, e) == -1)
		return -1;
	path = workshop_log_path(&s.run, &s.workshop, p);
	if (!fs_exists(AT_FDCWD, path))
		return err_set(e, ERR_USAGE, STR_FMT " was never built for " STR_FMT " here: no %s",
		    STR_ARG(p->name), STR_ARG(p->target->name), path);
	if (fs_read(&s.run, AT_FDCWD, path, FS_READ_MAX, &text, e) == -1 ||
	    cmd_answer(text, e) == -1)
		return -1;
	test = arena_printf(&s.run, "%s.test", path);
	if (!fs_exists(AT_FDCWD, test))
		return 0;
	if (fs_read(&s.run, AT_FDCWD, test, FS_READ_MAX, &text, e) == -1 ||
	    cmd_answer(STR("== test\n"), e) == -1)
		return -1;
	return cmd_answer(text, e);
}
