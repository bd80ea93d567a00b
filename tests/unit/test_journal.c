/* SPDX-License-Identifier: ISC */
#include "store_fixture.h"

#include <sys/wait.h>

#include "base/crc.h"

static struct place at;
static struct journal *journal;

static int
set_up(void **state)
{
	(void)state;
	place_make(&at);
	OK(journal_open(&at.a, at.dir, &journal, e));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	journal_close(journal);
	place_remove(&at);
	return 0;
}

static void
put(const char *key, const char *value)
{
	struct digest k = key_of(key);

	OK(journal_put(journal, "built", &k, str_of(value), e));
}

/* The value as somebody sees it who opens the journal now; "" when there is none. */
static char *
read_again(const char *key)
{
	struct journal *other;
	struct str value = { "", 0 };
	struct digest k = key_of(key);

	OK(journal_open(&at.a, at.dir, &other, e));
	journal_get(other, "built", &k, &value);
	journal_close(other);
	return str_z(&at.a, value);
}

static struct str
file_text(void)
{
	struct str text;

	OK(fs_read(&at.a, at.dir, "journal", FS_READ_MAX, &text, e));
	return text;
}

static void
the_last_record_of_a_kind_and_key_holds(void **state)
{
	struct digest key = key_of("x");
	struct str value;

	(void)state;
	put("x", "one");
	put("y", "other value with blanks");
	put("x", "two");
	OK(journal_put(journal, "tested", &key, STR("passed"), e));
	assert_true(journal_get(journal, "built", &key, &value));
	assert_true(str_is(value, "two"));
	assert_true(journal_get(journal, "tested", &key, &value));
	assert_true(str_is(value, "passed"));
	assert_false(journal_get(journal, "inputs", &key, &value));
	assert_string_equal(read_again("x"), "two");
	assert_string_equal(read_again("y"), "other value with blanks");
	assert_string_equal(read_again("z"), "");
}

static void
note_record(void *ctx, const char *kind, const struct digest *key, struct str value)
{
	(void)key;
	buf_printf(ctx, "%s=" STR_FMT ";", kind, STR_ARG(value));
}

static void
records_are_given_in_the_order_they_were_first_written(void **state)
{
	struct buf said = { .a = &at.a };

	(void)state;
	put("x", "one");
	put("y", "two");
	put("x", "three");
	journal_each(journal, note_record, &said);
	assert_string_equal(said.p, "built=three;built=two;");
}

static void
the_same_record_twice_is_written_once(void **state)
{
	(void)state;
	put("x", "one");
	size_t n = file_text().n;
	put("x", "one");
	assert_int_equal(file_text().n, n);
}

static void
what_others_append_is_seen_after_refresh(void **state)
{
	struct journal *mine = journal;
	struct digest key = key_of("x");
	struct str value;

	(void)state;
	OK(journal_open(&at.a, at.dir, &journal, e));
	put("x", "one");
	assert_false(journal_get(mine, "built", &key, &value));
	OK(journal_refresh(mine, e));
	assert_true(journal_get(mine, "built", &key, &value));
	/* Somebody took the file away and began another. */
	assert_int_equal(unlinkat(at.dir, "journal", 0), 0);
	OK(journal_refresh(mine, e));
	assert_false(journal_get(mine, "built", &key, &value));
	put("x", "two");
	OK(journal_refresh(mine, e));
	assert_true(journal_get(mine, "built", &key, &value));
	assert_true(str_is(value, "two"));
	journal_close(mine);
}

static void
a_torn_end_is_not_seen_and_the_next_writer_cuts_it(void **state)
{
	(void)state;
	put("x", "one");
	struct str good = str_copy(&at.a, file_text());
	put("y", "two, and longer than what comes in its place");
	struct str whole = str_copy(&at.a, file_text());
	for (size_t n = 0; n < whole.n; n++) {
		OK(fs_write(at.dir, "journal", (struct str){ whole.p, n }, 0644, e));
		assert_string_equal(read_again("x"), n < good.n ? "" : "one");
		assert_string_equal(read_again("y"), "");
		put("z", "three");
		assert_string_equal(read_again("z"), "three");
		assert_string_equal(read_again("x"), n < good.n ? "" : "one");
		assert_string_equal(read_again("y"), "");
		assert_true(str_ends(file_text(), STR(" three\n")));
	}
}

static void
a_line_with_a_wrong_sum_costs_only_itself(void **state)
{
	(void)state;
	put("x", "first");
	put("y", "second");
	put("z", "third");
	char *text = str_z(&at.a, file_text());
	strstr(text, "second")[0] = 'S';
	OK(fs_write(at.dir, "journal", str_of(text), 0644, e));
	assert_string_equal(read_again("x"), "first");
	assert_string_equal(read_again("y"), "");
	assert_string_equal(read_again("z"), "third");
	put("y", "second");
	assert_string_equal(read_again("y"), "second");
	assert_string_equal(read_again("z"), "third");
}

static void
the_journal_of_another_kiln_is_left_alone(void **state)
{
	struct err why = { 0 };
	struct journal *other;
	struct digest key = key_of("x");

	(void)state;
	OK(fs_write(at.dir, "journal", STR("kiln-journal 2\n"), 0644, e));
	assert_int_equal(journal_open(&at.a, at.dir, &other, &why), -1);
	assert_non_null(strstr(why.text, "kiln-journal 1"));
	err_clear(&why);
	assert_int_equal(journal_put(journal, "built", &key, STR("v"), &why), -1);
	assert_string_equal(file_text().p, "kiln-journal 2\n");
}

enum { WRITERS = 3, RECORDS = 60 };

static void
write_many(int writer)
{
	struct arena a = { 0 };

	for (int i = 0; i < RECORDS; i++) {
		struct err why = { 0 };
		struct digest key = key_of(arena_printf(&a, "%d.%d", writer, i));
		if (journal_put(journal, "built", &key, str_of("value"), &why) == -1)
			_exit(1);
	}
	_exit(0);
}

static void
several_processes_append_at_once(void **state)
{
	pid_t pid[WRITERS];
	int status;

	(void)state;
	/* Forked from one process, so that they share its descriptors. */
	for (int w = 0; w < WRITERS; w++) {
		pid[w] = fork();
		if (pid[w] == 0)
			write_many(w);
	}
	for (int w = 0; w < WRITERS; w++) {
		assert_int_equal(waitpid(pid[w], &status, 0), pid[w]);
		assert_int_equal(status, 0);
	}
	OK(journal_refresh(journal, e));
	for (int w = 0; w < WRITERS; w++)
		for (int i = 0; i < RECORDS; i++) {
			struct digest key = key_of(arena_printf(&at.a, "%d.%d", w, i));
			struct str value;
			assert_true(journal_get(journal, "built", &key, &value));
		}
	struct str rest = file_text(), line;
	int nline = 0;
	while (str_cut(&rest, '\n', &line))
		nline++;
	assert_int_equal(nline, WRITERS * RECORDS + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    the_last_record_of_a_kind_and_key_holds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    records_are_given_in_the_order_they_were_first_written, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    the_same_record_twice_is_written_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    what_others_append_is_seen_after_refresh, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_torn_end_is_not_seen_and_the_next_writer_cuts_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_line_with_a_wrong_sum_costs_only_itself, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    the_journal_of_another_kiln_is_left_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    several_processes_append_at_once, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
