/* What is kept of a link beside its map. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "driver/record.h"

static void
names_of_the_linker_become_absolute_and_of_one_spelling(void **state)
{
	static const struct {
		const char *name, *want;
	} row[] = {
		{ "a.o", "/build/src/a.o" },
		{ "./libz.a(a.o)", "/build/src/libz.a(a.o)" },
		{ "../lib//.libs/./libz.a", "/build/lib/.libs/libz.a" },
		{ "/sysroot/usr/../usr/lib/libc.a", "/sysroot/usr/lib/libc.a" },
		{ "../../../../x", "/x" },
		{ "", "/build/src" },
		{ "/", "/" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		struct str got = record_path(&a, STR("/build/src"), str_of(row[i].name));
		assert_string_equal(str_z(&a, got), row[i].want);
		arena_free(&a);
	}
}

static void
inputs_are_read_as_a_makefile_spells_them(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{ "p: \\\n a.o \\\n libz.a\n\na.o:\n\nlibz.a:\n", "/b/a.o /b/libz.a " },
		{ "p: \\\n a\\ b.o\n", "/b/a b.o " },
		{ "p: \\\n a\\\\\\ b.o\n", "/b/a\\ b.o " },
		{ "p: \\\n a\\b$$c\\#d\n", "/b/a\\b$c#d " },
		{ "p: \\\n a.o \\\n", "/b/a.o " },
		{ "p:\n\na.o:\n", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		struct record r = { .folder = STR("/b") };
		struct buf got = { .a = &a };
		record_add_inputs(&a, &r, str_of(row[i].text));
		buf_add_z(&got, "");
		for (int k = 0; k < r.input.n; k++)
			buf_printf(&got, STR_FMT " ", STR_ARG(r.input.v[k].path));
		assert_string_equal(got.p, row[i].want);
		arena_free(&a);
	}
}

static const char whole[] = "kiln-link 1\n"
			    "folder /b\n"
			    "input /b/a.o\n"
			    "input /b/libx.a\t/b/libz.a\n"
			    "took /b/libx.a(z.o)\tz\t/b/a.o\n"
			    "took /b/libx.a(y.o)\t_start\t<internal>\n";

static void
what_was_taken_stands_with_its_reason_and_reads_back(void **state)
{
	struct arena a = { 0 };
	struct record r = { .folder = STR("/b") }, again;
	struct err e = { 0 };

	(void)state;
	record_add_inputs(&a, &r, STR("p: \\\n a.o \\\n libx.a\n"));
	r.input.v[1].real = STR("/b/libz.a");
	record_add_taken(&a, &r,
	    STR("reference\textracted\tsymbol\n"
		"a.o\t./libx.a(z.o)\tz\n"
		"<internal>\tlibx.a(y.o)\t_start\n"
		"torn\n"));
	assert_string_equal(str_z(&a, record_print(&a, &r)), whole);
	assert_int_equal(record_parse(&a, STR(whole), &again, &e), 0);
	assert_string_equal(str_z(&a, record_print(&a, &again)), whole);
	arena_free(&a);
}

static void
a_record_that_is_wrong_names_the_line(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{ "", "the first line is not" },
		{ "kiln-link 2\n", "the first line is not" },
		{ "kiln-link 1\n", "no line \"folder\"" },
		{ "kiln-link 1\nfolder /b\ntook /b/a(b)\tb\n", "line 3" },
		{ "kiln-link 1\nfolder /b\nput /b/a\n", "line 3" },
		{ "kiln-link 1\nfolder /b\ninput\n", "line 3" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		struct record r;
		struct err e = { 0 };
		assert_int_equal(record_parse(&a, str_of(row[i].text), &r, &e), -1);
		assert_non_null(strstr(e.text, row[i].want));
		arena_free(&a);
	}
}

static void
a_member_is_told_from_a_file(void **state)
{
	struct str archive, member;

	(void)state;
	assert_true(record_split(STR("/a(b)/l.a(x.o)"), &archive, &member));
	assert_true(str_is(archive, "/a(b)/l.a"));
	assert_true(str_is(member, "x.o"));
	assert_false(record_split(STR("/a(b)/x.o"), &archive, &member));
	assert_false(record_split(STR("(x.o)"), &archive, &member));
	assert_false(record_split(STR(")"), &archive, &member));
	assert_false(record_split(STR(""), &archive, &member));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_the_linker_become_absolute_and_of_one_spelling),
		cmocka_unit_test(inputs_are_read_as_a_makefile_spells_them),
		cmocka_unit_test(what_was_taken_stands_with_its_reason_and_reads_back),
		cmocka_unit_test(a_record_that_is_wrong_names_the_line),
		cmocka_unit_test(a_member_is_told_from_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
