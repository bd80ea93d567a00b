/* SPDX-License-Identifier: ISC */
#include "make/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "make/drain.h"
#include "make/init.h"
#include "make/packet.h"
#include "make/remedy.h"
#include "sys/clock.h"
#include "sys/fs.h"
#include "sys/proc.h"

enum { KILL_WAIT_MS = 30000 };

/* Why the place does not stand, with what would let it. */
static int
refused(enum init_step step, int cause, const char *text, struct err *e)
{
	struct arena tmp = { 0 };
	struct remedy_facts facts = remedy_look();
	const char *remedy = remedy_text(&tmp, &facts, step, cause);
	bool is_kernels = cause == EPERM || cause == EACCES || cause == ENOSPC || cause == EUSERS ||
			  cause == EINVAL || cause == ENODEV || cause == ENOSYS;

	int rc = is_kernels ? err_set(e, ERR_MACHINE, "start a sandbox: %s; %s", text, remedy) :
			      err_set(e, ERR_MACHINE, "start a sandbox: %s", text);
	arena_free(&tmp);
	return rc;
}

/* Clone as fork does it, into new namespaces; the C library's fork takes no flags. */
static pid_t
clone_init(const struct init_plan *plan, int control, int other_end)
{
	pid_t pid = (pid_t)syscall(SYS_clone, init_namespaces | SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0) {
		close(other_end);
		init_main(plan, control);
	}
	return pid;
}

static int
first_reply(struct sandbox_proc *p, struct err *e)
{
	struct init_reply reply = { 0 };

	if (packet_recv(p->control, &reply, sizeof(reply), NULL, 0) == -1)
		return err_set(e, ERR_MACHINE,
		    "start a sandbox: its first process ended before it said a word");
	if (reply.step == INIT_STEP_READY)
		return 0;
	return refused(reply.step, reply.cause, reply.text, e);
}

static int
start(const struct init_plan *plan, struct sandbox_proc *out, struct err *e)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return err_sys(e, "start a sandbox: make a socket");
	out->control = pair[0];
	out->init = clone_init(plan, pair[1], pair[0]);
	int cause = errno;
	close(pair[1]);
	if (out->init == -1) {
		close(pair[0]);
		return refused(INIT_STEP_IDS, cause,
		    cause == EPERM ? "the kernel refuses new namespaces" : strerror(cause), e);
	}
	if (first_reply(out, e) == 0)
		return 0;
	sandbox_stop(out);
	return -1;
}

static int
make_folders(const struct sandbox *s, struct err *e)
{
	static const char *const name[] = { "upper", "out", "maps", "tmp", "run", ".ovl" };

	if (fs_mkdirs(AT_FDCWD, s->work, e) == -1)
		return -1;
	CLEANUP(fs_close) int work = fs_open_dir(AT_FDCWD, s->work, e);
	if (work == -1)
		return -1;
	for (size_t i = 0; i < COUNT_OF(name); i++)
		if (fs_mkdirs(work, name[i], e) == -1)
			return -1;
	return 0;
}

int
sandbox_start(const struct sandbox *s, struct sandbox_proc *out, struct err *e)
{
	struct arena tmp = { 0 };
	struct init_plan plan = { .root = s->toolroot,
		.folder = "/build",
		.uid = geteuid(),
		.gid = getegid(),
		.may_nest = s->target != NULL };

	*out = (struct sandbox_proc){ .init = -1, .control = -1 };
	if (s->level == SANDBOX_NONE)
		return err_set(e, ERR_MACHINE,
		    "start without a sandbox: --sandbox=none is not available in this version");
	if (make_folders(s, e) == -1)
		return err_wrap(e, "start a sandbox");
	plan.step = layout_steps(&tmp, s, &plan.nstep);
	plan.env = layout_env(&tmp, s);
	int rc = start(&plan, out, e);
	arena_free(&tmp);
	return rc;
}

/* The body as a descriptor: no ceiling of a packet is in its way. */
static int
body_fd(struct str body, struct err *e)
{
	int fd = memfd_create("kiln-body", MFD_CLOEXEC);

	if (fd == -1)
		return err_sys(e, "hold a phase's text");
	if (fs_write_all(fd, body, e) == -1 || lseek(fd, 0, SEEK_SET) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

static int
request(struct sandbox_proc *p, enum init_verb verb, const char *name, const int *fd, int nfd)
{
	struct init_request r = { .verb = verb };

	memcpy(r.name, name, strnlen(name, sizeof(r.name) - 1));
	return packet_send(p->control, &r, sizeof(r), fd, nfd);
}

static int
is_gone(struct sandbox_proc *p, struct err *e)
{
	struct arena tmp = { 0 };
	int status = 0;

	kill(p->init, SIGKILL);
	if (proc_wait(p->init, &status, e) == -1)
		return -1;
	p->init = -1;
	int rc = err_set(e, ERR_MACHINE, "the sandbox's first process is gone: %s (out of memory?)",
	    proc_status(&tmp, status));
	arena_free(&tmp);
	return rc;
}

static enum sandbox_end
end_of(enum drain_end how, const struct init_reply *reply)
{
	static const enum sandbox_end limit[] = {
		[DRAIN_TOO_LONG] = SANDBOX_TOO_LONG,
		[DRAIN_SILENT] = SANDBOX_SILENT,
		[DRAIN_FLOOD] = SANDBOX_LOG_FLOOD,
	};

	if (how != DRAIN_OVER)
		return limit[how];
	if (WIFSIGNALED(reply->status))
		return SANDBOX_KILLED;
	if (WEXITSTATUS(reply->status) != 0)
		return SANDBOX_EXIT;
	return reply->left_behind ? SANDBOX_LEFT_BEHIND : SANDBOX_DONE;
}

static void
fill_result(enum drain_end how, const struct init_reply *reply, struct sandbox_result *out)
{
	out->end = end_of(how, reply);
	out->status =
	    WIFSIGNALED(reply->status) ? WTERMSIG(reply->status) : WEXITSTATUS(reply->status);
	out->cpu_ms = reply->cpu_ms;
	out->peak_kb = reply->peak_kb;
	memcpy(out->text, reply->text, sizeof(out->text) - 1);
	out->text[sizeof(out->text) - 1] = '\0';
}

/* What the init has to say; it always can, unless the kernel cannot kill a body. */
static int
last_reply(struct sandbox_proc *p, struct init_reply *reply, struct err *e)
{
	struct pollfd v = { p->control, POLLIN, 0 };

	if (poll(&v, 1, KILL_WAIT_MS) == 0)
		return err_set(
		    e, ERR_MACHINE, "a process of the sandbox does not die when it is killed");
	return packet_recv(p->control, reply, sizeof(*reply), NULL, 0) == -1 ? is_gone(p, e) : 0;
}

static int
follow(struct sandbox_proc *p, const struct sandbox_phase *phase, int output,
    struct sandbox_result *out, struct err *e)
{
	struct drain d = { .from = output,
		.news = p->control,
		.log = phase->log,
		.total_s = phase->limit_total_s,
		.silent_s = phase->limit_silent_s,
		.max_bytes = phase->log_max_bytes };
	enum drain_end how = DRAIN_OVER;
	struct init_reply reply = { 0 };
	struct err ignored = { 0 };
	int rc = drain_run(&d, &how, e);

	if ((rc == -1 || how != DRAIN_OVER) && request(p, INIT_KILL, "", NULL, 0) == -1)
		return rc == -1 ? -1 : is_gone(p, e);
	if (last_reply(p, &reply, rc == -1 ? &ignored : e) == -1 || rc == -1)
		return -1;
	fill_result(how, &reply, out);
	return 0;
}

int
sandbox_run(struct sandbox_proc *p, const struct sandbox_phase *phase, struct sandbox_result *out,
    struct err *e)
{
	CLEANUP(fs_close) int body = body_fd(phase->body, e);
	CLEANUP(fs_close) int output = -1;
	int64_t started = clock_ms();
	int pair[2];

	*out = (struct sandbox_result){ 0 };
	if (body == -1)
		return -1;
	if (pipe2(pair, O_CLOEXEC) == -1)
		return err_sys(e, "make a pipe for a phase's output");
	output = pair[0];
	const int fd[] = { body, pair[1] };
	int rc = request(p, INIT_RUN, phase->name, fd, 2);
	close(pair[1]);
	if (rc == -1)
		return is_gone(p, e);
	if (fcntl(output, F_SETFL, O_NONBLOCK) == -1)
		return err_sys(e, "read a phase's output without waiting");
	rc = follow(p, phase, output, out, e);
	out->ms = clock_ms() - started;
	return rc;
}

/* Take the terminal back: the shell's group, which had it, is gone. */
static void
retake_terminal(void)
{
	sigset_t ttou, before;

	if (!isatty(0))
		return;
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &before);
	tcsetpgrp(0, getpgrp());
	sigprocmask(SIG_SETMASK, &before, NULL);
}

int
sandbox_shell(struct sandbox_proc *p, int *status, struct err *e)
{
	static const int fd[] = { 0, 1, 2 };
	const char *term = getenv("TERM");
	struct init_reply reply = { 0 };

	if (request(p, INIT_SHELL, term == NULL ? "dumb" : term, fd, 3) == -1)
		return is_gone(p, e);
	int rc = packet_recv(p->control, &reply, sizeof(reply), NULL, 0);
	retake_terminal();
	if (rc == -1)
		return is_gone(p, e);
	*status =
	    WIFSIGNALED(reply.status) ? 128 + WTERMSIG(reply.status) : WEXITSTATUS(reply.status);
	return 0;
}

void
sandbox_stop(struct sandbox_proc *p)
{
	fs_close(&p->control);
	p->control = -1;
	if (p->init <= 0)
		return;
	kill(p->init, SIGKILL);
	while (waitpid(p->init, NULL, 0) == -1 && errno == EINTR)
		continue;
	p->init = -1;
}

const char *
sandbox_end_text(struct arena *a, const struct sandbox_phase *phase, const struct sandbox_result *r)
{
	switch (r->end) {
	case SANDBOX_DONE:
		return "done";
	case SANDBOX_EXIT:
		return arena_printf(a, "exit status %d", r->status);
	case SANDBOX_KILLED:
		return proc_status(a, r->status);
	case SANDBOX_TOO_LONG:
		return arena_printf(a, "not done after %llu seconds (limit total)",
		    (unsigned long long)phase->limit_total_s);
	case SANDBOX_SILENT:
		return arena_printf(a, "no output for %llu seconds (limit silent)",
		    (unsigned long long)phase->limit_silent_s);
	case SANDBOX_LOG_FLOOD:
		return arena_printf(
		    a, "more than %llu bytes of output", (unsigned long long)phase->log_max_bytes);
	case SANDBOX_LEFT_BEHIND:
		return arena_printf(a, "it ended but left processes running: %s", r->text);
	}
	return "it ended in an unknown way";
}

/* A root of nothing but what the kernel may refuse. */
const char *
sandbox_probe(struct arena *a)
{
	static const char *const lower[] = { MOUNT_EMPTY_AT "/a", MOUNT_EMPTY_AT "/b", NULL };
	static const struct mount_step step[] = { { .kind = MOUNT_DIR, .at = "proc" },
		{ .kind = MOUNT_PROC, .at = "proc" }, { .kind = MOUNT_DIR, .at = "a" },
		{ .kind = MOUNT_DIR, .at = "b" }, { .kind = MOUNT_DIR, .at = "merged" },
		{ .kind = MOUNT_MERGE, .at = "merged", .lower = lower } };
	const struct init_plan plan = {
		.step = step, .nstep = COUNT_OF(step), .uid = geteuid(), .gid = getegid()
	};
	struct sandbox_proc p;
	struct err e = { 0 };

	if (start(&plan, &p, &e) == -1)
		return arena_printf(a, "%s", e.text);
	sandbox_stop(&p);
	return NULL;
}
