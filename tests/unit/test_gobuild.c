/* What Go's programs say of their modules. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "lib/gobuild.h"

#define FENCE "0123456789abcdef"

static struct arena arena;

static void
add_text(struct buf *out, const char *text)
{
	size_t n = strlen(text);

	for (; n >= 0x80; n >>= 7)
		buf_add_char(out, (char)(0x80 | (n & 0x7f)));
	buf_add_char(out, (char)n);
	buf_add_z(out, text);
}

/* A program whose block begins at `at`. */
static struct str
program(size_t at, char flags, const char *version, const char *lines)
{
	struct buf out = { .a = &arena };

	while (out.n < at)
		buf_add_char(&out, '\xff');
	buf_add_z(&out, "\xff Go buildinf:");
	buf_add_char(&out, 8);
	buf_add_char(&out, flags);
	for (int i = 0; i < 16; i++)
		buf_add_char(&out, '\0');
	add_text(&out, version);
	add_text(&out, lines);
	return buf_str(&out);
}

static const char lines[] = FENCE "path\texample.org/tool\n"
				  "mod\texample.org/tool\t(devel)\t\n"
				  "dep\texample.org/one\tv1.2.3\th1:abc=\n"
				  "dep\texample.org/two\tv0.1.0\n"
				  "=>\texample.org/fork\tv0.2.0\th1:def=\n"
				  "build\t-trimpath=true\n" FENCE;

static void
modules_and_the_version_of_go_are_found(void **state)
{
	struct gobuild got;

	(void)state;
	assert_true(gobuild_parse(&arena, program(4096, 2, "go1.24.4", lines), &got));
	assert_true(str_is(got.go, "1.24.4"));
	assert_true(str_is(gobuild_print(&arena, &got),
	    "example.org/one v1.2.3, example.org/fork v0.2.0 and the library of Go 1.24.4"));
	assert_int_equal(got.nmodule, 2);
	assert_true(str_is(got.module[0].path, "example.org/one"));
	assert_true(str_is(got.module[0].version, "v1.2.3"));
	assert_true(str_is(got.module[1].path, "example.org/fork"));
	assert_true(str_is(got.module[1].version, "v0.2.0"));
}

static void
a_program_without_modules_has_none(void **state)
{
	struct gobuild got;

	(void)state;
	assert_true(gobuild_parse(&arena, program(0, 2, "devel", ""), &got));
	assert_true(str_is(got.go, "devel"));
	assert_int_equal(got.nmodule, 0);
}

static void
what_tells_nothing_is_passed_over(void **state)
{
	struct gobuild got;
	const char *const wrong[] = {
		FENCE "dep\texample.org/one\n" FENCE,
		FENCE "dep\texample.org/\033[2J\tv1\n" FENCE,
		FENCE "dep\t\tv1\n" FENCE,
	};

	(void)state;
	assert_false(gobuild_parse(&arena, STR(""), &got));
	assert_false(gobuild_parse(&arena, program(8, 2, "go1.24.4", lines), &got));
	assert_false(gobuild_parse(&arena, program(16, 0, "go1.24.4", lines), &got));
	assert_false(gobuild_parse(&arena, program(16, 2, "", lines), &got));
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_false(gobuild_parse(&arena, program(16, 2, "go1.24.4", wrong[i]), &got));
}

static void
a_program_cut_anywhere_says_all_or_nothing(void **state)
{
	struct str whole = program(32, 2, "go1.24.4", lines);
	struct gobuild got;

	(void)state;
	for (size_t n = 0; n < whole.n; n++)
		assert_false(gobuild_parse(&arena, (struct str){ whole.p, n }, &got));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modules_and_the_version_of_go_are_found),
		cmocka_unit_test(a_program_without_modules_has_none),
		cmocka_unit_test(what_tells_nothing_is_passed_over),
		cmocka_unit_test(a_program_cut_anywhere_says_all_or_nothing),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return failed;
}
