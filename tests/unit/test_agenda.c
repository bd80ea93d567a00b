/* Which step goes next. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make/agenda.h"

/* musl <- zlib <- curl, and musl <- xz: order is musl zlib xz curl. */
enum { MUSL, ZLIB, XZ, CURL, N };

static struct package package[N];
static struct edge edge[N][2] = {
	[ZLIB] = { { MUSL, NEED_LINK } },
	[XZ] = { { MUSL, NEED_LINK } },
	[CURL] = { { MUSL, NEED_LINK }, { ZLIB, NEED_LINK } },
};
static struct node node[N] = {
	[MUSL] = { .package = &package[MUSL] },
	[ZLIB] = { .package = &package[ZLIB], .edge = edge[ZLIB], .nedge = 1 },
	[XZ] = { .package = &package[XZ], .edge = edge[XZ], .nedge = 1 },
	[CURL] = { .package = &package[CURL], .edge = edge[CURL], .nedge = 2 },
};
static int order[N] = { MUSL, ZLIB, XZ, CURL };
static struct graph graph = { node, N, order };

struct bench {
	struct arena run;
	struct plan plan;
	struct agenda agenda;
	bool is_new[N], has_test[N];
};

static void
bench_open(struct bench *b)
{
	static const int64_t expect_ms[N] = { 10, 5, 40, 20 };
	struct str stage[N] = { STR("a"), STR("b"), STR("c"), STR("b") };

	*b = (struct bench){ 0 };
	plan_init(&b->run, &b->plan, &graph);
	agenda_init(&b->run, &b->agenda, &b->plan, expect_ms, stage);
	b->agenda.is_new = b->is_new;
	b->agenda.has_test = b->has_test;
}

/* The node that goes next, -1 when it is of the other kind or there is none. */
static int
next(const struct bench *b, bool want_test)
{
	bool is_test;
	int i = agenda_next(&b->agenda, &is_test);

	return is_test == want_test ? i : -1;
}

static void
the_longest_remaining_path_goes_first(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	assert_int_equal(b.agenda.priority[CURL], 20);
	assert_int_equal(b.agenda.priority[ZLIB], 25);
	assert_int_equal(b.agenda.priority[XZ], 40);
	assert_int_equal(b.agenda.priority[MUSL], 50);
	for (int i = 0; i < N; i++) {
		b.plan.step[i].state = PLAN_BUILD;
		b.agenda.prepare[b.agenda.stage[i]] = DONE;
	}
	b.agenda.build[MUSL] = DONE;
	assert_int_equal(next(&b, false), XZ);
	b.agenda.build[XZ] = RUNNING;
	assert_int_equal(next(&b, false), ZLIB);
	arena_free(&b.run);
}

static void
what_depends_is_prepared_ahead_only_when_it_was_never_built(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	b.plan.step[MUSL].state = PLAN_BUILD;
	b.agenda.prepare[b.agenda.stage[MUSL]] = DONE;
	assert_int_equal(agenda_next_prepare(&b.agenda), -1);
	b.is_new[XZ] = true;
	assert_int_equal(agenda_next_prepare(&b.agenda), XZ);
	arena_free(&b.run);
}

static void
one_stage_serves_all_that_share_it(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	assert_int_equal(b.agenda.stage[ZLIB], b.agenda.stage[CURL]);
	b.is_new[ZLIB] = b.is_new[CURL] = true;
	b.agenda.prepare[b.agenda.stage[ZLIB]] = RUNNING;
	assert_int_equal(agenda_next_prepare(&b.agenda), -1);
	arena_free(&b.run);
}

static void
a_failure_skips_what_needs_it_and_nothing_else(void **state)
{
	struct bench b;
	int list[N];

	(void)state;
	bench_open(&b);
	assert_int_equal(agenda_fail(&b.agenda, ZLIB, list), 1);
	assert_int_equal(list[0], CURL);
	assert_int_equal(b.agenda.build[XZ], TODO);
	assert_int_equal(agenda_fail(&b.agenda, MUSL, list), 1);
	assert_int_equal(list[0], XZ);
	arena_free(&b.run);
}

static void
a_test_waits_for_the_object(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	b.has_test[ZLIB] = true;
	assert_int_equal(next(&b, true), -1);
	b.plan.outcome[ZLIB].is_known = true;
	assert_int_equal(next(&b, true), ZLIB);
	b.agenda.test[ZLIB] = RUNNING;
	assert_int_equal(next(&b, true), -1);
	arena_free(&b.run);
}

static void
one_test_is_always_at_work_and_then_builds_go_first(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	for (int i = 0; i < N; i++) {
		b.plan.step[i].state = PLAN_BUILD;
		b.agenda.prepare[b.agenda.stage[i]] = DONE;
		b.has_test[i] = true;
	}
	b.agenda.build[MUSL] = b.agenda.build[XZ] = DONE;
	b.plan.outcome[MUSL].is_known = b.plan.outcome[XZ].is_known = true;
	assert_int_equal(next(&b, true), MUSL);
	b.agenda.test[MUSL] = RUNNING;
	assert_int_equal(next(&b, false), ZLIB);
	b.agenda.build[ZLIB] = RUNNING;
	b.agenda.build[CURL] = RUNNING;
	assert_int_equal(next(&b, true), XZ);
	arena_free(&b.run);
}

int
main(void)
{
	static const struct CMUnitTest test[] = {
		cmocka_unit_test(the_longest_remaining_path_goes_first),
		cmocka_unit_test(one_test_is_always_at_work_and_then_builds_go_first),
		cmocka_unit_test(what_depends_is_prepared_ahead_only_when_it_was_never_built),
		cmocka_unit_test(one_stage_serves_all_that_share_it),
		cmocka_unit_test(a_failure_skips_what_needs_it_and_nothing_else),
		cmocka_unit_test(a_test_waits_for_the_object),
	};

	return cmocka_run_group_tests(test, NULL, NULL);
}
