/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "make/event.h"

static struct arena arena;

static void
assert_same_text(struct str a, struct str b)
{
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
}

static void
an_event_survives_the_pipe(void **state)
{
	const struct event row[] = {
		{ .type = EVENT_RUN_STARTED, .phase = PHASE_COUNT, .count = 12, .expect_ms = -1 },
		{ .type = EVENT_FAILED,
		    .package = STR("curl"),
		    .version = STR("8.14.1"),
		    .target = STR("armv7"),
		    .phase = PHASE_BUILD,
		    .kind = ERR_PACKAGE,
		    .ms = INT64_MAX,
		    .text = STR("a\tb\nc\\n\\\\\r\0d\n"),
		    .log = STR("/x y") },
		{ .type = EVENT_RUN_FINISHED,
		    .phase = PHASE_TEST,
		    .ms = 1,
		    .cpu_ms = 2,
		    .peak_kb = 3,
		    .expect_ms = 4,
		    .count = 5,
		    .nbuilt = 6,
		    .nreused = 7,
		    .nfailed = 8,
		    .nskipped = 9,
		    .tests_passed = 10,
		    .tests_failed = 11,
		    .tests_skipped = 12,
		    .cores = 13,
		    .tests_not_run = 14,
		    .tests_before = 15,
		    .dirty = 16 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct buf line = { .a = &arena }, again = { .a = &arena };
		struct event got;
		struct err e = { 0 };
		event_print(&line, &row[i]);
		assert_ptr_equal(memchr(line.p, '\n', line.n), line.p + line.n - 1);
		if (event_parse(&arena, buf_str(&line), &got, &e) == -1)
			fail_msg("row %zu: %s", i, e.text);
		event_print(&again, &got);
		assert_same_text(buf_str(&line), buf_str(&again));
		assert_same_text(row[i].text, got.text);
		assert_same_text(row[i].log, got.log);
		assert_int_equal(row[i].ms, got.ms);
		assert_int_equal(row[i].tests_skipped, got.tests_skipped);
		assert_int_equal(row[i].tests_not_run, got.tests_not_run);
		assert_int_equal(row[i].dirty, got.dirty);
		assert_int_equal(row[i].phase, got.phase);
		assert_int_equal(row[i].kind, got.kind);
	}
}

static void
a_line_that_is_no_event_is_refused(void **state)
{
	const struct event ev = { .type = EVENT_NOTE, .text = STR("x") };
	struct buf good = { .a = &arena };
	struct event out;

	(void)state;
	event_print(&good, &ev);
	for (size_t n = 0; n + 2 < good.n; n++) {
		struct err e = { 0 };
		struct str cut = { good.p, n };
		/* Cut within the last two texts it is an event still, with less text. */
		if (memchr(cut.p, 'x', cut.n) == NULL)
			assert_int_equal(event_parse(&arena, cut, &out, &e), -1);
	}
	const char *const row[] = {
		"",
		"\n",
		"nonsense\tfetch\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t\t\t\tx\t",
		"note\tnone\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t\t\t\tx\t",
		"note\tfetch\t8\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t\t\t\tx\t",
		"note\tfetch\t0\t-\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t\t\t\tx\t",
		"note\tfetch\t0\t9223372036854775808\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t\t"
		"\t\tx\t",
		"note\tfetch\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t\t\t\t\\q\t",
		"note\tfetch\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t\t\t\tx\t\\",
		"note\tfetch\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t\t\t\tx\t\tmore",
	};
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct err e = { 0 };
		if (event_parse(&arena, str_of(row[i]), &out, &e) == 0)
			fail_msg("row %zu was taken", i);
		assert_int_equal(e.kind, ERR_MACHINE);
	}
}

static void
json_has_the_fields_of_its_type(void **state)
{
	const struct {
		struct event ev;
		const char *want;
	} row[] = {
		{ { .type = EVENT_RUN_STARTED, .phase = PHASE_COUNT, .count = 3, .expect_ms = 9 },
		    "\"type\":\"run_started\",\"expect_ms\":9,\"count\":3}" },
		{ { .type = EVENT_STARTED,
		      .package = STR("z"),
		      .version = STR("1"),
		      .target = STR("armv7"),
		      .phase = PHASE_BUILD,
		      .expect_ms = -1 },
		    "\"type\":\"started\",\"package\":\"z\",\"version\":\"1\",\"target\":\"armv7\","
		    "\"phase\":\"build\"}" },
		{ { .type = EVENT_BUILT, .package = STR("z"), .text = STR("ab"), .ms = 5 },
		    "\"type\":\"built\",\"package\":\"z\",\"ms\":5,\"dirty\":false,\"object\":"
		    "\"ab\"}" },
		{ { .type = EVENT_REUSED, .text = STR("ab"), .dirty = 1 },
		    "\"type\":\"reused\",\"dirty\":true,\"object\":\"ab\"}" },
		{ { .type = EVENT_FAILED,
		      .phase = PHASE_TEST,
		      .kind = ERR_CHECK,
		      .text = STR("a\nb"),
		      .log = STR("/l") },
		    "\"type\":\"failed\",\"phase\":\"test\",\"error\":\"check\",\"ms\":0,"
		    "\"text\":\"a\\nb\",\"log\":\"/l\"}" },
		{ { .type = EVENT_TESTED, .count = 2, .text = STR("skipped no network") },
		    "\"type\":\"tested\",\"ms\":0,\"count\":2,\"verdict\":\"skipped\","
		    "\"reason\":\"no network\"}" },
		{ { .type = EVENT_TESTED, .count = 1, .text = STR("passed") },
		    "\"type\":\"tested\",\"ms\":0,\"count\":1,\"verdict\":\"passed\"}" },
		{ { .type = EVENT_PHASE, .phase = PHASE_COUNT }, "\"type\":\"phase\"}" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct buf out = { .a = &arena };
		char *want = arena_printf(
		    &arena, "{\"schema\":\"kiln/event/1\",\"seq\":7,\"time\":8,%s\n", row[i].want);
		event_json(&out, &row[i].ev, 7, 8);
		assert_string_equal(out.p, want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_survives_the_pipe),
		cmocka_unit_test(a_line_that_is_no_event_is_refused),
		cmocka_unit_test(json_has_the_fields_of_its_type),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
