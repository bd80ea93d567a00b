/* What a failed link is hinted at. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "driver/hint.h"

static const struct row {
	const char *text, *want; /* part of the sentence; NULL: none */
} row[] = {
	{ "", NULL },
	{ "ld.lld: error: undefined symbol: missing\n", NULL },
	{ "ld.lld: error: undefined symbol: operate\n", NULL },
	{ "ld.lld: error: undefined symbol: operator new(unsigned int)\n", "with c++" },
	{ "ld.lld: error: undefined symbol: operator delete(void*)\n", "with c++" },
	{ "ld.lld: error: undefined symbol: std::__1::mutex::lock()\n", "with c++" },
	{ "ld.lld: error: undefined symbol: vtable for __cxxabiv1::__class_type_info\n", "c++" },
	{ "ld.lld: error: undefined symbol: __cxa_begin_catch\n", "-lstdc++" },
	{ "ld.lld: error: undefined symbol: __gxx_personality_v0\n", "-lstdc++" },
	{ "one\nld.lld: error: undefined symbol: f\nerror: undefined symbol: std::x\n", "c++" },
	{ "ld.lld: error: unable to find library -lc++\n", "`need sysroot-c++`" },
	{ "ld.lld: error: unable to find library -lc++abi\n", "`need sysroot-c++`" },
	{ "ld.lld: error: unable to find library -lz\n", NULL },
	{ "note: undefined behaviour: operator new\n", NULL },
};

static void
complaints_are_known_however_they_are_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		for (size_t step = 1; step < 90; step += 11) {
			struct hint h = { 0 };
			size_t n = strlen(row[i].text);
			for (size_t k = 0; k < n; k += step)
				hint_read(&h, row[i].text + k, n - k < step ? n - k : step);
			if ((h.sentence == NULL) != (row[i].want == NULL) ||
			    (row[i].want != NULL && strstr(h.sentence, row[i].want) == NULL))
				fail_msg("%s: %s", row[i].text, h.sentence);
		}
}

static void
the_first_complaint_counts_and_long_lines_do_no_harm(void **state)
{
	struct hint h = { 0 };

	(void)state;
	hint_read(&h, "unable to find library -lc++\nundefined symbol: std::x\n", 54);
	assert_non_null(strstr(h.sentence, "sysroot-c++"));
	h = (struct hint){ 0 };
	for (int i = 0; i < 10000; i++)
		hint_read(&h, "x", 1);
	hint_read(&h, "\nundefined symbol: std::x\n", 26);
	assert_non_null(strstr(h.sentence, "with c++"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complaints_are_known_however_they_are_cut),
		cmocka_unit_test(the_first_complaint_counts_and_long_lines_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
