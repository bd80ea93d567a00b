/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/armattr.h"

static void
attributes_of_the_whole_file_are_read(void **state)
{
	const struct {
		struct str bytes;
		bool is_big;
		struct armattr want;
	} row[] = {
		{ STR("A"), false, { -1, -1, -1, -1, -1 } },
		{ STR("A\x17\0\0\0aeabi\0\1\x0d\0\0\0\6\12\12\4\14\1\34\1"), false,
		    { 10, 4, 1, 1, -1 } },
		{ STR("A\0\0\0\x17"
		      "aeabi\0\1\0\0\0\x0d\6\12\12\4\14\1\34\1"),
		    true, { 10, 4, 1, 1, -1 } },
		/* texts of tags 5 and 67, and compatibility with a number and a text, are passed over */
		{ STR("A\x1c\0\0\0aeabi\0\1\x12\0\0\0\5v7\0\103"
		      "2\0\40\1g\0\6\12"),
		    false, { 10, -1, -1, -1, -1 } },
		{ STR("A\x11\0\0\0aeabi\0\1\x07\0\0\0\27\3"), false, { -1, -1, -1, -1, 3 } },
		/* a number of two bytes */
		{ STR("A\x12\0\0\0aeabi\0\1\x08\0\0\0\6\x80\1"), false, { 128, -1, -1, -1, -1 } },
		/* of a section, not of the file */
		{ STR("A\x12\0\0\0aeabi\0\2\x08\0\0\0\1\0\6"), false, { -1, -1, -1, -1, -1 } },
		/* of another vendor */
		{ STR("A\x0f\0\0\0gnu\0\1\x07\0\0\0\6\12"), false, { -1, -1, -1, -1, -1 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct armattr got;
		if (armattr_parse(row[i].bytes, row[i].is_big, &got) == -1)
			fail_msg("row %zu cannot be read", i);
		assert_int_equal(got.cpu_arch, row[i].want.cpu_arch);
		assert_int_equal(got.fp_arch, row[i].want.fp_arch);
		assert_int_equal(got.simd_arch, row[i].want.simd_arch);
		assert_int_equal(got.vfp_args, row[i].want.vfp_args);
		assert_int_equal(got.fp_model, row[i].want.fp_model);
	}
}

static void
damaged_attributes_are_refused(void **state)
{
	const struct str row[] = {
		{ "", 0 },
		STR("B"),
		STR("A\1"),
		STR("A\3\0\0\0"),
		STR("A\377\377\377\377aeabi\0"),
		STR("A\x09\0\0\0aeabi"),
		STR("A\x0f\0\0\0aeabi\0\1\4\0\0\0"),
		STR("A\x0f\0\0\0aeabi\0\1\377\0\0\0"),
		STR("A\x11\0\0\0aeabi\0\1\7\0\0\0\6\200"),
		STR("A\x15\0\0\0aeabi\0\1\x0b\0\0\0\6\377\377\377\377\377"),
		STR("A\x12\0\0\0aeabi\0\1\x08\0\0\0\5v7"),
	};
	struct armattr got;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		if (armattr_parse(row[i], false, &got) == 0)
			fail_msg("row %zu was taken", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attributes_of_the_whole_file_are_read),
		cmocka_unit_test(damaged_attributes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
