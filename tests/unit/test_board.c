/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/board.h"
#include "ui/line.h"
#include "ui/tty.h"

static struct arena arena;

/* A run of four: zlib was there, curl builds, htop waits, lua failed. */
#define OF(name_, version_) .package = STR(name_), .version = STR(version_), .target = STR("armv7")

static void
play(struct board *b)
{
	const struct {
		int64_t at_ms;
		struct event ev;
	} row[] = {
		{ 1000, { .type = EVENT_RUN_STARTED, .count = 4, .expect_ms = 300000 } },
		{ 1000, { .type = EVENT_REUSED, OF("zlib", "1.3.1") } },
		{ 1000, { .type = EVENT_STARTED,
			    OF("curl", "8.14.1"),
			    .phase = PHASE_FETCH,
			    .expect_ms = -1 } },
		{ 2000, { .type = EVENT_PHASE, OF("curl", ""), .phase = PHASE_COUNT } },
		{ 3000, { .type = EVENT_STARTED,
			    OF("curl", "8.14.1"),
			    .phase = PHASE_CONFIGURE,
			    .expect_ms = 38000 } },
		{ 3500, { .type = EVENT_PHASE, OF("curl", ""), .phase = PHASE_BUILD } },
		{ 4000, { .type = EVENT_STARTED,
			    OF("lua", "5.4"),
			    .phase = PHASE_CONFIGURE,
			    .expect_ms = -1 } },
		{ 5000, { .type = EVENT_STARTED,
			    OF("jq", "1.7"),
			    .phase = PHASE_BUILD,
			    .expect_ms = 500 } },
		{ 6000, { .type = EVENT_FAILED,
			    OF("lua", ""),
			    .phase = PHASE_BUILD,
			    .text = STR("build: exit status 2\nmore") } },
	};

	*b = (struct board){ .run = &arena, .by_name = { .a = &arena } };
	for (size_t i = 0; i < COUNT_OF(row); i++)
		board_event(b, &row[i].ev, row[i].at_ms);
}

static void
assert_lines(const struct board *b, int64_t now_ms, int columns, int rows, const char *want)
{
	struct str line[8];
	struct buf got = { .a = &arena };
	int n = board_lines(b, &arena, now_ms, columns, rows, line);

	assert_true(n <= rows);
	buf_add_z(&got, "");
	for (int i = 0; i < n; i++)
		buf_printf(&got, STR_FMT "\n", STR_ARG(line[i]));
	assert_string_equal(got.p, want);
}

static void
a_picture_shows_who_is_at_work_and_what_is_left(void **state)
{
	struct board b;

	(void)state;
	play(&b);
	assert_lines(&b, 62000, 100, 8,
	    "  curl 8.14.1 armv7: build 59 s (usually 38 s)\n"
	    "  jq 1.7 armv7: build 57 s\n"
	    "[2/4] 2 running, 1 failed, 1 min 1 s, about 4 min left\n");
	/* Times of less than a second are not shown, nor is a guess that has passed. */
	assert_lines(&b, 5500, 100, 8,
	    "  curl 8.14.1 armv7: build 2 s (usually 38 s)\n"
	    "  jq 1.7 armv7: build\n"
	    "[2/4] 2 running, 1 failed, 4 s, about 5 min left\n");
	assert_lines(&b, 400000, 60, 1, "[2/4] 2 running (2 not shown), 1 failed, 6 min 39 s\n");
}

static void
a_picture_keeps_to_its_size(void **state)
{
	struct board b;

	(void)state;
	play(&b);
	assert_lines(&b, 62000, 20, 2,
	    "  curl 8.14.1 armv7:\n"
	    "[2/4] 2 running (1 n\n");
	assert_lines(&b, 62000, 20, 0, "");
}

static void
a_heartbeat_names_what_runs_longest(void **state)
{
	struct board b, empty = { .run = &arena, .by_name = { .a = &arena } };

	(void)state;
	play(&b);
	assert_string_equal(str_z(&arena, board_heartbeat(&b, &arena, 63000)),
	    "2 of 4 done, 2 running, longest: curl armv7 build 1 min 0 s (usually 38 s)");
	assert_string_equal(
	    str_z(&arena, board_heartbeat(&empty, &arena, 0)), "0 of 0 done, 0 running");
}

static void
the_closing_words_tell_everything_once(void **state)
{
	struct board b;
	struct buf out = { .a = &arena };
	const struct event end[] = {
		{ .type = EVENT_BUILT, OF("curl", ""), .ms = 40000 },
		{ .type = EVENT_TESTED, OF("curl", ""), .text = STR("passed"), .count = 2 },
		{ .type = EVENT_BUILT, OF("jq", ""), .ms = 900 },
		{ .type = EVENT_TESTED, OF("jq", ""), .text = STR("skipped no emulator") },
		{ .type = EVENT_FAILED,
		    OF("zlib", ""),
		    .phase = PHASE_TEST,
		    .text = STR("test: wrong") },
		{ .type = EVENT_SKIPPED, OF("htop", "3"), .text = STR("needs lua, which failed") },
	};

	(void)state;
	play(&b);
	for (size_t i = 0; i < COUNT_OF(end); i++)
		board_event(&b, &end[i], 70000);
	assert_lines(
	    &b, 70000, 80, 8, "[5/4] 0 running, 2 failed, 1 tested, 1 min 9 s, about 4 min left\n");
	board_summary(&b,
	    &(struct event){ .type = EVENT_RUN_FINISHED,
		.ms = 3600000,
		.cpu_ms = 6480000,
		.cores = 2,
		.nbuilt = 2,
		.nreused = 1,
		.nfailed = 1,
		.nskipped = 1,
		.tests_passed = 1,
		.tests_failed = 1,
		.tests_skipped = 1,
		.tests_not_run = 2,
		.tests_before = 1,
		.dirty = 1 },
	    &out);
	assert_string_equal(out.p,
	    "skip htop armv7: needs lua, which failed\n"
	    "not tested jq armv7: no emulator\n"
	    "FAIL zlib armv7: test: wrong\n"
	    "FAIL lua armv7: build: exit status 2\n"
	    "2 built, 1 reused, 1 failed, 1 skipped; 1 dirty; tests: 1 passed, 1 failed, 1 "
	    "skipped, 2 not run (1 passed before); "
	    "1 h 0 min, 1 h 48 min of CPU: 2 cores 90 % busy\n");
}

static void
not_run_is_never_shown_as_passed(void **state)
{
	struct board b = { .run = &arena, .by_name = { .a = &arena } };
	struct buf out = { .a = &arena };

	(void)state;
	board_summary(&b, &(struct event){ .type = EVENT_RUN_FINISHED, .nbuilt = 3 }, &out);
	assert_string_equal(
	    out.p, "3 built, 0 reused, 0 failed, 0 skipped; no test was run; 0.0 s\n");
}

static void
times_are_said_as_people_do(void **state)
{
	static const struct {
		int64_t ms;
		const char *want;
	} row[] = {
		{ -5, "0.0 s" },
		{ 0, "0.0 s" },
		{ 450, "0.4 s" },
		{ 9999, "9.9 s" },
		{ 10000, "10 s" },
		{ 59999, "59 s" },
		{ 60000, "1 min 0 s" },
		{ 3599999, "59 min 59 s" },
		{ 3600000, "1 h 0 min" },
		{ 100 * 3600000LL, "100 h 0 min" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct buf out = { .a = &arena };
		board_duration(&out, row[i].ms);
		assert_string_equal(out.p, row[i].want);
	}
}

/* What an event leaves on the page at each detail, from quiet to verbose. */
static void
each_event_leaves_its_lines(void **state)
{
	static const char failed[] = "FAIL curl 8.14.1 armv7  12 s\n"
				     "     build: exit status 2\n"
				     "\n"
				     "       > x ?[m\n"
				     "     log: /out/log/armv7/curl\n"
				     "     kiln log curl -t armv7\n"
				     "     kiln shell curl -t armv7\n";
	const struct {
		struct event ev;
		const char *want[4];
	} row[] = {
		{ { .type = EVENT_STARTED, OF("curl", ""), .phase = PHASE_CONFIGURE },
		    { "", "", "run  curl 8.14.1 armv7 (usually 38 s)\n",
			"run  curl 8.14.1 armv7 (usually 38 s)\n" } },
		{ { .type = EVENT_STARTED, OF("curl", ""), .phase = PHASE_FETCH },
		    { "", "", "", "" } },
		{ { .type = EVENT_PHASE, OF("curl", ""), .phase = PHASE_BUILD },
		    { "", "", "", "..   curl 8.14.1 armv7  build\n" } },
		{ { .type = EVENT_PHASE, OF("curl", ""), .phase = PHASE_COUNT },
		    { "", "", "", "" } },
		{ { .type = EVENT_BUILT, OF("curl", ""), .ms = 41000 },
		    { "", "ok   curl 8.14.1 armv7  41 s (usually 38 s)\n",
			"ok   curl 8.14.1 armv7  41 s (usually 38 s)\n",
			"ok   curl 8.14.1 armv7  41 s (usually 38 s)\n" } },
		{ { .type = EVENT_REUSED, OF("curl", "") },
		    { "", "have curl 8.14.1 armv7\n", "have curl 8.14.1 armv7\n",
			"have curl 8.14.1 armv7\n" } },
		{ { .type = EVENT_REUSED, OF("zlib", "") },
		    { "", "", "", "have zlib 1.3.1 armv7\n" } },
		{ { .type = EVENT_FETCHED, OF("new", ""), .text = STR("x: 1 MiB") },
		    { "", "get  new armv7  x: 1 MiB\n", "get  new armv7  x: 1 MiB\n",
			"get  new armv7  x: 1 MiB\n" } },
		{ { .type = EVENT_NOTE, .text = STR("hello\nthere") },
		    { "", "note   hello\n     there\n", "note   hello\n     there\n",
			"note   hello\n     there\n" } },
		{ { .type = EVENT_SKIPPED, OF("curl", ""), .text = STR("needs lua") },
		    { "", "skip curl 8.14.1 armv7  needs lua\n",
			"skip curl 8.14.1 armv7  needs lua\n",
			"skip curl 8.14.1 armv7  needs lua\n" } },
		{ { .type = EVENT_TESTED, OF("curl", ""), .text = STR("passed"), .count = 1 },
		    { "", "test curl 8.14.1 armv7  passed (1 command)\n",
			"test curl 8.14.1 armv7  passed (1 command)\n",
			"test curl 8.14.1 armv7  passed (1 command)\n" } },
		{ { .type = EVENT_TESTED, OF("curl", ""), .text = STR("skipped no net") },
		    { "", "test curl 8.14.1 armv7  skipped no net\n",
			"test curl 8.14.1 armv7  skipped no net\n",
			"test curl 8.14.1 armv7  skipped no net\n" } },
		{ { .type = EVENT_FAILED,
		      OF("curl", ""),
		      .ms = 12000,
		      .text = STR("build: exit status 2\n\n  > x \033[m"),
		      .log = STR("/out/log/armv7/curl") },
		    { failed, failed, failed, failed } },
		{ { .type = EVENT_FAILED, OF("curl", ""), .text = STR("no log") },
		    { "FAIL curl 8.14.1 armv7\n     no log\n",
			"FAIL curl 8.14.1 armv7\n     no log\n",
			"FAIL curl 8.14.1 armv7\n     no log\n",
			"FAIL curl 8.14.1 armv7\n     no log\n" } },
		{ { .type = EVENT_MEASURED, OF("curl", "") }, { "", "", "", "" } },
		{ { .type = EVENT_RUN_STARTED }, { "", "", "", "" } },
	};
	struct board b;

	(void)state;
	play(&b);
	for (size_t i = 0; i < COUNT_OF(row); i++)
		for (int k = 0; k < 4; k++) {
			struct buf out = { .a = &arena };
			buf_add_z(&out, "");
			line_event(&out, &b, &row[i].ev,
			    (struct line_style){ (enum line_detail)k, false });
			if (strcmp(out.p, row[i].want[k]) != 0)
				fail_msg("row %zu, detail %d: wanted:\n%sgot:\n%s", i, k,
				    row[i].want[k], out.p);
		}
}

static void
colour_is_for_the_first_word_alone(void **state)
{
	struct board b;
	struct buf out = { .a = &arena };

	(void)state;
	play(&b);
	line_event(&out, &b, &(struct event){ .type = EVENT_BUILT, OF("jq", ""), .ms = 1 },
	    (struct line_style){ LINE_ENDS, true });
	assert_string_equal(out.p, "\033[32mok\033[0m   jq 1.7 armv7  0.0 s (usually 0.5 s)\n");
}

static void
lines_are_taken_off_as_they_were_put(void **state)
{
	const struct str line[] = { STR("0123456789"), STR(""), STR("abc") };
	struct tty t = { 0 };
	struct buf out = { .a = &arena };

	(void)state;
	buf_add_z(&out, "");
	tty_erase(&t, &out, 80);
	assert_string_equal(out.p, "");
	tty_draw(&t, &out, line, 3);
	assert_string_equal(out.p, "0123456789\n\nabc\n");
	out.n = 0;
	tty_erase(&t, &out, 80);
	assert_string_equal(out.p, "\r\033[3A\033[J");
	tty_draw(&t, &out, line, 3);
	out.n = 0;
	/* In a terminal of four columns the first line takes three rows. */
	tty_erase(&t, &out, 4);
	assert_string_equal(out.p, "\r\033[5A\033[J");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_picture_shows_who_is_at_work_and_what_is_left),
		cmocka_unit_test(a_picture_keeps_to_its_size),
		cmocka_unit_test(a_heartbeat_names_what_runs_longest),
		cmocka_unit_test(the_closing_words_tell_everything_once),
		cmocka_unit_test(not_run_is_never_shown_as_passed),
		cmocka_unit_test(times_are_said_as_people_do),
		cmocka_unit_test(each_event_leaves_its_lines),
		cmocka_unit_test(colour_is_for_the_first_word_alone),
		cmocka_unit_test(lines_are_taken_off_as_they_were_put),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
