/* SPDX-License-Identifier: ISC */
#include "store_fixture.h"

#include <sys/wait.h>

#include "store/history.h"

static struct place at;
static struct history *history;

static int
set_up(void **state)
{
	(void)state;
	place_make(&at);
	OK(history_open(&at.a, at.dir, &history, e));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	history_close(history);
	place_remove(&at);
	return 0;
}

/* "package phase ms ok" for armv7, each ended by a semicolon. */
static void
add(const char *lines)
{
	struct str rest = str_of(lines), text, word[4];

	while (str_cut(&rest, ';', &text)) {
		for (int i = 0; i < 4; i++)
			assert_true(str_cut(&text, ' ', &word[i]));
		struct history_line line = { .unix_time = 1700000000, .cpu_ms = 5, .peak_kb = 7 };
		uint64_t ms = 0;
		line.package = word[0];
		line.target = STR("armv7");
		line.phase = word[1];
		assert_int_equal(str_u64(word[2], &ms), 0);
		line.ms = (int64_t)ms;
		line.ok = str_is(word[3], "ok");
		OK(history_add(history, &line, e));
	}
	history_close(history);
	OK(history_open(&at.a, at.dir, &history, e));
}

static int64_t
expect(const char *package)
{
	return history_expect(history, str_of(package), STR("armv7"));
}

static int64_t
expect_phase(const char *phase)
{
	return history_expect_phase(history, STR("z"), STR("armv7"), str_of(phase));
}

static void
what_is_expected_follows_from_the_last_three_successes(void **state)
{
	static const struct {
		const char *lines;
		int64_t build_ms, total_ms;
	} row[] = {
		{ "", -1, -1 },
		{ "y build 5 ok;", -1, -1 },
		{ "z build 10 ok;", 10, 10 },
		{ "z build 10 ok;z build 20 ok;", 15, 15 },
		{ "z build 900 ok;z build 10 ok;z build 30 ok;z build 20 ok;", 20, 20 },
		{ "z build 10 ok;z build 999 failed;", 10, 10 },
		{ "z build 999 failed;", -1, -1 },
		{ "z configure 7 ok;z build 9 failed;", -1, -1 },
		{ "z configure 7 ok;z build 9 failed;z build 10 ok;z install 3 ok;", 10, 20 },
		{ "z configure 7 ok;y build 1 ok;z build 10 ok;z configure 7 ok;z build 10 ok;", 10,
		    17 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		OK(fs_remove(at.dir, "history", e));
		add(row[i].lines);
		if (expect_phase("build") != row[i].build_ms || expect("z") != row[i].total_ms)
			fail_msg("row %zu: %lld, %lld", i, (long long)expect_phase("build"),
			    (long long)expect("z"));
		assert_int_equal(history_expect(history, STR("z"), STR("aarch64")), -1);
	}
}

static void
a_phase_that_was_asked_for_once_is_forgotten(void **state)
{
	(void)state;
	add("z build 10 ok;z check 100 ok;");
	assert_int_equal(expect("z"), 110);
	add("z build 10 ok;z build 10 ok;");
	assert_int_equal(expect("z"), 110);
	add("z build 10 ok;");
	assert_int_equal(expect("z"), 10);
	assert_int_equal(expect_phase("check"), 100);
}

static void
lines_that_are_torn_or_malformed_are_ignored(void **state)
{
	(void)state;
	OK(fs_write(at.dir, "history",
	    STR("1 z armv7 build 10 1 1 ok\n"
		"1 z armv7 build 999 1 1\n"
		"\n"
		"1 z armv7 build x 1 1 ok\n"
		"1 z armv7 build 999999999999999999999 1 1 ok\n"
		"1 z armv7 build 9223372036854775807 1 1 ok\n"
		"1 z armv7 build 30 1 1 maybe\n"
		"1 ../z armv7 build 30 1 1 ok\n"
		"1 z armv7 build 30 1 1 o"),
	    0644, e));
	add("");
	assert_int_equal(expect("z"), 10);
	/* The next line is lost with the torn one, and no other. */
	add("z build 500 ok;z build 30 ok;");
	assert_int_equal(expect("z"), 20);
}

static void
a_large_file_keeps_the_last_lines_of_each_phase(void **state)
{
	struct buf text = { .a = &at.a };
	struct stat st;

	(void)state;
	buf_add_z(&text, "1 y armv7 build 77 1 1 ok\n");
	for (int i = 0; i < 50000; i++)
		buf_printf(&text, "%d z armv7 build %d 1 1 ok\n", i, i);
	assert_true(text.n > 1 << 20);
	OK(fs_write(at.dir, "history", buf_str(&text), 0644, e));
	add("");
	assert_int_equal(fstatat(at.dir, "history", &st, 0), 0);
	assert_in_range(st.st_size, 6 * 20, 6 * 40);
	assert_int_equal(expect("z"), 49998);
	assert_int_equal(expect("y"), 77);
	add("z build 50000 ok;");
	assert_int_equal(expect("z"), 49999);
}

static void
the_newest_run_is_given_phase_by_phase(void **state)
{
	struct history_line *line;
	int n;

	(void)state;
	assert_int_equal(history_last(history, &at.a, STR("z"), STR("armv7"), &line), 0);
	add("z configure 1 ok;z build 2 ok;z check 3 ok;y build 9 ok;"
	    "z configure 4 ok;z build 5 failed;");
	n = history_last(history, &at.a, STR("z"), STR("armv7"), &line);
	assert_int_equal(n, 2);
	assert_true(str_is(line[0].phase, "configure") && line[0].ms == 4 && line[0].ok);
	assert_true(str_is(line[1].phase, "build") && line[1].ms == 5 && !line[1].ok);
	assert_int_equal(line[1].peak_kb, 7);
	assert_int_equal(history_last(history, &at.a, STR("z"), STR("aarch64"), &line), 0);
}

static void
several_processes_add_at_once(void **state)
{
	enum { WRITERS = 3, LINES = 300 };
	struct str text, line;
	int nline = 0, status;
	pid_t pid[WRITERS];

	(void)state;
	for (int w = 0; w < WRITERS; w++) {
		pid[w] = fork();
		if (pid[w] != 0)
			continue;
		struct history_line mine = { 1, STR("z"), STR("armv7"), STR("build"), 1, 1, 1,
			true };
		struct err why = { 0 };
		for (int i = 0; i < LINES; i++)
			if (history_add(history, &mine, &why) == -1)
				_exit(1);
		_exit(0);
	}
	for (int w = 0; w < WRITERS; w++) {
		assert_int_equal(waitpid(pid[w], &status, 0), pid[w]);
		assert_int_equal(status, 0);
	}
	OK(fs_read(&at.a, at.dir, "history", FS_READ_MAX, &text, e));
	while (str_cut(&text, '\n', &line)) {
		assert_true(str_is(line, "1 z armv7 build 1 1 1 ok"));
		nline++;
	}
	assert_int_equal(nline, WRITERS * LINES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_is_expected_follows_from_the_last_three_successes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_phase_that_was_asked_for_once_is_forgotten, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    lines_that_are_torn_or_malformed_are_ignored, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_large_file_keeps_the_last_lines_of_each_phase, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    the_newest_run_is_given_phase_by_phase, set_up, tear_down),
		cmocka_unit_test_setup_teardown(several_processes_add_at_once, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
