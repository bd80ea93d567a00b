/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "fetch/dead.h"
#include "fetch/member.h"

static void
names_lose_their_first_parts_and_what_is_nothing(void **state)
{
	const struct {
		const char *name;
		int strip;
		const char *want;
		int nfolder;
	} row[] = {
		{ "a/b/c", 0, "a/b/c", 2 },
		{ "a/b/c", 1, "b/c", 1 },
		{ "./a//b/./c/", 1, "b/c", 1 },
		{ "a/b", 2, "", 0 },
		{ "a", 1, "", 0 },
		{ "./", 0, "", 0 },
		{ "...", 0, "...", 0 },
		{ "a..b", 0, "a..b", 0 },
		{ "a b\\c", 0, "a b\\c", 0 },
		{ "gr\xc3\xbc\xc3\x9f", 0, "gr\xc3\xbc\xc3\x9f", 0 },
		{ "latin\xfc", 0, "latin\xfc", 0 },
	};
	struct member_path p;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		assert_null(member_path(str_of(row[i].name), row[i].strip, &p));
		assert_string_equal(p.z, row[i].want);
		assert_int_equal(p.n, strlen(row[i].want));
		assert_int_equal(p.nfolder, row[i].nfolder);
	}
}

static void
names_that_lead_elsewhere_are_refused(void **state)
{
	const struct {
		struct str name;
		const char *fault;
	} row[] = {
		{ STR(""), "no name" },
		{ STR("/etc/passwd"), "absolute" },
		{ STR("//x"), "absolute" },
		{ STR(".."), "\"..\"" },
		{ STR("../x"), "\"..\"" },
		{ STR("a/../x"), "\"..\"" },
		{ STR("a/.."), "\"..\"" },
		{ STR("a\nb"), "control" },
		{ STR("a\033[2Jb"), "control" },
		{ STR("a\0b"), "control" },
		{ STR("a\177"), "control" },
	};
	char longest[MEMBER_NAME_MAX + 2], part[MEMBER_PART_MAX + 2];
	struct member_path p;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		/* also when the part would be taken off */
		for (int strip = 0; strip < 3; strip++) {
			const char *fault = member_path(row[i].name, strip, &p);
			assert_non_null(fault);
			assert_non_null(strstr(fault, row[i].fault));
		}
	}
	memset(longest, '/', sizeof(longest));
	longest[0] = 'a';
	assert_null(member_path((struct str){ longest, MEMBER_NAME_MAX }, 0, &p));
	assert_non_null(member_path((struct str){ longest, MEMBER_NAME_MAX + 1 }, 0, &p));
	memset(part, 'a', sizeof(part));
	assert_null(member_path((struct str){ part, MEMBER_PART_MAX }, 0, &p));
	assert_non_null(member_path((struct str){ part, MEMBER_PART_MAX + 1 }, 0, &p));
}

static void
only_takes_a_path_and_what_is_below_it(void **state)
{
	const struct {
		const char *path, *only;
		bool want;
	} row[] = {
		{ "cmake", "cmake", true },
		{ "cmake/a", "cmake", true },
		{ "cmake-x", "cmake", false },
		{ "cmake", "cmake/a", false },
		{ "lib/cmake", "cmake", false },
		{ "a/b/c", "a/b", true },
		{ "", "a", false },
	};
	struct member_path p;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		if (row[i].path[0] != '\0')
			assert_null(member_path(str_of(row[i].path), 0, &p));
		else
			p = (struct member_path){ 0 };
		assert_int_equal(member_is_below(&p, str_of(row[i].only)), row[i].want);
	}
}

static void
links_stay_inside(void **state)
{
	const struct {
		const char *path, *target;
		bool inside;
	} row[] = {
		{ "a", "b", true },
		{ "a", ".", true },
		{ "d/a", "..", true },
		{ "d/a", "../b", true },
		{ "d/e/a", "../../b/../c", true },
		{ "a", "..", false },
		{ "a", "../b", false },
		{ "d/a", "../../b", false },
		{ "d/a", "x/../../..", false },
		{ "a", "b/../../b", false },
		{ "a", "/etc", false },
		{ "a", "", false },
		{ "a", "b\nc", false },
	};
	struct member_path p;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		assert_null(member_path(str_of(row[i].path), 0, &p));
		const char *fault = member_link_fault(&p, str_of(row[i].target));
		if ((fault == NULL) != row[i].inside)
			fail_msg("%s -> %s: %s", row[i].path, row[i].target, fault);
	}
}

static void
a_dead_host_is_dead_for_ten_minutes(void **state)
{
	const struct str text =
	    STR("1000 a.example\n2000 b.example:8080\n\nx y\n3000\n2100 a.example\n");
	const struct {
		const char *host;
		int64_t now;
		bool want;
	} row[] = {
		{ "a.example", 1000, true },
		{ "a.example", 1599, true },
		{ "a.example", 1600, false },
		{ "a.example", 2100, true },
		{ "a.example", 999, false },
		{ "b.example:8080", 2100, true },
		{ "b.example", 2100, false },
		{ "y", 2100, false },
		{ "", 3000, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		if (dead_in(text, str_of(row[i].host), row[i].now) != row[i].want)
			fail_msg("row %zu", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_lose_their_first_parts_and_what_is_nothing),
		cmocka_unit_test(names_that_lead_elsewhere_are_refused),
		cmocka_unit_test(only_takes_a_path_and_what_is_below_it),
		cmocka_unit_test(links_stay_inside),
		cmocka_unit_test(a_dead_host_is_dead_for_ten_minutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
