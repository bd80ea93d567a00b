/* SPDX-License-Identifier: ISC */
#include "cmd/run.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/fs.h"
#include "ui/render.h"

struct viewer {
	struct render *render;
	struct arena tmp;
	int event_log;
	int64_t seq;
};

static void
view_event(void *ctx, const struct event *ev)
{
	struct viewer *v = ctx;
	struct arena tmp = { 0 };
	struct buf line = { .a = &tmp };
	struct err ignored = { 0 };

	render_event(v->render, ev);
	event_json(&line, ev, v->seq++, clock_unix());
	/* The log of events is a record for later; a full disk shows elsewhere. */
	if (v->event_log != -1 && fs_write_all(v->event_log, buf_str(&line), &ignored) == -1)
		err_clear(&ignored);
	arena_free(&tmp);
}

static void
view_tick(void *ctx)
{
	struct viewer *v = ctx;

	render_tick(v->render, clock_ms());
}

static int
viewer_open(struct session *s, struct viewer *v, struct err *e)
{
	const char *env = getenv("KILN_PROGRESS");
	struct str mode = s->args->given[OPT_PROGRESS]  ? s->args->value[OPT_PROGRESS] :
			  env != NULL && env[0] != '\0' ? str_of(env) :
							  STR("auto");

	if (s->args->given[OPT_QUIET])
		mode = STR("quiet");
	if (fs_mkdirs(s->out_dir, "log", e) == -1)
		return -1;
	v->event_log = openat(s->out_dir, "log/events.ndjson",
	    O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	if (v->event_log == -1)
		return err_sys(e, "open %s/log/events.ndjson", s->out_path);
	return render_open(
	    &s->run, mode, s->args->value[OPT_COLOR], s->args->given[OPT_VERBOSE], &v->render, e);
}

static void
say_note(struct viewer *v, const struct package *p, struct str text)
{
	struct event ev = { .type = EVENT_NOTE,
		.phase = PHASE_COUNT,
		.package = p->name,
		.version = p->version,
		.target = p->target->name,
		.text = text };

	view_event(v, &ev);
}

/* With -v: which recipe of several it is. */
static int
say_hidden(struct session *s, const struct plan *plan, struct viewer *v, struct err *e)
{
	for (int i = 0; i < plan->graph->n; i++) {
		const struct package *p = plan->graph->node[i].package;
		struct str recipe, hidden;
		if (tree_path(s->tree, TREE_PACKAGES, p->name, &recipe, e) == -1 ||
		    tree_hidden(s->tree, TREE_PACKAGES, p->name, &hidden, e) == -1)
			return -1;
		if (hidden.n != 0)
			say_note(v, p,
			    str_printf(&s->run, STR_FMT " hides " STR_FMT, STR_ARG(recipe),
				STR_ARG(hidden)));
	}
	return 0;
}

/* What a person should know before it runs. */
static void
say_working_copy(struct session *s, const struct plan *plan, struct viewer *v)
{
	for (int i = 0; s->working.path != NULL && i < plan->graph->n; i++) {
		const struct package *p = plan->graph->node[i].package;
		if (p->is_dirty)
			say_note(v, p, s->working_note);
	}
}

int
run_plan(
    struct session *s, struct plan *plan, bool is_bulk, struct sched_result *result, struct err *e)
{
	struct viewer v = { .event_log = -1 };
	struct sched sched = { .run = &s->run,
		.plan = plan,
		.workshop = &s->workshop,
		.history = s->history,
		.jobs = s->jobs,
		.fail_fast = s->args->given[OPT_FAIL_FAST],
		.test = !s->args->given[OPT_NO_TEST],
		.is_bulk = is_bulk,
		.sink = view_event,
		.tick = view_tick,
		.ctx = &v };

	if (viewer_open(s, &v, e) == -1)
		return -1;
	if (s->args->given[OPT_VERBOSE] && s->args->given[OPT_TREE] &&
	    say_hidden(s, plan, &v, e) == -1)
		return -1;
	say_working_copy(s, plan, &v);
	int rc = sched_run(&sched, result, e);
	render_close(v.render);
	close(v.event_log);
	return rc;
}

bool
run_is_json(const struct session *s)
{
	return str_is(s->args->value[OPT_PROGRESS], "json");
}
