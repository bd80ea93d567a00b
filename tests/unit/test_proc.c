/* SPDX-License-Identifier: ISC */
#include "store_fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "sys/proc.h"

static struct place at;

static int
set_up(void **state)
{
	(void)state;
	place_make(&at);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	place_remove(&at);
	return 0;
}

/* Run a shell script with its output in a file; how it ended. */
static const char *
run(const char *script, int in, int keep, const char *const *envp)
{
	const char *argv[] = { "/bin/sh", "-c", script, NULL };
	int out = openat(at.dir, "out", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	struct proc p = { argv, envp, in, out, out, keep, NULL };
	int status;
	pid_t pid;

	OK(proc_start(&p, &pid, e));
	OK(proc_wait(pid, &status, e));
	close(out);
	return proc_status(&at.a, status);
}

static const char *
output(void)
{
	struct str text;

	OK(fs_read(&at.a, at.dir, "out", FS_READ_MAX, &text, e));
	return text.p;
}

static void
the_status_tells_how_a_child_ended(void **state)
{
	static const struct {
		const char *script, *want;
	} row[] = {
		{ "exit 0", "exit 0" },
		{ "exit 2", "exit 2" },
		{ "kill -KILL $$", "killed by SIGKILL" },
		{ "kill -TERM $$", "killed by SIGTERM" },
		{ "kill -34 $$", "killed by signal 34" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		assert_string_equal(run(row[i].script, -1, -1, NULL), row[i].want);
}

static void
a_child_has_its_descriptors_and_no_other(void **state)
{
	static const char list[] = "for i in 0 1 2 3 4 5 6 7 8 9; do "
				   "[ ! -e /proc/$$/fd/$i ] || printf $i; done";
	int stray = dup(at.dir); /* without O_CLOEXEC, as a parent may leave them */

	(void)state;
	OK(fs_write(at.dir, "kept", STR("kept text"), 0644, e));
	int kept = openat(at.dir, "kept", O_RDONLY | O_CLOEXEC);
	assert_string_equal(run(list, -1, -1, NULL), "exit 0");
	assert_string_equal(output(), "012");
	assert_string_equal(run(list, -1, kept, NULL), "exit 0");
	assert_string_equal(output(), "0123");
	assert_string_equal(run("cat <&3", -1, kept, NULL), "exit 0");
	assert_string_equal(output(), "kept text");
	assert_int_equal(lseek(kept, 0, SEEK_SET), 0);
	assert_string_equal(run("cat", kept, -1, NULL), "exit 0");
	assert_string_equal(output(), "kept text");
	assert_string_equal(run("cat; echo end", -1, -1, NULL), "exit 0");
	assert_string_equal(output(), "end\n");
	close(kept);
	close(stray);
}

/* 0, 1, 2 and 3 of the parent handed down in another order. */
static void
descriptors_may_change_places(void **state)
{
	const char *argv[] = { "/bin/sh", "-c", "echo out; echo err >&2; cat <&3", NULL };
	int status;

	(void)state;
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		struct err why = { 0 };
		int a = openat(at.dir, "a", O_RDWR | O_CREAT, 0644);
		int b = openat(at.dir, "b", O_RDWR | O_CREAT, 0644);
		int c = openat(at.dir, "c", O_RDWR | O_CREAT, 0644);
		if (write(c, "in\n", 3) != 3 || lseek(c, 0, SEEK_SET) != 0)
			_exit(1);
		dup2(a, 10);
		dup2(b, 11);
		dup2(c, 12);
		dup2(10, 2);
		dup2(11, 3);
		dup2(12, 1);
		struct proc p = { argv, NULL, -1, 2, 3, 1, NULL };
		if (proc_start(&p, &pid, &why) == -1 || proc_wait(pid, &status, &why) == -1)
			_exit(2);
		_exit(WEXITSTATUS(status));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	struct str text;
	OK(fs_read(&at.a, at.dir, "a", 100, &text, e));
	assert_string_equal(text.p, "out\nin\n");
	OK(fs_read(&at.a, at.dir, "b", 100, &text, e));
	assert_string_equal(text.p, "err\n");
}

static void
the_environment_is_the_given_one_or_our_own(void **state)
{
	static const char *const envp[] = { "A=b", NULL };

	(void)state;
	setenv("KILN_TEST", "own", 1);
	assert_string_equal(run("echo $A$KILN_TEST", -1, -1, NULL), "exit 0");
	assert_string_equal(output(), "own\n");
	assert_string_equal(run("echo $A$KILN_TEST", -1, -1, envp), "exit 0");
	assert_string_equal(output(), "b\n");
}

static void
a_program_that_cannot_run_is_an_error_of_start(void **state)
{
	static const struct {
		const char *program, *want;
	} row[] = {
		{ "/no/such/program", "start /no/such/program: run it: No such file or directory" },
		{ "/", "start /: run it: Permission denied" },
		{ "/proc/version", "run it: Permission denied" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		const char *argv[] = { row[i].program, NULL };
		struct proc p = { argv, NULL, -1, -1, -1, -1, NULL };
		struct err why = { 0 };
		pid_t pid;
		assert_int_equal(proc_start(&p, &pid, &why), -1);
		assert_int_equal(why.kind, ERR_MACHINE);
		assert_non_null(strstr(why.text, row[i].want));
	}
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no zombie is left */
}

static void
a_program_may_go_by_another_name(void **state)
{
	const char *argv[] = { "another", "-c", "echo $0", NULL };
	int out = openat(at.dir, "out", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	struct proc p = { argv, NULL, -1, out, 2, -1, "/bin/sh" };
	struct err why = { 0 };
	int status;
	pid_t pid;

	(void)state;
	OK(proc_start(&p, &pid, e));
	OK(proc_wait(pid, &status, e));
	close(out);
	assert_string_equal(output(), "another\n");
	p.program = "/no/such/program";
	assert_int_equal(proc_start(&p, &pid, &why), -1);
	assert_non_null(strstr(why.text, "start /no/such/program: run it: "));
}

static void
signals_are_as_a_program_expects_them(void **state)
{
	sigset_t all, before;

	(void)state;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	signal(SIGPIPE, SIG_IGN);
	const char *how = run("kill -PIPE $$; sleep 5", -1, -1, NULL);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	assert_string_equal(how, "killed by SIGPIPE");
}

/* The inner parent starts a sleeper and is killed; the sleeper holds a pipe. */
static void
a_child_dies_with_its_parent(void **state)
{
	const char *argv[] = { "/bin/sleep", "30", NULL };
	int fds[2], status;
	char byte;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		struct err why = { 0 };
		struct proc p = { argv, NULL, -1, -1, -1, fds[1], NULL };
		pid_t inner;
		if (proc_start(&p, &inner, &why) == -1)
			_exit(1);
		raise(SIGKILL);
	}
	close(fds[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	alarm(10);
	assert_int_equal(read(fds[0], &byte, 1), 0);
	alarm(0);
	close(fds[0]);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(the_status_tells_how_a_child_ended),
		WITH(a_child_has_its_descriptors_and_no_other),
		WITH(descriptors_may_change_places),
		WITH(the_environment_is_the_given_one_or_our_own),
		WITH(a_program_that_cannot_run_is_an_error_of_start),
		WITH(a_program_may_go_by_another_name),
		WITH(signals_are_as_a_program_expects_them),
		WITH(a_child_dies_with_its_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
