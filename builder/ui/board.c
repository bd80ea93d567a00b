/* SPDX-License-Identifier: ISC */
#include "ui/board.h"

#include <inttypes.h>
#include <stdlib.h>

static const int64_t SECOND = 1000, MINUTE = 60000, HOUR = 3600000;

void
board_duration(struct buf *out, int64_t ms)
{
	if (ms < 0)
		ms = 0;
	if (ms < 10 * SECOND)
		buf_printf(out, "%d.%d s", (int)(ms / SECOND), (int)(ms % SECOND / 100));
	else if (ms < MINUTE)
		buf_printf(out, "%d s", (int)(ms / SECOND));
	else if (ms < HOUR)
		buf_printf(out, "%d min %d s", (int)(ms / MINUTE), (int)(ms % MINUTE / SECOND));
	else
		buf_printf(out, "%" PRId64 " h %d min", ms / HOUR, (int)(ms % HOUR / MINUTE));
}

static struct str
key_of(struct arena *a, const struct event *ev)
{
	return str_printf(a, STR_FMT "\t" STR_FMT, STR_ARG(ev->package), STR_ARG(ev->target));
}

static int
index_of(const struct board *b, const struct event *ev)
{
	struct arena tmp = { 0 };
	int i = map_get(&b->by_name, key_of(&tmp, ev));

	arena_free(&tmp);
	return i;
}

const struct board_package *
board_find(const struct board *b, const struct event *ev)
{
	int i = index_of(b, ev);

	return i == -1 ? NULL : &b->package.v[i];
}

static struct board_package *
get(struct board *b, const struct event *ev)
{
	int i = index_of(b, ev);

	if (i == -1) {
		i = b->package.n;
		map_put(&b->by_name, key_of(b->run, ev), i);
		VEC_ADD(b->run, &b->package,
		    (struct board_package){ .name = str_clean(b->run, ev->package),
			.target = str_clean(b->run, ev->target),
			.phase = PHASE_COUNT,
			.expect_ms = -1 });
	}
	struct board_package *p = &b->package.v[i];
	if (p->version.n == 0 && ev->version.n != 0)
		p->version = str_clean(b->run, ev->version);
	return p;
}

static struct board_end
end_of(struct board *b, const struct event *ev, struct str what)
{
	struct str rest = what, line = STR("");

	(void)str_cut(&rest, '\n', &line);
	return (struct board_end){ str_clean(b->run, ev->package), str_clean(b->run, ev->target),
		str_clean(b->run, line) };
}

static void
run_on(struct board_package *p, enum phase phase, int64_t now_ms)
{
	if (!p->is_running)
		p->since_ms = now_ms;
	p->is_running = phase < PHASE_COUNT;
	p->was_started = p->was_started || p->is_running;
	p->phase = phase;
}

static void
take_test(struct board *b, const struct event *ev)
{
	struct str reason = str_skip(ev->text, sizeof("skipped ") - 1);

	if (str_is(ev->text, "passed"))
		b->tests_passed++;
	else if (str_starts(ev->text, STR("skipped")))
		VEC_ADD(b->run, &b->untested, end_of(b, ev, reason));
}

static void
take_package_event(struct board *b, const struct event *ev, int64_t now_ms)
{
	struct board_package *p = get(b, ev);

	switch (ev->type) {
	case EVENT_STARTED:
		p->expect_ms = ev->expect_ms;
		run_on(p, ev->phase, now_ms);
		return;
	case EVENT_PHASE:
		run_on(p, ev->phase, now_ms);
		return;
	case EVENT_FAILED:
		VEC_ADD(b->run, &b->failed, end_of(b, ev, ev->text));
		b->nfailed++;
		b->ndone += ev->phase != PHASE_TEST;
		break;
	case EVENT_SKIPPED:
		VEC_ADD(b->run, &b->skipped, end_of(b, ev, ev->text));
		b->ndone++;
		break;
	case EVENT_BUILT:
	case EVENT_REUSED:
		b->ndone++;
		break;
	case EVENT_TESTED:
		take_test(b, ev);
		break;
	default:
		return;
	}
	run_on(p, PHASE_COUNT, now_ms);
}

void
board_event(struct board *b, const struct event *ev, int64_t now_ms)
{
	if (ev->type == EVENT_RUN_STARTED) {
		b->started_ms = now_ms;
		b->total = ev->count;
		b->expect_ms = ev->expect_ms;
	} else if (ev->type != EVENT_RUN_FINISHED) {
		take_package_event(b, ev, now_ms);
	}
}

static int
by_age(const void *pa, const void *pb)
{
	const struct board_package *const *a = pa, *const *b = pb;

	if ((*a)->since_ms != (*b)->since_ms)
		return (*a)->since_ms < (*b)->since_ms ? -1 : 1;
	int c = str_cmp((*a)->name, (*b)->name);
	return c != 0 ? c : str_cmp((*a)->target, (*b)->target);
}

/* The packages at work, longest first; NULL-ended. */
static const struct board_package **
running(const struct board *b, struct arena *tmp, int *n)
{
	const struct board_package **v =
	    ARENA_NEW(tmp, const struct board_package *, (size_t)b->package.n + 1);

	*n = 0;
	for (int i = 0; i < b->package.n; i++)
		if (b->package.v[i].is_running)
			v[(*n)++] = &b->package.v[i];
	qsort(v, (size_t)*n, sizeof(const struct board_package *), by_age);
	return v;
}

static struct str
cut_to(struct buf *line, int columns)
{
	struct str s = buf_str(line);

	if (s.n > (size_t)columns)
		s.n = (size_t)columns;
	return s;
}

/* For a picture that changes: no tenths. */
static void
add_clock(struct buf *out, int64_t ms)
{
	if (ms < MINUTE)
		buf_printf(out, "%d s", (int)(ms / SECOND));
	else
		board_duration(out, ms);
}

/* For a guess: rounded up to what it is worth. */
static void
add_rough(struct buf *out, int64_t ms)
{
	if (ms < MINUTE)
		buf_printf(out, "%d s", (int)(ms / SECOND));
	else if (ms < HOUR)
		buf_printf(out, "%d min", (int)((ms + MINUTE - 1) / MINUTE));
	else
		board_duration(out, ms);
}

/* Times of less than a second would only flicker. */
static struct str
package_line(const struct board_package *p, struct arena *tmp, int64_t now_ms, int columns)
{
	struct buf line = { .a = tmp };
	int64_t ms = now_ms - p->since_ms;

	buf_printf(&line, "  " STR_FMT " " STR_FMT " " STR_FMT ": %s", STR_ARG(p->name),
	    STR_ARG(p->version), STR_ARG(p->target), phase_name(p->phase));
	if (ms >= SECOND) {
		buf_add_char(&line, ' ');
		add_clock(&line, ms);
	}
	if (p->expect_ms >= SECOND) {
		buf_add_z(&line, " (usually ");
		board_duration(&line, p->expect_ms);
		buf_add_char(&line, ')');
	}
	return cut_to(&line, columns);
}

static void
add_time_left(const struct board *b, struct buf *line, int64_t now_ms)
{
	int64_t left = b->expect_ms - (now_ms - b->started_ms);

	if (b->expect_ms <= 0 || left < SECOND)
		return;
	buf_add_z(line, ", about ");
	add_rough(line, left);
	buf_add_z(line, " left");
}

static struct str
summary_line(const struct board *b, struct arena *tmp, int64_t now_ms, int columns, int nrunning,
    int nhidden)
{
	struct buf line = { .a = tmp };

	buf_printf(&line, "[%d/%" PRId64 "] %d running", b->ndone, b->total, nrunning);
	if (nhidden != 0)
		buf_printf(&line, " (%d not shown)", nhidden);
	if (b->nfailed != 0)
		buf_printf(&line, ", %d failed", b->nfailed);
	if (b->tests_passed != 0)
		buf_printf(&line, ", %d tested", b->tests_passed);
	buf_add_z(&line, ", ");
	add_clock(&line, now_ms - b->started_ms);
	add_time_left(b, &line, now_ms);
	return cut_to(&line, columns);
}

int
board_lines(
    const struct board *b, struct arena *tmp, int64_t now_ms, int columns, int rows, struct str *v)
{
	int nrunning, shown;
	const struct board_package **p = running(b, tmp, &nrunning);

	if (rows < 1)
		return 0;
	shown = nrunning < rows - 1 ? nrunning : rows - 1;
	for (int i = 0; i < shown; i++)
		v[i] = package_line(p[i], tmp, now_ms, columns);
	v[shown] = summary_line(b, tmp, now_ms, columns, nrunning, nrunning - shown);
	return shown + 1;
}

struct str
board_heartbeat(const struct board *b, struct arena *tmp, int64_t now_ms)
{
	int n;
	const struct board_package **p = running(b, tmp, &n);
	struct buf out = { .a = tmp };

	buf_printf(&out, "%d of %" PRId64 " done, %d running", b->ndone, b->total, n);
	if (n == 0)
		return buf_str(&out);
	buf_printf(&out, ", longest: " STR_FMT " " STR_FMT " %s ", STR_ARG(p[0]->name),
	    STR_ARG(p[0]->target), phase_name(p[0]->phase));
	board_duration(&out, now_ms - p[0]->since_ms);
	if (p[0]->expect_ms >= SECOND) {
		buf_add_z(&out, " (usually ");
		board_duration(&out, p[0]->expect_ms);
		buf_add_char(&out, ')');
	}
	return buf_str(&out);
}

static void
add_end(struct buf *out, const char *word, const struct board_end *end)
{
	buf_printf(out, "%s " STR_FMT " " STR_FMT ": " STR_FMT "\n", word, STR_ARG(end->name),
	    STR_ARG(end->target), STR_ARG(end->what));
}

static void
add_tests(struct buf *out, const struct event *f)
{
	if (f->tests_passed + f->tests_failed + f->tests_skipped + f->tests_not_run == 0) {
		buf_add_z(out, "; no test was run");
		return;
	}
	buf_printf(out,
	    "; tests: %" PRId64 " passed, %" PRId64 " failed, %" PRId64 " skipped, %" PRId64
	    " not run",
	    f->tests_passed, f->tests_failed, f->tests_skipped, f->tests_not_run);
	if (f->tests_before != 0)
		buf_printf(out, " (%" PRId64 " passed before)", f->tests_before);
}

/* How busy the machine was kept. Of less than a second nobody wants to know it. */
static void
add_cpu(struct buf *out, const struct event *f)
{
	int64_t share;

	if (f->ms < SECOND || f->cores < 1)
		return;
	share = f->cpu_ms * 100 / (f->ms * f->cores);
	buf_add_z(out, ", ");
	board_duration(out, f->cpu_ms);
	buf_printf(out, " of CPU: %" PRId64 " cores %" PRId64 " %% busy", f->cores, share);
}

void
board_summary(const struct board *b, const struct event *finished, struct buf *out)
{
	for (int i = 0; i < b->skipped.n; i++)
		add_end(out, "skip", &b->skipped.v[i]);
	for (int i = 0; i < b->untested.n; i++)
		add_end(out, "not tested", &b->untested.v[i]);
	for (int i = b->failed.n - 1; i >= 0; i--)
		add_end(out, "FAIL", &b->failed.v[i]);
	buf_printf(out,
	    "%" PRId64 " built, %" PRId64 " reused, %" PRId64 " failed, %" PRId64 " skipped",
	    finished->nbuilt, finished->nreused, finished->nfailed, finished->nskipped);
	if (finished->dirty != 0)
		buf_printf(out, "; %" PRId64 " dirty", finished->dirty);
	add_tests(out, finished);
	buf_add_z(out, "; ");
	board_duration(out, finished->ms);
	add_cpu(out, finished);
	buf_add_char(out, '\n');
}
