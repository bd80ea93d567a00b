/* SPDX-License-Identifier: ISC */
#include "make/shop.h"

#include <unistd.h>

#include "sys/clock.h"

const struct package *
shop_package(const struct shop *h, int i)
{
	return h->s->plan->graph->node[i].package;
}

void
shop_emit(struct shop *h, int i, struct event ev)
{
	ev.package = shop_package(h, i)->name;
	ev.version = shop_package(h, i)->version;
	ev.target = shop_package(h, i)->target->name;
	ev.dirty = shop_package(h, i)->is_dirty;
	h->s->sink(h->s->ctx, &ev);
}

static bool
test_is_due(struct shop *h, int i)
{
	struct digest key;
	struct str value;

	if (!h->s->test || shop_package(h, i)->test.text.n == 0)
		return false;
	key = build_test_key(h->s->workshop, i);
	return !journal_get(store_journal(h->s->workshop->store), "tested", &key, &value) ||
	       str_is(value, "failed");
}

/* Nodes that became known without being built: reused. */
void
shop_take_known(struct shop *h)
{
	for (int i = 0; i < h->s->plan->graph->n; i++) {
		if (h->agenda.build[i] != TODO || h->s->plan->step[i].state != PLAN_HAVE)
			continue;
		struct arena tmp = { 0 };
		h->agenda.build[i] = DONE;
		h->result->nreused++;
		h->result->ndirty += shop_package(h, i)->is_dirty;
		shop_emit(h, i,
		    (struct event){ .type = EVENT_REUSED,
			.text = str_of(digest_hex(&tmp, &h->s->plan->outcome[i].object)) });
		h->has_test[i] = test_is_due(h, i);
		arena_free(&tmp);
	}
}

static void
node_known(struct shop *h, int i)
{
	h->has_test[i] = test_is_due(h, i);
	plan_update(h->s->plan);
	shop_take_known(h);
}

static void
count_failure(struct shop *h, enum err_kind kind)
{
	enum err_kind *all = &h->result->kind;

	*all = *all == ERR_NONE || *all == kind ? kind : ERR_PACKAGE;
	if (h->s->fail_fast)
		h->is_stopping = true;
}

static void
skip_dependents(struct shop *h, int i, const char *why)
{
	struct arena tmp = { 0 };
	int n = agenda_fail(&h->agenda, i, h->list);

	for (int k = 0; k < n; k++) {
		h->result->nskipped++;
		shop_emit(h, h->list[k],
		    (struct event){ .type = EVENT_SKIPPED,
			.text = str_printf(&tmp, "needs " STR_FMT ", which %s",
			    STR_ARG(shop_package(h, i)->name), why) });
	}
	arena_free(&tmp);
}

/* A source that cannot be had is a fact about the world, not a fault of this run, as
 * long as nobody asked for the package by name. */
static bool
is_no_source(const struct shop *h, int i, const struct event *ev)
{
	return h->s->is_bulk && ev->kind == ERR_FETCH && str_starts(ev->text, STR("no-source")) &&
	       h->agenda.build[i] != FAILED;
}

static void
node_failed(struct shop *h, int i, const struct event *ev)
{
	struct event out = *ev;

	if (is_no_source(h, i, ev)) {
		h->result->nskipped++;
		out.type = EVENT_SKIPPED;
		shop_emit(h, i, out);
		skip_dependents(h, i, "has no source here");
		return;
	}
	h->result->nfailed++;
	count_failure(h, ev->kind);
	shop_emit(h, i, out);
	skip_dependents(h, i, "failed");
}

/* A stage that failed takes every target that wanted it along. */
static void
stage_failed(struct shop *h, int i, const struct event *ev)
{
	int stage = h->agenda.stage[i];

	h->agenda.prepare[stage] = FAILED;
	for (int k = 0; k < h->s->plan->graph->n; k++)
		if (h->agenda.stage[k] == stage && h->agenda.build[k] == TODO &&
		    h->s->plan->step[k].state != PLAN_HAVE)
			node_failed(h, k, ev);
}

static bool
outcome_load(
    struct shop *h, const struct digest *object, const struct digest *key, struct outcome *out)
{
	struct arena tmp = { 0 };
	struct err ignored = { 0 };
	struct object o;
	bool ok = store_has(h->s->workshop->store, object) &&
		  store_object(h->s->workshop->store, &tmp, object, true, &o, &ignored) == 0;

	if (ok)
		*out = (struct outcome){ true, *object, *key, o.class_digest[CLASS_DEV],
			o.class_digest[CLASS_BIN] };
	arena_free(&tmp);
	return ok;
}

static void
node_built(struct shop *h, int i, const struct event *ev)
{
	struct outcome o;
	struct digest object;
	struct err ignored = { 0 };

	h->agenda.build[i] = DONE;
	if (journal_refresh(store_journal(h->s->workshop->store), &ignored) == -1 ||
	    digest_parse(ev->text, &object) == -1 ||
	    !outcome_load(h, &object, &h->s->plan->step[i].key, &o)) {
		node_failed(h, i,
		    &(struct event){ .type = EVENT_FAILED,
			.phase = PHASE_PACKAGE,
			.kind = ERR_MACHINE,
			.text = STR("the object just built is not in the store") });
		return;
	}
	if (ev->type == EVENT_BUILT)
		h->result->nbuilt++;
	else
		h->result->nreused++;
	h->result->ndirty += shop_package(h, i)->is_dirty;
	plan_done(h->s->plan, i, &o);
	node_known(h, i);
}

static void
test_ended(struct shop *h, int i, const struct event *ev)
{
	h->agenda.test[i] = DONE;
	if (str_is(ev->text, "passed"))
		h->result->tests_passed++;
	else
		h->result->tests_skipped++;
}

static void
test_failed(struct shop *h, int i, const struct event *ev)
{
	h->agenda.test[i] = FAILED;
	h->result->tests_failed++;
	count_failure(h, ev->kind);
	shop_emit(h, i, *ev);
}

static void
history_record(struct shop *h, int i, const struct event *ev)
{
	struct err ignored = { 0 };
	struct history_line line = { .unix_time = clock_unix(),
		.package = shop_package(h, i)->name,
		.target = shop_package(h, i)->target->name,
		.phase = str_of(phase_name(ev->phase)),
		.ms = ev->ms,
		.cpu_ms = ev->cpu_ms,
		.peak_kb = ev->peak_kb,
		.ok = ev->kind == ERR_NONE };

	/* Times of earlier runs are a convenience: not having them written is no fault. */
	if (history_add(h->s->history, &line, &ignored) == -1)
		err_clear(&ignored);
}

static struct str
log_of(const struct shop *h, const struct task *t, struct arena *a)
{
	char *path = workshop_log_path(a, h->s->workshop, shop_package(h, t->node));

	return str_printf(a, "%s%s", path, t->kind == TASK_TEST ? ".test" : "");
}

void
shop_take_event(void *ctx, struct task *t, const struct event *ev)
{
	struct shop *h = ctx;

	switch (ev->type) {
	case EVENT_PHASE:
		t->phase = ev->phase;
		h->s->sink(h->s->ctx, ev);
		break;
	case EVENT_MEASURED:
		history_record(h, t->node, ev);
		h->s->sink(h->s->ctx, ev);
		break;
	case EVENT_BUILT:
	case EVENT_REUSED: {
		struct event timed = *ev;
		t->has_ended = true;
		timed.ms = clock_ms() - t->started_ms;
		shop_emit(h, t->node, timed);
		node_built(h, t->node, ev);
		break;
	}
	case EVENT_TESTED:
		t->has_ended = true;
		h->s->sink(h->s->ctx, ev);
		test_ended(h, t->node, ev);
		break;
	case EVENT_FAILED: {
		struct event timed = *ev;
		struct arena tmp = { 0 };
		t->has_ended = true;
		timed.ms = clock_ms() - t->started_ms;
		if (t->kind != TASK_PREPARE)
			timed.log = log_of(h, t, &tmp);
		if (t->kind == TASK_PREPARE)
			stage_failed(h, t->node, &timed);
		else if (t->kind == TASK_TEST)
			test_failed(h, t->node, &timed);
		else
			node_failed(h, t->node, &timed);
		arena_free(&tmp);
		break;
	}
	default:
		h->s->sink(h->s->ctx, ev);
	}
}
