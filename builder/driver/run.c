/* SPDX-License-Identifier: ISC */
#include "driver/run.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "driver/runconf.h"
#include "sys/fs.h"

#define NOTES  "/run/kiln/"
#define BINFMT NOTES "binfmt"

enum { CONF_MAX_BYTES = 1 << 16, ID = 1000, NOT_FOUND = 127 };

/* What nobody guesses. */
#define COMPILED "what a test compiles goes to $TARGET_TMP/NAME, and is started with run /tmp/NAME"

struct run {
	struct arena a;
	bool is_emulated;
	struct runconf conf;
};

static NORETURN void
fail(const char *what)
{
	dprintf(2, "run: %s: %s\n", what, strerror(errno));
	_exit(NOT_FOUND);
}

static NORETURN void
end_skipped(const char *reason)
{
	struct err e = { 0 };

	if (fs_write(AT_FDCWD, NOTES RUN_SKIP, str_of(reason), 0644, &e) == -1)
		dprintf(2, "skip: %s\n", e.text);
	dprintf(2, "skipped: %s\n", reason);
	_exit(RUN_SKIPPED);
}

static NORETURN void
skip_main(int argc, char **argv)
{
	struct arena a = { 0 };
	struct buf reason = { .a = &a };

	for (int i = 1; i < argc; i++)
		buf_printf(&reason, "%s%s", i == 1 ? "" : " ", argv[i]);
	end_skipped(reason.n == 0 ? "no reason given" : reason.p);
}

static void
load_conf(struct run *r)
{
	struct err e = { 0 };
	struct str text;

	r->is_emulated = fs_exists(AT_FDCWD, RUN_CONF_PATH);
	if (!r->is_emulated)
		return;
	if (fs_read(&r->a, AT_FDCWD, RUN_CONF_PATH, CONF_MAX_BYTES, &text, &e) == 0 &&
	    runconf_parse(&r->a, text, &r->conf, &e) == 0)
		return;
	dprintf(2, "run: %s\n", e.text);
	_exit(NOT_FOUND);
}

/* The path of a program as it sees it itself. */
static const char *
find(struct run *r, const char *name)
{
	static const char *const folder[] = { "/usr/bin", "/usr/sbin", "/bin", "/sbin" };

	if (strchr(name, '/') != NULL)
		return name;
	for (size_t i = 0; i < COUNT_OF(folder); i++) {
		struct stat st;
		const char *path = arena_printf(&r->a, "%s/%s", folder[i], name);
		/* A link may lead to a place that is only right inside: it counts too. */
		if (lstat(arena_printf(&r->a, RUN_ROOT "%s", path), &st) == 0 &&
		    !S_ISDIR(st.st_mode))
			return path;
	}
	dprintf(2,
	    "run: %s is in none of /usr/bin /usr/sbin /bin /sbin of the object; " COMPILED "\n",
	    name);
	_exit(NOT_FOUND);
}

static void
write_map(const char *path, const char *text)
{
	CLEANUP(fs_close) int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd == -1 || write(fd, text, strlen(text)) == -1)
		fail(path);
}

/* A user namespace of our own: with it come the rights to change the root in it. */
static void
enter_namespace(int flags, unsigned inside, unsigned outside)
{
	char map[64];

	if (unshare(CLONE_NEWUSER | flags) == -1)
		fail("make a user namespace");
	write_map("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "%u %u 1\n", inside, outside);
	write_map("/proc/self/uid_map", map);
	write_map("/proc/self/gid_map", map);
}

/* Since Linux 6.7 a user namespace may have its own table of emulators. */
static bool
register_emulator(struct run *r)
{
	const char *text = runconf_binfmt(&r->a, &r->conf);

	if (mkdir(BINFMT, 0755) == -1 && errno != EEXIST)
		return false;
	if (mount("binfmt_misc", BINFMT, "binfmt_misc", MS_NOSUID | MS_NODEV, NULL) == -1)
		return false;
	CLEANUP(fs_close) int fd = open(BINFMT "/register", O_WRONLY | O_CLOEXEC);
	return fd != -1 && write(fd, text, strlen(text)) != -1;
}

static void
change_root(void)
{
	char here[4096];
	const char *start = "/";
	const size_t n = strlen(RUN_ROOT);

	if (getcwd(here, sizeof(here)) != NULL && strncmp(here, RUN_ROOT "/", n + 1) == 0)
		start = here + n;
	if (chroot(RUN_ROOT) == -1 || chdir(start) == -1)
		fail("enter " RUN_ROOT);
}

static void
count_run(void)
{
	int fd = open(NOTES RUN_COUNT, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (fd == -1 || write(fd, ".", 1) != 1)
		fail("count this run");
	close(fd);
}

/* The emulator reads it too when the kernel starts it for a child, without arguments. */
static void
set_environment(struct run *r)
{
	for (int i = 0; i + 1 < r->conf.arg.n; i++)
		if (strcmp(r->conf.arg.v[i], "-cpu") == 0)
			setenv("QEMU_CPU", r->conf.arg.v[i + 1], 1);
	setenv("PATH", "/usr/bin:/usr/sbin:/bin:/sbin", 1);
	setenv("TMPDIR", "/tmp", 1);
}

/* In the target's root. */
static void
check_there(const char *program)
{
	if (access(program, F_OK) == 0)
		return;
	dprintf(2, "run: %s: %s; the target sees the package and /tmp alone, " COMPILED "\n",
	    program, strerror(errno));
	_exit(NOT_FOUND);
}

static NORETURN void
become(struct run *r, const char *program, char **argv)
{
	VEC(const char *) v = { 0 };

	check_there(program);
	set_environment(r);
	if (!r->is_emulated) {
		execv(program, argv);
		fail(program);
	}
	VEC_ADD(&r->a, &v, RUN_EMULATOR);
	for (int i = 0; i < r->conf.arg.n; i++)
		VEC_ADD(&r->a, &v, r->conf.arg.v[i]);
	VEC_ADD(&r->a, &v, "-0");
	VEC_ADD(&r->a, &v, argv[0]);
	VEC_ADD(&r->a, &v, program);
	for (char **p = argv + 1; *p != NULL; p++)
		VEC_ADD(&r->a, &v, *p);
	VEC_ADD(&r->a, &v, NULL);
	execv(RUN_EMULATOR, (char *const *)v.v);
	fail("start the emulator");
}

int
run_main(int argc, char **argv)
{
	struct run r = { 0 };
	const char *slash = strrchr(argv[0], '/');
	const char *word = slash == NULL ? argv[0] : slash + 1;

	if (strcmp(word, "skip") == 0)
		skip_main(argc, argv);
	if (argc < 2) {
		dprintf(2, "usage: %s PROG ARG...\n", word);
		return 2;
	}
	load_conf(&r);
	const char *program = find(&r, argv[1]);
	enter_namespace(CLONE_NEWNS, 0, ID);
	bool has_children = !r.is_emulated || register_emulator(&r);
	if (!has_children && strcmp(word, "run-children") == 0)
		end_skipped("this kernel does not let a namespace register an emulator (Linux 6.7 "
			    "with binfmt_misc does), so programs cannot start programs");
	enter_namespace(0, ID, 0);
	count_run();
	change_root();
	become(&r, program, argv + 1);
}
