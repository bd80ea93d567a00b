/* sandbox_fixture.h - a sandbox with a few tools, and bodies to run in it. SPDX-License-Identifier: ISC */
#ifndef SANDBOX_FIXTURE_H
#define SANDBOX_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "make/sandbox.h"
#include "make/toolroot.h"
#include "sys/fs.h"

/* Stage and work of one test. On a disk, as in earnest. */
struct yard {
	struct arena a;
	char path[64];
	int dir;
	struct sandbox plan;
	struct sandbox_proc proc;
	struct sandbox_result result;
	const char *log; /* of the last body */
};

/* Fail the test with the sentence of an error. */
#define OK(call)                                                                                   \
	do {                                                                                       \
		struct err ok_e = { 0 };                                                           \
		struct err *e = &ok_e;                                                             \
		if ((call) == -1)                                                                  \
			fail_msg("%s: %s", #call, ok_e.text);                                      \
	} while (0)

static inline char *
yard_path(struct yard *y, const char *name)
{
	return arena_printf(&y->a, "%s/%s", y->path, name);
}

/* The root of all tests of a program, made once: it takes two syncs of the disk. */
static struct {
	struct arena a;
	char path[64];
	char *root;
} shed;

static inline void
shed_fill(int dir)
{
	static const char *const path[] = { "bash", "cat", "env", "grep", "head", "hostname", "id",
		"ls", "mkdir", "mv", "nice", "nproc", "pwd", "readlink", "rm", "sed", "setsid",
		"sleep", "stat", "touch", "true", "tty", "uname", "unshare", "wc", "yes" };
	struct tool t = { .name = STR("yard"), .nprogram = COUNT_OF(path) + 1 };
	const struct tool *const tools[] = { &t };

	t.program = ARENA_NEW(&shed.a, struct tool_program, (size_t)t.nprogram);
	t.program[0] = (struct tool_program){ STR("/usr/bin/dash"), STR("sh") };
	for (size_t i = 0; i < COUNT_OF(path); i++)
		t.program[i + 1].path = str_printf(&shed.a, "/usr/bin/%s", path[i]);
	OK(toolroot_get(&shed.a, dir, tools, 1, &shed.root, e));
}

static inline int
shed_make(void **state)
{
	(void)state;
	snprintf(shed.path, sizeof(shed.path), "/tmp/kiln-test.XXXXXX");
	assert_non_null(mkdtemp(shed.path));
	assert_int_equal(chmod(shed.path, 0755), 0);
	int dir = open(shed.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_not_equal(dir, -1);
	shed_fill(dir);
	close(dir);
	return 0;
}

static inline int
shed_remove(void **state)
{
	(void)state;
	OK(fs_remove(AT_FDCWD, shed.path, e));
	arena_free(&shed.a);
	return 0;
}

static inline void
yard_make(struct yard *y)
{
	static const char *const none[] = { NULL };

	*y = (struct yard){ .proc = { .init = -1, .control = -1 } };
	snprintf(y->path, sizeof(y->path), "/tmp/kiln-test.XXXXXX");
	assert_non_null(mkdtemp(y->path));
	assert_int_equal(chmod(y->path, 0755), 0);
	y->dir = open(y->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_not_equal(y->dir, -1);
	OK(fs_mkdirs(y->dir, "stage/src", e));
	OK(fs_write(y->dir, "stage/src/a.c", STR("from upstream\n"), 0644, e));
	y->plan = (struct sandbox){ .toolroot = shed.root,
		.driver_conf = "conf\n",
		.sysroot = none,
		.env = none,
		.stage = yard_path(y, "stage"),
		.work = yard_path(y, "work") };
}

static inline void
yard_stop(struct yard *y)
{
	sandbox_stop(&y->proc);
}

static inline void
yard_start(struct yard *y)
{
	OK(sandbox_start(&y->plan, &y->proc, e));
}

static inline void
yard_remove(struct yard *y)
{
	yard_stop(y);
	close(y->dir);
	OK(fs_remove(AT_FDCWD, y->path, e));
	arena_free(&y->a);
}

/* Run a body in the sandbox that stands; its output is y->log. */
static inline void
yard_run_limited(struct yard *y, const char *body, struct sandbox_phase limits)
{
	struct str text;

	limits.name = "build";
	limits.body = str_of(body);
	limits.log = memfd_create("log", MFD_CLOEXEC);
	OK(sandbox_run(&y->proc, &limits, &y->result, e));
	assert_int_equal(lseek(limits.log, 0, SEEK_SET), 0);
	OK(fs_read_fd(&y->a, limits.log, 1 << 24, &text, e));
	y->log = text.p;
	close(limits.log);
}

static inline void
yard_run(struct yard *y, const char *body)
{
	yard_run_limited(y, body, (struct sandbox_phase){ .limit_total_s = 60 });
}

static inline void
assert_end(struct yard *y, enum sandbox_end want)
{
	struct sandbox_phase phase = { .name = "build" };

	if (y->result.end != want)
		fail_msg("%s\n%s", sandbox_end_text(&y->a, &phase, &y->result), y->log);
}

/* A whole life: start, one body that has to succeed, stop. */
static inline const char *
yard_live(struct yard *y, const char *body)
{
	yard_start(y);
	yard_run(y, body);
	yard_stop(y);
	assert_end(y, SANDBOX_DONE);
	return y->log;
}

/* Without namespaces there is nothing to test: say why, visibly. */
static inline void
need_namespaces(void)
{
	struct arena a = { 0 };
	const char *why = sandbox_probe(&a);

	if (why == NULL)
		return;
	print_message("SKIP: %s\n", why);
	arena_free(&a);
	skip();
}

#endif
