/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "elf_fixture.h"
#include "lib/ar.h"

static struct arena arena;

#define MAGIC              "!<arch>\n"
/* name (16), date, uid, gid and mode (32), size (10), end */
#define HEADER(name, size) name "                                " size "`\n"

/* Write "name=bytes;" for each member. */
static int
note(void *ctx, struct str name, struct str bytes, struct err *e)
{
	struct buf *out = ctx;

	buf_printf(out, STR_FMT "=" STR_FMT ";", STR_ARG(name), STR_ARG(bytes));
	return str_is(bytes, "stop") ? err_set(e, ERR_CHECK, "told to stop") : 0;
}

static void
members_are_given_in_order(void **state)
{
	const struct {
		struct str archive;
		const char *want;
	} row[] = {
		{ STR(MAGIC), "" },
		{ STR(MAGIC HEADER("a.o/            ", "3         ") "one\n"), "a.o=one;" },
		{ STR(MAGIC HEADER("a.o/            ", "3         ") "one"), "a.o=one;" },
		{ STR(MAGIC HEADER("a.o             ", "2         ") "xy" HEADER(
		      "b b.o/          ", "0         ")),
		    "a.o=xy;b b.o=;" },
		/* GNU's tables, and names that stand in them */
		{ STR(MAGIC HEADER("/               ", "2         ") "ss" HEADER(
		      "//              ", "12        ") "long/\nname/\n" HEADER("/6              ",
		      "1         ") "b\n" HEADER("/0              ", "1         ") "a\n"),
		    "name=b;long=a;" },
		{ STR(MAGIC HEADER("/SYM64/         ", "2         ") "ss" HEADER(
		      "a/              ", "1         ") "a\n"),
		    "a=a;" },
		/* BSD's names, padded with NUL, and its table */
		{ STR(MAGIC HEADER("#1/8            ", "10        ") "name.o\0\0"
								     "ab"),
		    "name.o=ab;" },
		{ STR(MAGIC HEADER("#1/12           ", "14        ") "__.SYMDEF\0\0\0ss" HEADER(
		      "a/              ", "1         ") "a"),
		    "a=a;" },
		{ STR(MAGIC HEADER("__.SYMDEF SORTED", "2         ") "ss"), "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct buf out = { .a = &arena };
		struct err e = { 0 };
		if (ar_walk(row[i].archive, note, &out, &e) == -1)
			fail_msg("row %zu: %s", i, e.text);
		if (!str_is(buf_str(&out), row[i].want))
			fail_msg("row %zu: wanted %s, got " STR_FMT, i, row[i].want,
			    STR_ARG(buf_str(&out)));
	}
}

static void
a_damaged_archive_is_an_error(void **state)
{
	const struct {
		struct str archive;
		const char *want;
	} row[] = {
		{ STR(""), "does not start" },
		{ STR("!<arch>"), "does not start" },
		{ STR("!<thin>\n"), "thin archive" },
		{ STR(MAGIC "short"), "ends within a member's header" },
		{ STR(MAGIC HEADER("a.o/            ", "3         ") "on"),
		    "3 bytes and 2 are left" },
		{ STR(MAGIC HEADER("a.o/            ", "-1        ")), "no number" },
		{ STR(MAGIC HEADER("a.o/            ", "9999999999") "one"), "cut off" },
		{ STR(MAGIC HEADER("a.o/            ", "          ")), "no number" },
		{ STR(MAGIC HEADER(
		      "a.o/            ", "1         ") "onetwothree, but no header at the "
							"place where one should be: this text"),
		    "no member" },
		{ STR(MAGIC HEADER("/6              ", "1         ") "b\n"),
		    "name cannot be read" },
		{ STR(MAGIC HEADER("/x              ", "1         ") "b\n"),
		    "name cannot be read" },
		{ STR(MAGIC HEADER("#1/9            ", "8         ") "12345678"),
		    "name cannot be read" },
		{ STR(MAGIC HEADER("a/              ", "4         ") "stop"), "told to stop" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct buf out = { .a = &arena };
		struct err e = { 0 };
		if (ar_walk(row[i].archive, note, &out, &e) == 0)
			fail_msg("row %zu: no error", i);
		if (strstr(e.text, row[i].want) == NULL)
			fail_msg("row %zu: wanted \"%s\" in \"%s\"", i, row[i].want, e.text);
	}
}

static void
long_names_survive_the_fixture(void **state)
{
	const struct ar_member member[] = {
		{ "short.o", STR("odd") },
		{ "a-name-of-more-than-fifteen-bytes.o", STR("even") },
		{ "another-name-of-that-kind.o", STR("x") },
	};
	struct buf out = { .a = &arena };
	struct err e = { 0 };

	(void)state;
	struct str archive = ar_make(&arena, member, COUNT_OF(member));
	assert_true(ar_is(archive));
	assert_int_equal(ar_walk(archive, note, &out, &e), 0);
	assert_string_equal(out.p,
	    "short.o=odd;a-name-of-more-than-fifteen-bytes.o=even;another-name-of-that-kind.o=x;");
}

static void
an_archive_cut_off_anywhere_reads_no_wild_byte(void **state)
{
	struct elf_spec s = elf_good_object();
	const struct ar_member member[] = {
		{ "a-name-of-more-than-fifteen-bytes.o", elf_make(&arena, &s) },
		{ "b.o", STR("b") },
	};
	struct str whole = ar_make(&arena, member, COUNT_OF(member));

	(void)state;
	for (size_t n = 0; n < whole.n; n++) {
		struct buf out = { .a = &arena };
		struct err e = { 0 };
		char *copy = test_malloc(n + 1);
		memcpy(copy, whole.p, n);
		int result = ar_walk((struct str){ copy, n }, note, &out, &e);
		assert_int_equal(result == -1, e.text[0] != '\0');
		test_free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_given_in_order),
		cmocka_unit_test(a_damaged_archive_is_an_error),
		cmocka_unit_test(long_names_survive_the_fixture),
		cmocka_unit_test(an_archive_cut_off_anywhere_reads_no_wild_byte),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
