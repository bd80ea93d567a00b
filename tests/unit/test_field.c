/* The field table, its help and the manual page. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "recipe/field.h"
#include "recipe/syntax.h"

static void
every_field_has_one_row_and_one_meaning_at_a_place(void **state)
{
	int times[F_COUNT] = { 0 };
	const struct field *f, *other;

	(void)state;
	for (int i = 0; (f = field_row(i)) != NULL; i++) {
		times[f->id]++;
		for (int k = 0; k < i; k++) {
			other = field_row(k);
			if (strcmp(f->name, other->name) == 0 && (f->where & other->where) != 0)
				fail_msg("`%s` has two rows at one place", f->name);
		}
		assert_true(f->where != 0);
		assert_true(f->help[0] != '\0' && f->help[strlen(f->help) - 1] != '.');
	}
	for (int i = 0; i < F_COUNT; i++)
		if (times[i] != 1)
			fail_msg("field %d has %d rows", i, times[i]);
}

static void
every_signature_can_be_matched(void **state)
{
	const struct field *f;

	(void)state;
	for (int i = 0; (f = field_row(i)) != NULL; i++) {
		struct str rest = str_of(f->args), token;
		bool bracket = false;
		while (str_cut(&rest, ' ', &token)) {
			if (bracket && token.p[token.n - 1] != ']' && rest.n == 0)
				fail_msg("`%s`: a bracket has no end", f->name);
			bracket = bracket || token.p[0] == '[';
			token = str_skip(token, token.p[0] == '[');
			token.n -= token.p[token.n - 1] == ']';
			if (token.p[0] < 'A' || token.p[0] > 'Z')
				continue;
			token.n -= str_ends(token, STR("...")) ? 3 : 0;
			if (field_kind(token) == NULL)
				fail_msg("`%s`: no kind " STR_FMT, f->name, STR_ARG(token));
		}
		if (f->times == TIMES_ONCE_EACH || f->times == TIMES_DISTINCT)
			assert_true(f->args[0] != '\0' && f->args[0] != '[');
	}
}

static void
a_wrong_name_is_told_the_nearest_at_its_place(void **state)
{
	static const struct {
		const char *wrong;
		enum field_place place;
		const char *near; /* "" for none */
	} row[] = { { "licnce", IN_PACKAGE, "licence" }, { "depends", IN_PACKAGE, "" },
		{ "sha265", IN_SOURCE, "sha256" }, { "sha265", IN_PACKAGE, "" },
		{ "cflag", IN_TARGET, "cflags" }, { "programm", IN_TOOL, "program" } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		const char *near = field_nearest(str_of(row[i].wrong), row[i].place);
		assert_string_equal(near == NULL ? "" : near, row[i].near);
	}
}

static void
only_phases_and_tests_are_bodies(void **state)
{
	(void)state;
	assert_true(field_is_body(STR("phase")) && field_is_body(STR("test")));
	assert_false(field_is_body(STR("source")) || field_is_body(STR("when")));
	assert_false(field_is_body(STR("")) || field_is_body(STR("tests")));
}

static void
the_help_names_every_field_and_kind(void **state)
{
	struct arena a = { 0 };
	struct buf b = { .a = &a };
	const struct field *f;
	const struct kind *k;

	(void)state;
	recipe_help(&b);
	for (int i = 0; (f = field_row(i)) != NULL; i++) {
		const char *line =
		    arena_printf(&a, "  %s%s%s", f->name, f->args[0] == '\0' ? "" : " ", f->args);
		if (strstr(b.p, line) == NULL || strstr(b.p, f->help) == NULL)
			fail_msg("no `%s` in the help", f->name);
	}
	for (int i = 0; (k = field_kind_row(i)) != NULL; i++)
		if (strstr(b.p, k->expected) == NULL)
			fail_msg("no %s in the help", k->name);
	arena_free(&a);
}

static const char page_path[] = "builder/man/kiln-recipe.5";
static const char first_line[] =
    ".\\\" The field table, from here on: written by `tests/unit/test_field`.\n";
static const char last_line[] = ".\\\" End of the field table.\n";

/* The page, NUL-terminated. */
static char *
read_page(struct arena *a)
{
	char *text = arena_alloc(a, 256 * 1024);
	FILE *f = fopen(page_path, "re");

	if (f == NULL)
		fail_msg("%s cannot be opened: tests run in the top folder", page_path);
	(void)fread(text, 1, 256 * 1024 - 1, f);
	fclose(f);
	return text;
}

/* With ACCEPT=1 in the environment the page is written anew. */
static void
the_manual_page_holds_the_table(void **state)
{
	struct arena a = { 0 };
	struct buf table = { .a = &a };
	char *page = read_page(&a);
	char *start = strstr(page, first_line), *end = strstr(page, last_line);

	(void)state;
	assert_true(start != NULL && end != NULL && start < end);
	start += strlen(first_line);
	recipe_help_mdoc(&table);
	if (getenv("ACCEPT") != NULL) {
		FILE *f = fopen(page_path, "we");
		assert_non_null(f);
		fprintf(f, "%.*s%s%s", (int)(start - page), page, table.p, end);
		assert_int_equal(fclose(f), 0);
		arena_free(&a);
		return;
	}
	if (strlen(table.p) != (size_t)(end - start) || memcmp(table.p, start, table.n) != 0)
		fail_msg("%s is not as the table: run this test with ACCEPT=1", page_path);
	arena_free(&a);
}

/* An example of the page is what kiln fmt would write, and has the fields of its kind. */
static void
check_example(const char *first, enum field_place place)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct buf printed = { .a = &a };
	struct syntax_file *f;
	char *page = read_page(&a);
	char *start = strstr(page, first), *end = start == NULL ? NULL : strstr(start, ".Ed\n");

	assert_non_null(end);
	struct str text = { start + 1, (size_t)(end - start) - 1 };
	if (syntax_parse(&a, STR("example"), text, field_is_body, &f, &e) == -1)
		fail_msg("%s", e.text);
	syntax_print(&printed, f);
	assert_true(str_eq(text, buf_str(&printed)));
	for (int i = 0; i < f->nstmt; i++)
		assert_non_null(field_find(f->stmt[i].word[0].text, place));
	arena_free(&a);
}

static void
the_examples_of_the_manual_page_are_a_recipe_and_a_target(void **state)
{
	(void)state;
	check_example("\nname         zlib\n", IN_PACKAGE);
	check_example("\nname         riscv64\n", IN_TARGET);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_has_one_row_and_one_meaning_at_a_place),
		cmocka_unit_test(every_signature_can_be_matched),
		cmocka_unit_test(a_wrong_name_is_told_the_nearest_at_its_place),
		cmocka_unit_test(only_phases_and_tests_are_bodies),
		cmocka_unit_test(the_help_names_every_field_and_kind),
		cmocka_unit_test(the_manual_page_holds_the_table),
		cmocka_unit_test(the_examples_of_the_manual_page_are_a_recipe_and_a_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
