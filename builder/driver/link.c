/* SPDX-License-Identifier: ISC */
#include "driver/link.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/hint.h"
#include "driver/record.h"
#include "lib/elf.h"
#include "sys/fs.h"
#include "sys/mapping.h"

const struct link_files *
link_files(struct arena *a, const char *maps)
{
	struct link_files *files = ARENA_NEW(a, struct link_files, 1);
	char *start = arena_printf(a, "%s/.%d", maps, (int)getpid());

	if (maps[0] == '\0' || access(maps, W_OK) == -1)
		return NULL;
	files->map = arena_printf(a, "%s.map", start);
	files->inputs = arena_printf(a, "%s.inputs", start);
	files->taken = arena_printf(a, "%s.taken", start);
	return files;
}

static NORETURN void
become(const char *const *argv, pid_t parent, int errors)
{
	/* Else a killed driver would give its slot back while the linker still runs. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	dup2(errors, 2);
	execv(argv[0], (char *const *)argv);
	dprintf(2, "kiln-cc: start %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static void
write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);
		if (done == -1 && errno != EINTR)
			return;
		if (done > 0) {
			p += done;
			n -= (size_t)done;
		}
	}
}

/* Pass on what the linker says, to the end. */
static void
listen_to(int from, struct hint *hint)
{
	char bytes[4096];

	for (;;) {
		ssize_t n = read(from, bytes, sizeof(bytes));
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		write_all(2, bytes, (size_t)n);
		hint_read(hint, bytes, (size_t)n);
	}
}

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int
run(const char *const *argv)
{
	struct hint hint = { 0 };
	pid_t self = getpid(), pid = -1;
	int errors[2];

	if (pipe2(errors, O_CLOEXEC) == 0)
		pid = fork();
	if (pid == 0)
		become(argv, self, errors[1]);
	if (pid == -1) {
		dprintf(2, "kiln-cc: start %s: %s\n", argv[0], strerror(errno));
		return 127;
	}
	close(errors[1]);
	listen_to(errors[0], &hint);
	close(errors[0]);
	int status = wait_for(pid);
	if (status != 0 && hint.sentence != NULL)
		dprintf(2, "kiln-cc: %s\n", hint.sentence);
	return status;
}

/* "" when the file is no program with a build-id. */
static const char *
build_id(struct arena *a, const char *path)
{
	struct mapping m = { 0 };
	struct elf elf = { 0 };
	struct err ignored = { 0 };
	const char *id = "";

	if (mapping_open(AT_FDCWD, path, &m, &ignored) == -1)
		return "";
	if (elf_is(m.bytes) && elf_parse(a, m.bytes, &elf, &ignored) == 0)
		id = elf_build_id(a, &elf).p;
	mapping_close(&m);
	return id;
}

/* The caller asked for such a file as well: it is the same text. */
static void
copy_file(struct arena *a, const char *from, const char *wanted)
{
	struct err e = { 0 };
	struct str text;

	if (wanted == NULL)
		return;
	if (fs_read(a, AT_FDCWD, from, FS_READ_MAX, &text, &e) == -1 ||
	    (strcmp(wanted, "-") == 0 ? fs_write_all(STDOUT_FILENO, text, &e) :
					fs_write(AT_FDCWD, wanted, text, 0644, &e)) == -1)
		dprintf(2, "kiln-cc: what the linker writes to %s: %s\n", wanted, e.text);
}

static void
find_real(struct arena *a, struct record *r)
{
	char path[PATH_MAX];

	for (int i = 0; i < r->input.n; i++)
		if (realpath(str_z(a, r->input.v[i].path), path) != NULL)
			r->input.v[i].real = str_copy(a, str_of(path));
}

static int
write_record(struct arena *a, const struct link_files *files, const char *to, struct err *e)
{
	struct record r = { 0 };
	struct str inputs, taken;
	char folder[PATH_MAX];

	if (getcwd(folder, sizeof(folder)) == NULL)
		return err_sys(e, "find the current folder");
	if (fs_read(a, AT_FDCWD, files->inputs, FS_READ_MAX, &inputs, e) == -1 ||
	    fs_read(a, AT_FDCWD, files->taken, FS_READ_MAX, &taken, e) == -1)
		return -1;
	r.folder = str_of(folder);
	record_add_inputs(a, &r, inputs);
	record_add_taken(a, &r, taken);
	find_real(a, &r);
	return fs_write(AT_FDCWD, to, record_print(a, &r), 0644, e);
}

static void
keep(struct arena *a, const struct link *l)
{
	const char *id = build_id(a, l->output), *slash = strrchr(l->files->map, '/');
	char *start = arena_printf(a, "%.*s/%s", (int)(slash - l->files->map), l->files->map, id);
	struct err e = { 0 };

	if (id[0] == '\0')
		return;
	if (write_record(a, l->files, arena_printf(a, "%s.link", start), &e) == -1)
		dprintf(2, "kiln-cc: keep the record of this link: %s\n", e.text);
	else if (rename(l->files->map, arena_printf(a, "%s.map", start)) == -1)
		dprintf(2, "kiln-cc: keep the map of this link: %s\n", strerror(errno));
}

static void
remove_files(const struct link_files *files)
{
	unlink(files->map);
	unlink(files->inputs);
	unlink(files->taken);
}

int
link_run(const struct link *l)
{
	struct arena a = { 0 };
	int status = run(l->argv);

	if (l->files == NULL)
		return status;
	if (status == 0) {
		copy_file(&a, l->files->map, l->wanted->map);
		copy_file(&a, l->files->inputs, l->wanted->inputs);
		copy_file(&a, l->files->taken, l->wanted->taken);
		keep(&a, l);
	}
	remove_files(l->files);
	arena_free(&a);
	return status;
}
