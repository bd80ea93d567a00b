/* SPDX-License-Identifier: ISC */
#include "make/toolversion.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "make/dpkg.h"
#include "make/toolfile.h"
#include "sys/fs.h"
#include "sys/proc.h"

enum { STATUS_MAX = 256 << 20, VERSION_LINE_MAX = 512, RECORD_MAX = 1 << 16 };

/* What the version was read from: when it is unchanged, so is the version. */
static const char *
basis(struct arena *a, const struct tool *t)
{
	if (t->ndebian > 0 && fs_exists(AT_FDCWD, DPKG_STATUS_PATH))
		return DPKG_STATUS_PATH;
	return t->nprogram > 0 ? str_z(a, t->program[0].path) : DPKG_STATUS_PATH;
}

/* The first two lines of the record: what it is of, and its basis. */
static bool
record_head(struct arena *a, const struct tool *t, struct str *out)
{
	struct digest d = toolfile_description(t);
	struct toolfile_stamp s;

	if (!toolfile_look(basis(a, t), &s))
		return false;
	*out = str_printf(a, "kiln-tool-version 1\t%s\n%llu\t%llu\t%llu\t%llu\t%llu\n",
	    digest_hex(a, &d), (unsigned long long)s.dev, (unsigned long long)s.ino,
	    (unsigned long long)s.size, (unsigned long long)s.mtime_ns,
	    (unsigned long long)s.ctime_ns);
	return true;
}

static char *
record_path(struct arena *a, const struct tool *t)
{
	return arena_printf(a, "tools/identity/" STR_FMT ".version", STR_ARG(t->name));
}

static bool
recall(struct arena *a, int out_dir, const struct tool *t, struct str *out)
{
	const char *path = record_path(a, t);
	struct err ignored = { 0 };
	struct str text, head;

	if (!fs_exists(out_dir, path) ||
	    fs_read(a, out_dir, path, RECORD_MAX, &text, &ignored) == -1 ||
	    !record_head(a, t, &head) || !str_starts(text, head))
		return false;
	text = str_skip(text, head.n);
	return str_cut(&text, '\n', out) && out->n != 0 && str_is(text, "end\n");
}

static int
remember(struct arena *a, int out_dir, const struct tool *t, struct str version, struct err *e)
{
	struct str head;

	if (!record_head(a, t, &head))
		return 0;
	if (fs_mkdirs(out_dir, "tools/identity", e) == -1)
		return -1;
	struct str text = str_printf(a, STR_FMT STR_FMT "\nend\n", STR_ARG(head), STR_ARG(version));
	return fs_write(out_dir, record_path(a, t), text, 0644, e);
}

/* Empty when one of the packages is not there. */
static int
from_dpkg(struct arena *a, const struct tool *t, struct str *out, struct err *e)
{
	struct str *version = ARENA_NEW(a, struct str, (size_t)t->ndebian + 1);
	struct buf b = { .a = a };
	struct str status;

	*out = STR("");
	if (t->ndebian == 0 || !fs_exists(AT_FDCWD, DPKG_STATUS_PATH))
		return 0;
	if (fs_read(a, AT_FDCWD, DPKG_STATUS_PATH, STATUS_MAX, &status, e) == -1)
		return -1;
	dpkg_versions(status, t->debian, t->ndebian, version);
	buf_add(&b, t->name);
	for (int i = 0; i < t->ndebian; i++) {
		if (version[i].n == 0)
			return 0;
		buf_add_z(&b, i == 0 ? " " : ", ");
		if (!str_eq(t->debian[i], t->name))
			buf_printf(&b, STR_FMT " ", STR_ARG(t->debian[i]));
		buf_add(&b, version[i]);
	}
	*out = buf_str(&b);
	return 0;
}

/* The first line a program says to --version; empty when it says nothing. */
static int
ask_program(struct arena *a, const char *program, struct str *line, struct err *e)
{
	const char *const argv[] = { program, "--version", NULL };
	const char *const env[] = { "LC_ALL=C", NULL };
	struct proc p = { .argv = argv, .envp = env, .in = -1, .err = -1, .keep = -1 };
	CLEANUP(fs_close) int from = -1;
	int pair[2], status;
	struct str text;
	pid_t pid;

	*line = STR("");
	if (pipe2(pair, O_CLOEXEC) == -1)
		return err_sys(e, "ask %s for its version: make a pipe", program);
	from = pair[0];
	p.out = pair[1];
	int rc = proc_start(&p, &pid, e);
	close(pair[1]);
	if (rc == -1)
		return -1;
	rc = fs_read_fd(a, from, VERSION_LINE_MAX, &text, e);
	fs_close(&from);
	from = -1;
	if (proc_wait(pid, &status, e) == -1 || rc == -1)
		return -1;
	if (str_cut(&text, '\n', line))
		*line = str_clean(a, *line);
	return 0;
}

static int
from_program(struct arena *a, const struct tool *t, struct str *out, struct err *e)
{
	const char *program = str_z(a, t->program[0].path);
	struct str line;
	struct digest d;

	if (ask_program(a, program, &line, e) == -1)
		return -1;
	if (line.n == 0) {
		CLEANUP(fs_close) int fd = fs_open(AT_FDCWD, program, e);
		if (fd == -1 || digest_fd(fd, &d, NULL, e) == -1)
			return -1;
		line = str_printf(a, "sha256:%s", digest_hex(a, &d));
	}
	*out = str_printf(a, STR_FMT " " STR_FMT, STR_ARG(t->name), STR_ARG(line));
	return 0;
}

int
toolversion_get(
    struct arena *run, int out_dir, const struct tool *t, struct str *out, struct err *e)
{
	struct arena tmp = { 0 };
	struct str version = STR("");
	int rc = 0;

	if (!recall(&tmp, out_dir, t, &version)) {
		rc = from_dpkg(&tmp, t, &version, e);
		if (rc == 0 && version.n == 0 && t->nprogram == 0)
			rc = err_set(e, ERR_MACHINE,
			    "tool " STR_FMT
			    ": none of its packages is installed and it has no program",
			    STR_ARG(t->name));
		else if (rc == 0 && version.n == 0)
			rc = from_program(&tmp, t, &version, e);
		if (rc == 0)
			rc = remember(&tmp, out_dir, t, version, e);
	}
	if (rc == 0)
		*out = str_copy(run, version);
	arena_free(&tmp);
	return rc;
}
