/* What grew between two bundles. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ship/growth.h"

static struct arena arena;

static const char before[] = "{\"schema\":\"kiln/bundle/1\",\"files\":["
			     "{\"path\":\"a\",\"package\":\"a\",\"size\":10},"
			     "{\"path\":\"a2\",\"package\":\"a\",\"size\":5},"
			     "{\"path\":\"l\",\"package\":\"a\",\"link\":\"a\"},"
			     "{\"path\":\"b\",\"package\":\"b\",\"size\":7},"
			     "{\"path\":\"o\",\"package\":null,\"size\":1}]}";
static const char now[] = "{\"schema\":\"kiln/bundle/1\",\"files\":["
			  "{\"path\":\"a\",\"package\":\"a\",\"size\":12},"
			  "{\"path\":\"c\",\"package\":\"c\",\"size\":20},"
			  "{\"path\":\"o\",\"package\":null,\"size\":1}]}";

static const struct {
	const char *package;
	uint64_t before_bytes, now_bytes;
} want[] = { { "c", 0, 20 }, { "", 1, 1 }, { "a", 15, 12 }, { "b", 7, 0 } };

static const struct json_value *
parse(const char *text)
{
	const struct json_value *v;
	struct err e = { 0 };

	assert_int_equal(json_parse(&arena, str_of(text), &v, &e), 0);
	return v;
}

static void
packages_stand_by_how_much_they_grew(void **state)
{
	struct growth_list v;

	(void)state;
	growth_make(&arena, parse(before), parse(now), &v);
	assert_int_equal(v.n, COUNT_OF(want));
	for (int i = 0; i < v.n; i++) {
		assert_true(str_is(v.v[i].package, want[i].package));
		assert_int_equal(v.v[i].before_bytes, want[i].before_bytes);
		assert_int_equal(v.v[i].now_bytes, want[i].now_bytes);
	}
	growth_make(&arena, NULL, parse(now), &v);
	assert_int_equal(v.n, 3);
	assert_int_equal(growth_bytes(parse(before), STR("a")), 15);
	assert_int_equal(growth_bytes(NULL, STR("a")), 0);
}

static void
another_document_is_no_bill(void **state)
{
	struct err e = { 0 }, other = { 0 }, list = { 0 };

	(void)state;
	assert_int_equal(growth_check(parse(now), &e), 0);
	assert_int_equal(growth_check(parse("{\"schema\":\"kiln/show/2\"}"), &other), -1);
	assert_int_equal(growth_check(parse("[]"), &list), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packages_stand_by_how_much_they_grew),
		cmocka_unit_test(another_document_is_no_bill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
