/* SPDX-License-Identifier: ISC */
#include "driver/link.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "driver/hint.h"
#include "lib/elf.h"
#include "sys/fs.h"
#include "sys/mapping.h"

const char *
link_map_path(struct arena *a, const char *maps)
{
	if (maps[0] == '\0' || access(maps, W_OK) == -1)
		return NULL;
	return arena_printf(a, "%s/.%d", maps, (int)getpid());
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
	struct buf hex = { .a = a };

	buf_add_z(&hex, "");
	if (mapping_open(AT_FDCWD, path, &m, &ignored) == -1)
		return "";
	if (elf_is(m.bytes) && elf_parse(a, m.bytes, &elf, &ignored) == 0)
		for (size_t i = 0; i < elf.build_id.n; i++)
			buf_printf(&hex, "%02x", (unsigned char)elf.build_id.p[i]);
	mapping_close(&m);
	return hex.n > 0 ? hex.p : "";
}

/* The caller asked for a map of its own: it is the same text. */
static void
copy_map(struct arena *a, const char *map, const char *wanted)
{
	struct err e = { 0 };
	struct str text;

	if (fs_read(a, AT_FDCWD, map, FS_READ_MAX, &text, &e) == -1 ||
	    fs_write(AT_FDCWD, wanted, text, 0644, &e) == -1)
		dprintf(2, "kiln-cc: the link map %s: %s\n", wanted, e.text);
}

static void
keep_map(struct arena *a, const char *output, const char *map)
{
	const char *id = build_id(a, output), *slash = strrchr(map, '/');

	if (id[0] == '\0' ||
	    rename(map, arena_printf(a, "%.*s/%s.map", (int)(slash - map), map, id)) == -1)
		unlink(map);
}

int
link_run(const char *const *argv, const char *output, const char *map, const char *wanted)
{
	struct arena a = { 0 };
	int status = run(argv);

	if (map == NULL)
		return status;
	if (status != 0) {
		unlink(map);
		return status;
	}
	if (wanted != NULL)
		copy_map(&a, map, wanted);
	keep_map(&a, output, map);
	arena_free(&a);
	return 0;
}
