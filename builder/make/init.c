/* SPDX-License-Identifier: ISC */
#include "make/init.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "make/confine.h"
#include "make/packet.h"
#include "sys/clock.h"
#include "sys/fs.h"
#include "sys/proc.h"

const unsigned long init_namespaces =
    CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

enum { LEFT_NAMES_MAX = 5, COMM_MAX = 16 };

struct init {
	const struct init_plan *plan;
	int control, children; /* signalfd of SIGCHLD */
};

/* One body being waited for. */
struct watch {
	pid_t body;
	bool ended, asked_to_kill;
	struct init_reply reply;
};

static void
kill_all(void)
{
	kill(-1, SIGKILL);
}

static void
account(struct watch *w, const struct rusage *ru)
{
	w->reply.cpu_ms += (ru->ru_utime.tv_sec + ru->ru_stime.tv_sec) * 1000 +
			   (ru->ru_utime.tv_usec + ru->ru_stime.tv_usec) / 1000;
	if (ru->ru_maxrss > w->reply.peak_kb)
		w->reply.peak_kb = ru->ru_maxrss;
}

/* Take in every process that ended, orphans too; true while any is left. */
static bool
reap(struct watch *w)
{
	struct rusage ru;
	int status;
	pid_t pid;

	while ((pid = wait4(-1, &status, WNOHANG, &ru)) > 0) {
		account(w, &ru);
		if (pid == w->body) {
			w->ended = true;
			w->reply.status = status;
		}
	}
	return pid == 0;
}

static bool
read_comm(const char *pid, char *comm)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	CLEANUP(fs_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, comm, COMM_MAX - 1);
	if (n <= 0)
		return false;
	comm[comm[n - 1] == '\n' ? n - 1 : n] = '\0';
	for (char *p = comm; *p != '\0'; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return true;
}

static void
name_left_behind(struct watch *w)
{
	DIR *d = opendir("/proc");
	char comm[COMM_MAX];
	size_t used = 0;
	int n = 0;

	while (d != NULL && n < LEFT_NAMES_MAX) {
		struct dirent *de = readdir(d);
		if (de == NULL)
			break;
		if (de->d_name[0] < '1' || de->d_name[0] > '9' || strcmp(de->d_name, "1") == 0 ||
		    !read_comm(de->d_name, comm))
			continue;
		used += (size_t)snprintf(w->reply.text + used, sizeof(w->reply.text) - used, "%s%s",
		    n++ == 0 ? "" : ", ", comm);
	}
	if (d != NULL)
		closedir(d);
}

/* The caller's word while a body runs: kill it, or silence for good. */
static void
hear(struct init *in, struct watch *w)
{
	struct init_request r;

	if (packet_recv(in->control, &r, sizeof(r), NULL, 0) == -1)
		_exit(0);
	w->asked_to_kill = true;
	kill_all();
}

/* Wait for a child's end or the caller's word, until ms passed; -1: for ever. */
static void
wait_for_news(struct init *in, struct watch *w, int64_t ms)
{
	struct pollfd v[] = { { in->control, POLLIN, 0 }, { in->children, POLLIN, 0 } };
	struct signalfd_siginfo ignored;

	if (poll(v, COUNT_OF(v), (int)ms) <= 0)
		return;
	if (v[1].revents != 0 && read(in->children, &ignored, sizeof(ignored)) == -1)
		_exit(1);
	if (v[0].revents != 0)
		hear(in, w);
}

static void
watch(struct init *in, struct watch *w)
{
	int64_t until;
	bool any;

	while (any = reap(w), !w->ended)
		wait_for_news(in, w, -1);
	until = clock_ms() + INIT_GRACE_MS;
	while (any && !w->asked_to_kill && clock_ms() < until) {
		wait_for_news(in, w, until - clock_ms());
		any = reap(w);
	}
	if (any && !w->asked_to_kill) {
		w->reply.left_behind = true;
		name_left_behind(w);
	}
	/* A fork that was under way may come out after the first kill. */
	while (any) {
		kill_all();
		wait_for_news(in, w, 10);
		any = reap(w);
	}
}

/* The child of init: what the worker blocked or ignored is not the body's business. */
static void
default_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static NORETURN void
become(struct init *in, const char *const *argv, const char *const *env)
{
	if (chdir(in->plan->folder) == -1)
		dprintf(2, "kiln: enter %s: %s\n", in->plan->folder, strerror(errno));
	else
		execve("/bin/sh", (char *const *)argv, (char *const *)env);
	dprintf(2, "kiln: start /bin/sh: %s\n", strerror(errno));
	_exit(127);
}

static void
body_file(const char *name, char path[static 128])
{
	snprintf(path, 128, "/run/kiln/phase-%s", name);
}

static NORETURN void
run_body(struct init *in, const struct init_request *r, const int *fd)
{
	char path[128];
	const char *const argv[] = { "sh", "-eu", path, NULL };
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	body_file(r->name, path);
	setsid();
	if (null == -1 || dup2(null, 0) == -1 || dup2(fd[1], 1) == -1 || dup2(fd[1], 2) == -1)
		_exit(127);
	/* Addresses are the same in every run: less that can differ between two builds. */
	personality(ADDR_NO_RANDOMIZE);
	default_signals();
	become(in, argv, in->plan->env);
}

/* The shell is the terminal's foreground job; who is not may not even look at it. */
static void
take_terminal(void)
{
	sigset_t ttou;

	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, NULL);
	setpgid(0, 0);
	if (isatty(0))
		tcsetpgrp(0, getpgrp());
}

static NORETURN void
run_shell(struct init *in, const struct init_request *r, const int *fd)
{
	const char *const argv[] = { "sh", isatty(fd[0]) ? "-i" : NULL, NULL };
	const char **env;
	char term[sizeof(r->name) + 5];
	int n = 0, m = 0;

	while (in->plan->env[n] != NULL)
		n++;
	env = calloc((size_t)n + 3, sizeof(*env));
	if (env == NULL)
		_exit(127);
	for (int i = 0; i < n; i++)
		if (strncmp(in->plan->env[i], "TERM=", 5) != 0)
			env[m++] = in->plan->env[i];
	snprintf(term, sizeof(term), "TERM=%s", r->name);
	env[m++] = term;
	env[m++] = "PS1=kiln:$PWD$ ";
	for (int i = 0; i < INIT_FDS_MAX; i++)
		if (dup2(fd[i], i) == -1)
			_exit(127);
	take_terminal();
	default_signals();
	become(in, argv, env);
}

/* The body's text as a file, so that the shell's messages name the phase. */
static int
store_body(const struct init_request *r, int fd, struct err *e)
{
	struct arena tmp = { 0 };
	struct str text;
	char path[128];

	body_file(r->name, path);
	int rc = fs_read_fd(&tmp, fd, FS_READ_MAX, &text, e);
	if (rc == 0)
		rc = fs_write(AT_FDCWD, path, text, 0644, e);
	arena_free(&tmp);
	return rc;
}

static void
close_all(int *fd)
{
	for (int i = 0; i < INIT_FDS_MAX; i++)
		fs_close(&fd[i]);
}

static void
serve_one(struct init *in, const struct init_request *r, int *fd)
{
	struct watch w = { 0 };
	struct err e = { 0 };

	if (r->verb == INIT_RUN && store_body(r, fd[0], &e) == -1) {
		dprintf(fd[1], "kiln: %s\n", e.text);
		w.ended = true;
		w.reply.status = 127 << 8;
	} else {
		w.body = fork();
		if (w.body == 0 && r->verb == INIT_RUN)
			run_body(in, r, fd);
		if (w.body == 0)
			run_shell(in, r, fd);
	}
	close_all(fd);
	if (w.body == -1) {
		w.ended = true;
		w.reply.status = 127 << 8;
	}
	watch(in, &w);
	if (packet_send(in->control, &w.reply, sizeof(w.reply), NULL, 0) == -1)
		_exit(0);
}

static NORETURN void
serve(struct init *in)
{
	for (;;) {
		struct init_request r;
		int fd[INIT_FDS_MAX] = { -1, -1, -1 };
		if (packet_recv(in->control, &r, sizeof(r), fd, INIT_FDS_MAX) == -1)
			_exit(0);
		r.name[sizeof(r.name) - 1] = '\0';
		/* The body was over before the word to kill it came. */
		if (r.verb == INIT_KILL)
			continue;
		serve_one(in, &r, fd);
	}
}

static int
set_up(const struct init_plan *p, struct init_reply *reply, struct err *e)
{
	int failed;

	reply->step = INIT_STEP_IDS;
	if (confine_ids(INIT_ID, p->uid, p->gid, e) == -1)
		return -1;
	reply->step = INIT_STEP_MOUNT;
	if (mount_root(p->root, p->step, p->nstep, &failed, e) == -1) {
		if (failed < p->nstep && p->step[failed].kind == MOUNT_PROC)
			reply->step = INIT_STEP_PROC;
		return -1;
	}
	reply->step = INIT_STEP_SETUP;
	if (confine_names("kiln", e) == -1 || confine_limits(e) == -1)
		return -1;
	/* Not before the mounts: their paths may be words of the command line. */
	if (confine_title("kiln-init", e) == -1)
		return -1;
	if (!p->may_nest && confine_nesting(e) == -1)
		return -1;
	if (confine_rights(e) == -1)
		return -1;
	reply->step = INIT_STEP_READY;
	return 0;
}

NORETURN void
init_main(const struct init_plan *p, int control)
{
	struct init in = { .plan = p, .control = control };
	struct init_reply reply = { 0 };
	struct err e = { 0 };
	sigset_t chld;

	/* The parent is in an outer pid namespace; one that died before this line closed
	 * its end of the socket. */
	if (!proc_die_with_parent(0))
		_exit(1);
	default_signals();
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	umask(022);
	if (confine_fds(&in.control, &e) == -1)
		_exit(1);
	in.children = signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK);
	if (set_up(p, &reply, &e) == -1) {
		reply.cause = errno;
		snprintf(reply.text, sizeof(reply.text), "%.1000s", e.text);
	}
	if (packet_send(in.control, &reply, sizeof(reply), NULL, 0) == -1 ||
	    reply.step != INIT_STEP_READY)
		_exit(1);
	serve(&in);
}
