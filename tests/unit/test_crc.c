/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/crc.h"

static void
known_texts_have_known_sums(void **state)
{
	const struct {
		struct str text;
		uint32_t want;
	} row[] = {
		{ STR(""), 0 },
		{ STR("a"), 0xe8b7be43 },
		{ STR("abc"), 0x352441c2 },
		{ STR("123456789"), 0xcbf43926 },
		{ STR("The quick brown fox jumps over the lazy dog"), 0x414fa339 },
		{ STR("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
		    0x190a55ad },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		assert_int_equal(crc32_of(row[i].text), row[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_texts_have_known_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
