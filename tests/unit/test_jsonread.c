/* JSON text as values. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/jsonread.h"

static struct arena arena;

/* What was read, written again. */
static void
put(struct json *j, const char *name, const struct json_value *v)
{
	switch (v->type) {
	case JSON_NULL:
		json_null(j, name);
		break;
	case JSON_FALSE:
	case JSON_TRUE:
		json_bool(j, name, v->type == JSON_TRUE);
		break;
	case JSON_NUMBER:
		json_str(j, name, str_printf(&arena, "number " STR_FMT, STR_ARG(v->text)));
		break;
	case JSON_STRING:
		json_str(j, name, v->text);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		json_open(j, name, v->type == JSON_ARRAY ? '[' : '{');
		for (const struct json_value *c = v->child; c != NULL; c = c->next)
			put(j, v->type == JSON_ARRAY ? NULL : str_z(&arena, c->name), c);
		json_close(j, v->type == JSON_ARRAY ? ']' : '}');
		break;
	}
}

static const struct {
	const char *text, *again;
} good[] = {
	{ "null", "null" },
	{ " \t\r\n[ true , false ] ", "[true,false]" },
	{ "{}", "{}" },
	{ "[]", "[]" },
	{ "{\"a\":1,\"b\":{\"a\":[-0.5e+3,{}]}}",
	    "{\"a\":\"number 1\",\"b\":{\"a\":[\"number -0.5e+3\",{}]}}" },
	{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\u0008\\u000c\\n\\u000d\\t\"" },
	{ "\"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"", "\"A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"" },
	{ "\"\xf0\x9f\x98\x80\"", "\"\xf0\x9f\x98\x80\"" },
	{ "{\"\":0}", "{\"\":\"number 0\"}" },
};

static void
what_is_json_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		const struct json_value *v;
		struct err e = { 0 };
		struct buf out = { .a = &arena };
		struct json j = { .out = &out };
		if (json_parse(&arena, str_of(good[i].text), &v, &e) == -1)
			fail_msg("%s: %s", good[i].text, e.text);
		put(&j, NULL, v);
		assert_string_equal(out.p, good[i].again);
	}
}

static const struct {
	const char *text, *says;
} bad[] = {
	{ "", "at byte 0: expected a value" },
	{ "nul", "at byte 0: expected a value" },
	{ "[1,]", "at byte 3: expected a value" },
	{ "[1 2]", "at byte 3: expected `,` or `]`" },
	{ "{\"a\" 1}", "at byte 5: expected `:`" },
	{ "{a:1}", "at byte 1: expected a string" },
	{ "{\"a\":1,}", "at byte 7: expected a string" },
	{ "{\"a\":1,\"a\":2}", "expected a name that was not there before" },
	{ "1 2", "at byte 2: expected the end" },
	{ "01", "at byte 1: expected the end" },
	{ "-", "expected a digit" },
	{ "1.", "expected a digit" },
	{ "1e", "expected a digit" },
	{ ".5", "expected a value" },
	{ "\"a", "expected a character of a string" },
	{ "\"a\nb\"", "expected a character of a string" },
	{ "\"\\x\"", "expected an escape" },
	{ "\"\\u12g4\"", "expected four hexadecimal digits" },
	{ "\"\\ud83d\"", "second half" },
	{ "\"\\ud83d\\u0041\"", "second half" },
	{ "\"\\ude00\"", "first half" },
	{ "\"\xff\"", "expected a character of a string" },
	{ "\"\xc0\x80\"", "expected a character of a string" },
	{ "\"\xed\xa0\x80\"", "expected a character of a string" },
};

static void
what_is_not_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		const struct json_value *v;
		struct err e = { 0 };
		assert_int_equal(json_parse(&arena, str_of(bad[i].text), &v, &e), -1);
		if (strstr(e.text, bad[i].says) == NULL)
			fail_msg("%s: %s", bad[i].text, e.text);
	}
}

static void
brackets_have_a_ceiling(void **state)
{
	struct buf text = { .a = &arena };
	const struct json_value *v;
	struct err e = { 0 };

	(void)state;
	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		buf_add_char(&text, '[');
	for (int i = 0; i < JSON_DEPTH_MAX; i++)
		buf_add_char(&text, ']');
	assert_int_equal(json_parse(&arena, buf_str(&text), &v, &e), 0);
	struct str more = str_printf(&arena, "[%s]", text.p);
	assert_int_equal(json_parse(&arena, more, &v, &e), -1);
	assert_non_null(strstr(e.text, "fewer brackets"));
}

static void
members_are_found_by_their_names(void **state)
{
	const struct json_value *v;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(
	    json_parse(&arena, STR("{\"n\":12,\"s\":\"x\",\"f\":1.5,\"o\":{\"n\":3}}"), &v, &e), 0);
	assert_int_equal(json_number(v, "n"), 12);
	assert_int_equal(json_number(v, "f"), 0);
	assert_int_equal(json_number(v, "s"), 0);
	assert_true(str_is(json_text(v, "s"), "x"));
	assert_int_equal(json_text(v, "n").n, 0);
	assert_int_equal(json_number(json_get(v, "o"), "n"), 3);
	assert_null(json_get(v, "q"));
	assert_null(json_get(json_get(v, "q"), "n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_json_is_read),
		cmocka_unit_test(what_is_not_is_refused),
		cmocka_unit_test(brackets_have_a_ceiling),
		cmocka_unit_test(members_are_found_by_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
