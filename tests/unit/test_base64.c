/* Bytes as text and back, strictly. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"

static struct arena arena;

/* RFC 4648, section 10. */
static const struct {
	const char *bytes, *text;
} vector[] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" } };

static void
the_vectors_of_the_rfc_go_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(vector); i++) {
		size_t n = strlen(vector[i].bytes);
		struct buf out = { .a = &arena };
		char back[8] = { 0 };
		buf_add_z(&out, "");
		base64_print(&out, vector[i].bytes, n);
		assert_string_equal(out.p, vector[i].text);
		assert_int_equal(base64_parse(buf_str(&out), back, n), 0);
		assert_string_equal(back, vector[i].bytes);
	}
}

static void
every_byte_goes_both_ways(void **state)
{
	unsigned char all[256], back[256];
	struct buf out = { .a = &arena };

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (unsigned char)i;
	base64_print(&out, all, sizeof(all));
	assert_int_equal(base64_parse(buf_str(&out), back, sizeof(back)), 0);
	assert_memory_equal(all, back, sizeof(all));
}

static void
any_other_text_is_refused(void **state)
{
	static const char *const wrong[] = { "Zg=", "Zg", "Zg==\n", " Zg==", "Zh==", "Z===", "Zg=a",
		"Z-==", "====", "Zm8=", "Zg==Zg==", "" };
	char back[8];

	(void)state;
	assert_int_equal(base64_parse(STR("Zg=="), back, 1), 0);
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		if (base64_parse(str_of(wrong[i]), back, 1) != -1)
			fail_msg("taken for one byte: %s", wrong[i]);
	assert_int_equal(base64_parse((struct str){ "Z\0==", 4 }, back, 1), -1);
	assert_int_equal(base64_parse(STR("Zm9="), back, 2), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_the_rfc_go_both_ways),
		cmocka_unit_test(every_byte_goes_both_ways),
		cmocka_unit_test(any_other_text_is_refused),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
