/* SPDX-License-Identifier: ISC */
#include "sys/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The child's descriptors are first moved out of the way of 0 to 3. */
enum { CHILD_FDS = 4, FIRST_FREE_FD = 10 };

/* What the child tells its parent when it cannot run the program. */
struct fault {
	const char *step; /* the same address in both: fork copies the program */
	int cause;
};

static NORETURN void
fail(int report, const char *step)
{
	struct fault f = { step, errno };
	ssize_t n = write(report, &f, sizeof(f));

	/* Without the report the parent takes the program for started; 127 says it then. */
	_exit(n == sizeof(f) ? 0 : 127);
}

/* What the caller blocks or ignores is its own business, not the program's. */
static void
reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
}

static void
place_descriptors(const struct proc *p, int *report)
{
	int want[CHILD_FDS] = { p->in, p->out, p->err, p->keep };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1)
		fail(*report, "open /dev/null");
	int moved = fcntl(*report, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
	if (moved == -1)
		fail(*report, "move a descriptor");
	*report = moved;
	for (int i = 0; i < CHILD_FDS; i++) {
		want[i] = fcntl(want[i] == -1 ? null : want[i], F_DUPFD_CLOEXEC, FIRST_FREE_FD);
		if (want[i] == -1)
			fail(*report, "move a descriptor");
	}
	for (int i = 0; i < CHILD_FDS; i++)
		if (dup2(want[i], i) == -1)
			fail(*report, "put a descriptor in its place");
	if (p->keep == -1)
		close(CHILD_FDS - 1);
	/* Before Linux 5.11 what our own parent left open stays open. */
	syscall(SYS_close_range, CHILD_FDS, ~0U, CLOSE_RANGE_CLOEXEC);
}

static const char *
path_of(const struct proc *p)
{
	return p->program == NULL ? p->argv[0] : p->program;
}

static NORETURN void
run(const struct proc *p, pid_t parent, int report)
{
	if (!proc_die_with_parent(parent))
		_exit(127);
	place_descriptors(p, &report);
	reset_signals();
	/* execve does not change the vectors, its prototype is older than const. */
	execve(
	    path_of(p), (char *const *)p->argv, p->envp == NULL ? environ : (char *const *)p->envp);
	fail(report, "run it");
}

/* Nothing comes when exec closed the pipe: the program runs. */
static int
read_fault(int fd, struct fault *f)
{
	ssize_t n;

	do
		n = read(fd, f, sizeof(*f));
	while (n == -1 && errno == EINTR);
	return n == sizeof(*f) ? -1 : 0;
}

int
proc_start(const struct proc *p, pid_t *pid, struct err *e)
{
	struct fault f;
	int pipe_fd[2], status;
	pid_t parent = getpid();

	if (pipe2(pipe_fd, O_CLOEXEC) == -1)
		return err_sys(e, "start %s: make a pipe", path_of(p));
	*pid = fork();
	if (*pid == 0)
		run(p, parent, pipe_fd[1]);
	int saved = errno;
	close(pipe_fd[1]);
	if (*pid == -1) {
		close(pipe_fd[0]);
		errno = saved;
		return err_sys(e, "start %s: fork", path_of(p));
	}
	int result = read_fault(pipe_fd[0], &f);
	close(pipe_fd[0]);
	if (result == 0)
		return 0;
	if (proc_wait(*pid, &status, e) == -1)
		return -1;
	errno = f.cause;
	return err_sys(e, "start %s: %s", path_of(p), f.step);
}

int
proc_wait(pid_t pid, int *status, struct err *e)
{
	pid_t got;

	do
		got = waitpid(pid, status, 0);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return err_sys(e, "wait for process %ld", (long)pid);
	return 0;
}

static const struct {
	int signal;
	const char *name;
} signals[] = {
	{ SIGABRT, "SIGABRT" },
	{ SIGALRM, "SIGALRM" },
	{ SIGBUS, "SIGBUS" },
	{ SIGFPE, "SIGFPE" },
	{ SIGHUP, "SIGHUP" },
	{ SIGILL, "SIGILL" },
	{ SIGINT, "SIGINT" },
	{ SIGKILL, "SIGKILL" },
	{ SIGPIPE, "SIGPIPE" },
	{ SIGQUIT, "SIGQUIT" },
	{ SIGSEGV, "SIGSEGV" },
	{ SIGSYS, "SIGSYS" },
	{ SIGTERM, "SIGTERM" },
	{ SIGTRAP, "SIGTRAP" },
	{ SIGUSR1, "SIGUSR1" },
	{ SIGUSR2, "SIGUSR2" },
	{ SIGXCPU, "SIGXCPU" },
	{ SIGXFSZ, "SIGXFSZ" },
};

const char *
proc_status(struct arena *a, int status)
{
	if (WIFEXITED(status))
		return arena_printf(a, "exit %d", WEXITSTATUS(status));
	for (size_t i = 0; i < COUNT_OF(signals); i++)
		if (WIFSIGNALED(status) && signals[i].signal == WTERMSIG(status))
			return arena_printf(a, "killed by %s", signals[i].name);
	if (WIFSIGNALED(status))
		return arena_printf(a, "killed by signal %d", WTERMSIG(status));
	return arena_printf(a, "wait status 0x%x", (unsigned)status);
}

bool
proc_die_with_parent(pid_t parent)
{
	return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && getppid() == parent;
}
