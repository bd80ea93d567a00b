/* SPDX-License-Identifier: ISC */
#include "make/sched.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "make/shop.h"
#include "make/stage.h"
#include "sys/clock.h"
#include "sys/fs.h"
#include "sys/proc.h"

enum {
	EXPECT_MS = 30 * 1000, /* of a package that was never built */
	TICK_MS = 100,
	PREPARES = 3, /* fetching and unpacking at once */
	POLL_MAX = 4096,
};

/* What a worker is to do. */
struct order {
	const struct workshop *w;
	int node;
	const char *slot;
};

/* ---- starting ---- */

static int
do_prepare(void *ctx, struct report *r, struct err *e)
{
	struct order *o = ctx;

	return build_prepare(o->w, o->node, r, e);
}

static int
do_build(void *ctx, struct report *r, struct err *e)
{
	struct order *o = ctx;

	return build_package(o->w, o->node, o->slot, r, e);
}

static int
do_test(void *ctx, struct report *r, struct err *e)
{
	struct order *o = ctx;

	return build_test(o->w, o->node, o->slot, r, e);
}

static int
slot_open(struct shop *h, struct task *t, struct arena *a, char **path, struct err *e)
{
	static int serial;
	char *near = arena_printf(a, "/proc/self/fd/%d/%d", h->run_dir, ++serial);

	*path = arena_printf(a, "%s/%d", h->run_path, serial);
	/* Below a descriptor: a socket's name holds 107 bytes, a checkout's path may be longer. */
	return slots_add(h->slots, near, h->agenda.priority[t->node], &t->slot, e);
}

static int
start(struct shop *h, enum task_kind kind, int i, struct err *e)
{
	static task_body *const body[] = { do_prepare, do_build, do_test };
	struct task *t = &h->task[h->ntask];
	const struct package *p = shop_package(h, i);
	struct arena tmp = { 0 };
	char *slot = NULL;

	*t = (struct task){ .kind = kind, .node = i, .slot = -1 };
	if (kind != TASK_PREPARE && slot_open(h, t, &tmp, &slot, e) == -1)
		return -1;
	struct order order = { h->s->workshop, i, slot };
	if (task_start(t, p->name, p->target->name, body[kind], &order, e) == -1)
		return -1;
	h->ntask++;
	arena_free(&tmp);
	return 0;
}

static int
start_prepare(struct shop *h, int i, struct err *e)
{
	struct digest id = stage_id(shop_package(h, i));

	h->agenda.prepare[h->agenda.stage[i]] = DONE;
	if (stage_exists(h->s->workshop->out_dir, &id))
		return 0;
	h->agenda.prepare[h->agenda.stage[i]] = RUNNING;
	h->nprepare++;
	shop_emit(
	    h, i, (struct event){ .type = EVENT_STARTED, .phase = PHASE_FETCH, .expect_ms = -1 });
	return start(h, TASK_PREPARE, i, e);
}

static int
start_build(struct shop *h, int i, struct err *e)
{
	const struct package *p = shop_package(h, i);

	h->agenda.build[i] = RUNNING;
	shop_emit(h, i,
	    (struct event){ .type = EVENT_STARTED,
		.phase = PHASE_CONFIGURE,
		.expect_ms = history_expect(h->s->history, p->name, p->target->name) });
	return start(h, TASK_BUILD, i, e);
}

static int
start_test(struct shop *h, int i, struct err *e)
{
	h->agenda.test[i] = RUNNING;
	return start(h, TASK_TEST, i, e);
}

/* Configure scripts and make itself run without a slot: twice as many packages as
 * slots keep the cores busy. */
static bool
has_place(const struct shop *h)
{
	return h->ntask - h->nprepare < 2 * h->s->jobs && h->ntask < SHOP_TASK_MAX;
}

static int
start_all(struct shop *h, struct err *e)
{
	bool is_test;
	int i;

	while (h->nprepare < PREPARES && (i = agenda_next_prepare(&h->agenda)) != -1)
		if (start_prepare(h, i, e) == -1)
			return -1;
	while (has_place(h) && (i = agenda_next(&h->agenda, &is_test)) != -1)
		if ((is_test ? start_test(h, i, e) : start_build(h, i, e)) == -1)
			return -1;
	return 0;
}

/* ---- the loop ---- */

static void
task_forget(struct shop *h, int k)
{
	struct task *t = &h->task[k];

	if (t->slot != -1)
		slots_remove(h->slots, t->slot);
	h->nprepare -= t->kind == TASK_PREPARE;
	*t = h->task[--h->ntask];
}

/* A worker that ends without a word was killed, by the kernel or by a person. */
static void
task_died(struct shop *h, struct task *t, int status)
{
	struct arena tmp = { 0 };
	struct event ev = { .type = EVENT_FAILED,
		.phase = t->phase,
		.kind = ERR_MACHINE,
		.text = str_printf(&tmp, "its worker ended early: %s", proc_status(&tmp, status)) };

	shop_take_event(h, t, &ev);
	arena_free(&tmp);
}

static void
prepare_ended(struct shop *h, const struct task *t)
{
	h->agenda.prepare[h->agenda.stage[t->node]] = DONE;
	shop_emit(h, t->node, (struct event){ .type = EVENT_PHASE, .phase = PHASE_COUNT });
}

static int
task_over(struct shop *h, int k, struct err *e)
{
	struct task *t = &h->task[k];
	int status;

	if (task_end(t, &status, e) == -1)
		return -1;
	if (t->kind == TASK_PREPARE && status == 0)
		prepare_ended(h, t);
	else if (!t->has_ended)
		task_died(h, t, status);
	task_forget(h, k);
	return 0;
}

static int
read_tasks(struct shop *h, const struct pollfd *v, struct err *e)
{
	bool is_over;

	/* Backwards: a task that ends gives its place to the last one. */
	for (int k = h->ntask - 1; k >= 0; k--) {
		if (v[k].revents == 0)
			continue;
		if (task_read(&h->task[k], shop_take_event, h, &is_over, e) == -1)
			return -1;
		if (is_over && task_over(h, k, e) == -1)
			return -1;
	}
	return 0;
}

static void
read_signal(struct shop *h, const struct pollfd *v)
{
	struct signalfd_siginfo info;

	if (v->revents == 0 || read(h->signals, &info, sizeof(info)) != sizeof(info))
		return;
	h->result->signal = (int)info.ssi_signo;
	h->is_stopping = true;
	for (int k = 0; k < h->ntask; k++)
		task_kill(&h->task[k]);
}

static int
wait_once(struct shop *h, struct err *e)
{
	static struct pollfd v[POLL_MAX];
	int n = h->ntask, nslots;

	for (int k = 0; k < n; k++)
		v[k] = (struct pollfd){ .fd = h->task[k].fd, .events = POLLIN };
	v[n] = (struct pollfd){ .fd = h->signals, .events = POLLIN };
	nslots = slots_poll_fill(h->slots, v + n + 1, POLL_MAX - n - 1);
	if (poll(v, (nfds_t)n + 1 + (nfds_t)nslots, TICK_MS) == -1 && errno != EINTR)
		return err_sys(e, "wait for workers");
	slots_poll_take(h->slots, v + n + 1, nslots);
	read_signal(h, &v[n]);
	return read_tasks(h, v, e);
}

static int
loop(struct shop *h, struct err *e)
{
	for (;;) {
		if (!h->is_stopping && start_all(h, e) == -1)
			return -1;
		if (h->ntask == 0)
			return 0;
		if (wait_once(h, e) == -1)
			return -1;
		h->s->tick(h->s->ctx);
	}
}

/* ---- opening and closing ---- */

static int
signals_open(struct shop *h, struct err *e)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	h->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return h->signals == -1 ? err_sys(e, "listen for signals") : 0;
}

/* Folders of runs that are no more hold dead sockets. */
static int
sweep(void *ctx, const struct fs_entry *entry, struct err *e)
{
	struct arena tmp = { 0 };
	char *lock = arena_printf(&tmp, "%s/lock", entry->name);
	int fd = fs_lock(entry->dir, lock, true, false, e);

	(void)ctx;
	if (fd == -1)
		err_clear(e);
	if (fd >= 0) {
		int rc = fs_remove(entry->dir, entry->name, e);
		close(fd);
		if (rc == -1)
			return -1;
	}
	arena_free(&tmp);
	return FS_WALK_SKIP;
}

static int
run_folder_open(struct shop *h, struct err *e)
{
	struct arena tmp = { 0 };
	int out = h->s->workshop->out_dir;
	char *name = arena_printf(&tmp, "run/%d", (int)getpid());

	if (fs_mkdirs(out, "run", e) == -1 || fs_walk(&tmp, out, "run", sweep, NULL, e) == -1 ||
	    fs_mkdirs(out, name, e) == -1)
		return -1;
	h->run_path = arena_printf(h->s->run, "%s/%s", h->s->workshop->out_path, name);
	h->run_dir = fs_open_dir(out, name, e);
	if (h->run_dir == -1)
		return -1;
	h->run_lock = fs_lock(h->run_dir, "lock", true, true, e);
	arena_free(&tmp);
	return h->run_lock == -1 ? -1 : 0;
}

static bool
was_built(struct shop *h, int i)
{
	const struct package *p = shop_package(h, i);

	return history_expect(h->s->history, p->name, p->target->name) >= 0;
}

static void
agenda_open(struct shop *h)
{
	struct arena *run = h->s->run;
	int n = h->s->plan->graph->n;
	int64_t *expect = h->expect_ms = ARENA_NEW(run, int64_t, (size_t)n);
	struct str *stage = ARENA_NEW(run, struct str, (size_t)n);

	h->is_new = ARENA_NEW(run, bool, (size_t)n);
	h->has_test = ARENA_NEW(run, bool, (size_t)n);
	h->list = ARENA_NEW(run, int, (size_t)n);
	for (int i = 0; i < n; i++) {
		const struct package *p = shop_package(h, i);
		struct digest id = stage_id(p);
		stage[i] = str_of(digest_hex(run, &id));
		expect[i] = history_expect(h->s->history, p->name, p->target->name);
		h->is_new[i] = !was_built(h, i);
		if (expect[i] < 0)
			expect[i] = EXPECT_MS;
	}
	agenda_init(run, &h->agenda, h->s->plan, expect, stage);
	h->agenda.is_new = h->is_new;
	h->agenda.has_test = h->has_test;
}

static void
shop_close(struct shop *h)
{
	struct err ignored = { 0 };
	struct arena tmp = { 0 };
	int status;

	while (h->ntask > 0) {
		task_kill(&h->task[0]);
		if (task_end(&h->task[0], &status, &ignored) == -1)
			err_clear(&ignored);
		task_forget(h, 0);
	}
	slots_close(h->slots);
	if (fs_remove(AT_FDCWD, h->run_path, &ignored) == -1)
		err_clear(&ignored);
	close(h->run_dir);
	close(h->run_lock);
	close(h->signals);
	arena_free(&tmp);
}

static bool
has_passed(const struct shop *h, int i)
{
	struct digest key;
	struct str value;

	if (!h->s->plan->outcome[i].is_known)
		return false;
	key = build_test_key(h->s->workshop, i);
	return journal_get(store_journal(h->s->workshop->store), "tested", &key, &value) &&
	       str_is(value, "passed");
}

/* Tests that there are and that this run had no need, no chance or no wish to run. */
static void
count_tests_not_run(const struct shop *h, struct event *ev)
{
	for (int i = 0; i < h->s->plan->graph->n; i++) {
		if (shop_package(h, i)->test.text.n == 0 || h->agenda.test[i] == DONE ||
		    h->agenda.test[i] == FAILED)
			continue;
		ev->tests_not_run++;
		ev->tests_before += has_passed(h, i);
	}
}

static void
emit_finished(struct shop *h, int64_t started_ms)
{
	const struct sched_result *r = h->result;
	struct event ev = { .type = EVENT_RUN_FINISHED,
		.phase = PHASE_COUNT,
		.ms = clock_ms() - started_ms,
		.cpu_ms = clock_children_cpu_ms(),
		.cores = sysconf(_SC_NPROCESSORS_ONLN),
		.nbuilt = r->nbuilt,
		.nreused = r->nreused,
		.nfailed = r->nfailed,
		.nskipped = r->nskipped,
		.tests_passed = r->tests_passed,
		.tests_failed = r->tests_failed,
		.tests_skipped = r->tests_skipped,
		.dirty = r->ndirty };

	count_tests_not_run(h, &ev);
	h->s->sink(h->s->ctx, &ev);
}

/* How long it may take, -1 when something was never built: the longest path, or all of it
 * over the slots, whichever is more. */
static int64_t
expect_run(const struct shop *h)
{
	const struct plan *plan = h->s->plan;
	int64_t sum = 0, longest = 0;

	for (int i = 0; i < plan->graph->n; i++) {
		if (plan->step[i].state == PLAN_HAVE)
			continue;
		if (h->is_new[i])
			return -1;
		sum += h->expect_ms[i];
		if (h->agenda.priority[i] > longest)
			longest = h->agenda.priority[i];
	}
	return sum / h->s->jobs > longest ? sum / h->s->jobs : longest;
}

static void
emit_started(struct shop *h)
{
	struct event ev = { .type = EVENT_RUN_STARTED,
		.phase = PHASE_COUNT,
		.count = h->s->plan->graph->n,
		.expect_ms = expect_run(h) };

	h->s->sink(h->s->ctx, &ev);
}

int
sched_run(struct sched *s, struct sched_result *out, struct err *e)
{
	static struct shop h;
	int64_t started_ms = clock_ms();

	*out = (struct sched_result){ 0 };
	h = (struct shop){ .s = s, .result = out };
	agenda_open(&h);
	if (signals_open(&h, e) == -1 || run_folder_open(&h, e) == -1 ||
	    slots_open(s->run, s->jobs, &h.slots, e) == -1)
		return -1;
	plan_update(s->plan);
	emit_started(&h);
	shop_take_known(&h);
	int rc = loop(&h, e);
	shop_close(&h);
	emit_finished(&h, started_ms);
	return rc;
}
