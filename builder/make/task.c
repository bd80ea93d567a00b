/* SPDX-License-Identifier: ISC */
#include "make/task.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/proc.h"

enum { READ_BYTES = 64 * 1024, LINE_MAX_BYTES = 1 << 20 };

static NORETURN void
work(struct report *r, task_body *body, void *ctx)
{
	struct err e = { 0 };

	if (body(ctx, r, &e) == 0)
		_exit(0);
	report_failed(r, &e, STR(""));
	_exit((int)e.kind);
}

/* A worker wants the signals that kiln itself takes from a descriptor. */
static void
signals_restore(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
}

int
task_start(struct task *t, struct str package, struct str target, task_body *body, void *ctx,
    struct err *e)
{
	struct report r = { .package = package, .target = target, .phase = PHASE_COUNT };
	pid_t self = getpid();
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) == -1)
		return err_sys(e, "make a pipe for a worker");
	t->pid = fork();
	if (t->pid == -1) {
		close(fd[0]);
		close(fd[1]);
		return err_sys(e, "start a worker");
	}
	if (t->pid == 0) {
		close(fd[0]);
		signals_restore();
		if (!proc_die_with_parent(self))
			_exit(ERR_MACHINE);
		r.fd = fd[1];
		work(&r, body, ctx);
	}
	close(fd[1]);
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	t->fd = fd[0];
	t->started_ms = clock_ms();
	t->phase = PHASE_COUNT;
	return 0;
}

static void
make_room(struct task *t)
{
	if (t->cap - t->nrest >= READ_BYTES)
		return;
	size_t cap = t->cap * 2 + READ_BYTES;
	char *larger = realloc(t->rest, cap);
	if (larger == NULL)
		abort();
	t->rest = larger;
	t->cap = cap;
}

static int
give_lines(struct task *t, void (*each)(void *ctx, struct task *t, const struct event *), void *ctx,
    struct err *e)
{
	struct arena tmp = { 0 };
	struct event ev;
	char *end;
	size_t at = 0;
	int rc = 0;

	while (rc == 0 && (end = memchr(t->rest + at, '\n', t->nrest - at)) != NULL) {
		struct str line = { t->rest + at, (size_t)(end - t->rest) - at + 1 };
		rc = event_parse(&tmp, line, &ev, e);
		if (rc == 0)
			each(ctx, t, &ev);
		at += line.n;
	}
	memmove(t->rest, t->rest + at, t->nrest - at);
	t->nrest -= at;
	arena_free(&tmp);
	return rc;
}

int
task_read(struct task *t, void (*each)(void *ctx, struct task *t, const struct event *), void *ctx,
    bool *is_over, struct err *e)
{
	ssize_t n;

	*is_over = false;
	for (;;) {
		make_room(t);
		n = read(t->fd, t->rest + t->nrest, t->cap - t->nrest);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			return 0;
		if (n == -1)
			return err_sys(e, "listen to a worker");
		if (n == 0)
			break;
		t->nrest += (size_t)n;
		if (t->nrest > LINE_MAX_BYTES)
			return err_set(e, ERR_MACHINE, "a worker sent an event without end");
		if (give_lines(t, each, ctx, e) == -1)
			return -1;
	}
	*is_over = true;
	return 0;
}

int
task_end(struct task *t, int *status, struct err *e)
{
	close(t->fd);
	t->fd = -1;
	free(t->rest);
	t->rest = NULL;
	t->nrest = t->cap = 0;
	return proc_wait(t->pid, status, e);
}

void
task_kill(struct task *t)
{
	if (t->fd != -1)
		kill(t->pid, SIGKILL);
}
