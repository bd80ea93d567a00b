/* Views, maps, buffers, JSON, errors. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/json.h"
#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"

static void
names_hold_no_path_and_no_shell(void **state)
{
	static const struct {
		const char *text;
		bool ok;
	} row[] = { { "curl", true }, { "gtk+3.0", true }, { "x264_10", true }, { "7z", true },
		{ "", false }, { "Curl", false }, { "a/b", false }, { "..", false },
		{ "a..b", false }, { "-rf", false }, { ".hidden", false }, { "a b", false },
		{ "a;b", false }, { "a$b", false }, { "a`b", false }, { "a\nb", false },
		{ "a*", false }, { "a\"b", false } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		if (str_is_name(str_of(row[i].text)) != row[i].ok)
			fail_msg("'%s'", row[i].text);
}

static void
inner_paths_stay_inside(void **state)
{
	static const struct {
		const char *text;
		bool ok;
	} row[] = { { "a", true }, { "a/b c/d", true }, { ".config", true }, { "a..b", true },
		{ "", false }, { "/a", false }, { "a/", false }, { "a//b", false }, { "..", false },
		{ "a/../b", false }, { "./a", false }, { "a/.", false }, { "a\nb", false } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		if (str_is_inner_path(str_of(row[i].text)) != row[i].ok)
			fail_msg("'%s'", row[i].text);
}

static void
numbers_are_digits_and_fit(void **state)
{
	uint64_t v = 7;

	(void)state;
	assert_int_equal(str_u64(STR("18446744073709551615"), &v), 0);
	assert_true(v == UINT64_MAX);
	assert_int_equal(str_u64(STR("18446744073709551616"), &v), -1);
	assert_int_equal(str_u64(STR("-1"), &v), -1);
	assert_int_equal(str_u64(STR("1 "), &v), -1);
	assert_int_equal(str_u64(STR(""), &v), -1);
}

static void
the_nearest_word_is_within_three(void **state)
{
	static const struct str word[] = { { "openssl", 7 }, { "curl", 4 }, { "zlib", 4 } };

	(void)state;
	assert_int_equal(str_nearest(STR("opnessl"), word, 3), 0);
	assert_int_equal(str_nearest(STR("crul"), word, 3), 1);
	assert_int_equal(str_nearest(STR("wireguard"), word, 3), -1);
	assert_int_equal(str_nearest(STR("x"), word, 3), -1);
	assert_int_equal(str_nearest(STR(""), word, 3), -1);
}

static void
a_map_finds_what_was_put_in_order(void **state)
{
	struct arena a = { 0 };
	struct map m = { .a = &a };

	(void)state;
	assert_int_equal(map_get(&m, STR("x")), -1);
	for (int i = 0; i < 1000; i++)
		map_put(&m, str_printf(&a, "name%d", i), i);
	map_put(&m, STR("name7"), 7007);
	assert_int_equal(m.n, 1000);
	assert_int_equal(map_get(&m, STR("name7")), 7007);
	assert_int_equal(map_get(&m, STR("name999")), 999);
	assert_int_equal(map_get(&m, STR("name1000")), -1);
	assert_true(str_is(m.entry[500].key, "name500"));
	arena_free(&a);
}

static void
json_escapes_and_mends_what_is_not_utf8(void **state)
{
	struct arena a = { 0 };
	struct buf b = { .a = &a };
	struct json j = { .out = &b };

	(void)state;
	json_open(&j, NULL, '{');
	json_str(&j, "a", STR("\"\\\n\x01\xff\xc3\xa9"));
	json_open(&j, "b", '[');
	json_int(&j, NULL, -5);
	json_bool(&j, NULL, true);
	json_null(&j, NULL);
	json_close(&j, ']');
	json_close(&j, '}');
	assert_string_equal(
	    b.p, "{\"a\":\"\\\"\\\\\\n\\u0001\xef\xbf\xbd\xc3\xa9\",\"b\":[-5,true,null]}");
	arena_free(&a);
}

static int
fail_twice(struct err *e)
{
	if (err_set(e, ERR_FETCH, "cause") == -1)
		return err_wrap(e, "object");
	return 0;
}

static void
an_error_grows_from_the_inside_out(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(fail_twice(&e), -1);
	assert_int_equal(err_wrap(&e, "intent"), -1);
	assert_string_equal(e.text, "intent: object: cause");
	assert_int_equal(e.kind, ERR_FETCH);
}

static void
a_cause_is_never_cut_for_its_context(void **state)
{
	struct err e = { 0 };
	char cause[4001];

	(void)state;
	memset(cause, 'c', sizeof(cause) - 1);
	cause[sizeof(cause) - 1] = '\0';
	assert_int_equal(err_set(&e, ERR_USAGE, "%s", cause), -1);
	for (int i = 0; i < 50; i++)
		assert_int_equal(err_wrap(&e, "context %d of a long way up", i), -1);
	assert_non_null(strstr(e.text, cause));
	assert_true(strlen(e.text) < sizeof(e.text));
}

static void
cutting_gives_every_piece(void **state)
{
	struct str rest = STR("a::b"), piece;

	(void)state;
	assert_true(str_cut(&rest, ':', &piece) && str_is(piece, "a"));
	assert_true(str_cut(&rest, ':', &piece) && str_is(piece, ""));
	assert_true(str_cut(&rest, ':', &piece) && str_is(piece, "b"));
	assert_false(str_cut(&rest, ':', &piece));
	assert_true(str_is(str_base(STR("a/b.c")), "b.c") && str_is(str_base(STR("b")), "b"));
	assert_true(str_is(str_base(STR("a/")), "") && str_is(str_base(STR("")), ""));
}

static void
text_from_outside_cannot_steer_a_terminal(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_true(str_is(str_clean(&a, STR("a\x1b[2Jb\tc\nd\x7f")), "a?[2Jb\tc\nd?"));
	arena_free(&a);
}

int
main(void)
{
	static const struct CMUnitTest test[] = {
		cmocka_unit_test(names_hold_no_path_and_no_shell),
		cmocka_unit_test(inner_paths_stay_inside),
		cmocka_unit_test(numbers_are_digits_and_fit),
		cmocka_unit_test(the_nearest_word_is_within_three),
		cmocka_unit_test(a_map_finds_what_was_put_in_order),
		cmocka_unit_test(json_escapes_and_mends_what_is_not_utf8),
		cmocka_unit_test(an_error_grows_from_the_inside_out),
		cmocka_unit_test(a_cause_is_never_cut_for_its_context),
		cmocka_unit_test(cutting_gives_every_piece),
		cmocka_unit_test(text_from_outside_cannot_steer_a_terminal),
	};

	return cmocka_run_group_tests(test, NULL, NULL);
}
