/*
 * startall.c - start every program of a list, and say of each how it ended.
 *
 *	startall LIMIT_S PREFIX < LIST
 *
 * A line of LIST is a path without its leading slash.  The program is given --help and no
 * input, and has LIMIT_S seconds; what it writes goes to the file `said` in the current
 * folder.  It has started when it ends by itself, and not by a signal.  Printed for each:
 *
 *	ok PREFIXpath
 *	not ok PREFIXpath: why
 *
 * Status 0: all started. 1: one did not. 125: it could not go on.
 *
 * SPDX-License-Identifier: ISC
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { CANNOT_RUN = 126, NOT_FOUND = 127, BY_SIGNAL = 128 };

static const char *prefix, *path;
static int nbad;

static _Noreturn void
stop(const char *what)
{
	perror(what);
	exit(125);
}

__attribute__((format(printf, 1, 2))) static void
fail(const char *format, ...)
{
	va_list ap;

	printf("not ok %s%s: ", prefix, path);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	nbad++;
}

/* Its process, or 0 where there is nothing to be run. */
static pid_t
start(char *program, int said)
{
	char *argv[] = { program, "--help", NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none;
	pid_t pid;

	sigemptyset(&none);
	if (posix_spawn_file_actions_init(&files) != 0 || posix_spawnattr_init(&attr) != 0 ||
	    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0) != 0 ||
	    posix_spawn_file_actions_adddup2(&files, said, 1) != 0 ||
	    posix_spawn_file_actions_adddup2(&files, said, 2) != 0 ||
	    posix_spawnattr_setsigmask(&attr, &none) != 0 ||
	    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK) != 0)
		stop("startall: what a program starts with");
	int error = posix_spawn(&pid, program, &files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	if (error == 0)
		return pid;
	fail("%s", strerror(error));
	return 0;
}

/* Whether it ended in its time; if not, it is ended. */
static int
wait_for(pid_t pid, int limit_s, int *status)
{
	struct timespec now, end;
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += limit_s;
	for (;;) {
		pid_t done = waitpid(pid, status, WNOHANG);
		if (done == pid)
			return 1;
		if (done == -1)
			stop("startall: wait");
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec >= end.tv_sec)
			break;
		struct timespec left = { .tv_sec = end.tv_sec - now.tv_sec };
		sigtimedwait(&child, NULL, &left);
	}
	kill(pid, SIGKILL);
	waitpid(pid, status, 0);
	return 0;
}

/* The last line that it wrote. */
static const char *
last_line(int said)
{
	static char text[513];
	off_t size = lseek(said, 0, SEEK_END);
	ssize_t n = pread(said, text, sizeof(text) - 1, size < 512 ? 0 : size - 512);

	if (n < 0)
		stop("startall: said");
	while (n > 0 && text[n - 1] == '\n')
		n--;
	text[n] = '\0';
	char *line = strrchr(text, '\n');
	return line == NULL ? text : line + 1;
}

static void
try(char *program, int limit_s, int said)
{
	int status;

	path = program + 1;
	if (ftruncate(said, 0) == -1 || lseek(said, 0, SEEK_SET) == -1)
		stop("startall: said");
	pid_t pid = start(program, said);
	if (pid == 0)
		return;
	if (!wait_for(pid, limit_s, &status))
		fail("does not end");
	else if (WIFSIGNALED(status))
		fail("died of signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) == CANNOT_RUN || WEXITSTATUS(status) == NOT_FOUND)
		fail("%s", last_line(said));
	else if (WEXITSTATUS(status) > BY_SIGNAL && WEXITSTATUS(status) <= BY_SIGNAL + 64)
		fail("died of signal %d", WEXITSTATUS(status) - BY_SIGNAL);
	else
		printf("ok %s%s\n", prefix, path);
}

int
main(int argc, char **argv)
{
	static char program[PATH_MAX] = "/";
	int limit_s = argc == 3 ? atoi(argv[1]) : 0;
	sigset_t child;

	if (limit_s <= 0) {
		fputs("usage: startall LIMIT_S PREFIX < LIST\n", stderr);
		return 125;
	}
	prefix = argv[2];
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	int said = open("said", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (said == -1)
		stop("startall: said");
	while (fgets(program + 1, sizeof(program) - 1, stdin) != NULL) {
		program[strcspn(program, "\n")] = '\0';
		try(program, limit_s, said);
	}
	if (ferror(stdin) || fflush(stdout) == EOF)
		stop("startall");
	return nbad > 0;
}
