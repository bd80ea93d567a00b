/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "make/finding.h"

static struct arena arena;

static void
every_rule_has_an_id_and_all_its_texts(void **state)
{
	(void)state;
	for (int i = 0; i < RULE_COUNT; i++) {
		const struct rule *r = rule_row(i);
		assert_true(str_is_name(str_of(r->id)));
		assert_int_equal(rule_find(str_of(r->id)), i);
		assert_true(strlen(r->summary) > 10 && strlen(r->summary) <= 70);
		assert_true(strlen(r->what) > 20 && strlen(r->why) > 20 && strlen(r->remedy) > 20);
		assert_int_equal(r->waive_path == NULL, r->waive_reason == NULL);
	}
	assert_null(rule_row(RULE_COUNT));
	assert_null(rule_row(-1));
	assert_int_equal(rule_find(STR("elf")), -1);
}

static void
an_explanation_fits_a_terminal_and_ends_with_the_waiver(void **state)
{
	struct str line;

	(void)state;
	for (int i = 0; i < RULE_COUNT; i++) {
		struct buf out = { .a = &arena };
		rule_explain(&out, rule_row(i));
		struct str rest = buf_str(&out);
		while (str_cut(&rest, '\n', &line))
			assert_true(line.n <= 78);
		if (rule_row(i)->waive_path == NULL)
			assert_non_null(strstr(out.p, "\n\nThis rule cannot be waived.\n"));
		else
			assert_non_null(strstr(
			    out.p, arena_printf(&arena, "\n\twaive %s \"", rule_row(i)->id)));
	}
}

static void
an_explanation_reads_like_this(void **state)
{
	struct buf out = { .a = &arena };

	(void)state;
	rule_explain(&out, rule_row(RULE_ARCHIVE_EMPTY));
	assert_string_equal(out.p,
	    "archive-empty: an archive has no members\n"
	    "\n"
	    "The archive holds no object file.\n"
	    "\n"
	    "A link with it succeeds and brings nothing: the fault shows up as an undefined\n"
	    "symbol in another package.\n"
	    "\n"
	    "Mostly a configure switch left nothing to build, or ar ran before the compiler\n"
	    "did. If the library is meant to be empty, because its functions live\n"
	    "elsewhere, waive it.\n"
	    "\n"
	    "To waive it, say why in the recipe; without the group, for all of its files:\n"
	    "\n"
	    "\twaive archive-empty \"musl has it all in libc.a\" {\n"
	    "\t\tpath usr/lib/libpthread.a\n"
	    "\t}\n");
}

static void
a_finding_names_file_fault_and_where_to_read_on(void **state)
{
	struct waiver waiver = { STR("elf-relro"), STR("linked by Go"), STR("") };
	struct package p = { .waiver = &waiver, .nwaiver = 1 };
	struct findings f = { .a = &arena, .package = &p };
	struct buf out = { .a = &arena };

	(void)state;
	findings_add(
	    &f, RULE_ELF_RELRO, (struct place){ .path = STR("bin/usr/bin/z") }, "has none");
	findings_add(&f, RULE_ELF_NEEDED, (struct place){ .path = STR("bin/usr/bin/a") },
	    "needs \033[31mlibc.so\n");
	findings_end(&f);
	findings_print(&out, f.v, f.n);
	assert_string_equal(out.p,
	    "elf-needed: bin/usr/bin/a: needs ?[31mlibc.so \n"
	    "\ta program needs shared libraries; see kiln explain elf-needed\n"
	    "elf-relro: bin/usr/bin/z: has none\n"
	    "\twaived: linked by Go\n");
}

static void
a_thousand_members_with_one_fault_are_a_few_lines(void **state)
{
	struct package p = { 0 };
	struct findings f = { .a = &arena, .package = &p };
	struct buf out = { .a = &arena };

	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct place at = { STR("dev/usr/lib/libz.a"), str_printf(&arena, "%03d.o", i) };
		findings_add(&f, RULE_ARCHIVE_MACHINE, at, "is for machine 62");
		if (i % 2 == 0)
			findings_add(&f, RULE_ARCHIVE_DEBUG, at, "has debug");
	}
	findings_end(&f);
	findings_print(&out, f.v, f.n);
	assert_int_equal(f.n, 1500);
	assert_non_null(
	    strstr(out.p, "archive-machine: dev/usr/lib/libz.a(002.o): is for machine 62\n"));
	assert_null(strstr(out.p, "(003.o)"));
	assert_non_null(strstr(out.p, "archive-machine: dev/usr/lib/libz.a: and 997 more\n"));
	assert_non_null(strstr(out.p, "archive-debug: dev/usr/lib/libz.a(004.o): has debug\n"));
	assert_non_null(strstr(out.p, "archive-debug: dev/usr/lib/libz.a: and 497 more\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_has_an_id_and_all_its_texts),
		cmocka_unit_test(an_explanation_fits_a_terminal_and_ends_with_the_waiver),
		cmocka_unit_test(an_explanation_reads_like_this),
		cmocka_unit_test(a_finding_names_file_fault_and_where_to_read_on),
		cmocka_unit_test(a_thousand_members_with_one_fault_are_a_few_lines),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
