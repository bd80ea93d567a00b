/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "driver/runconf.h"

static void
what_is_printed_is_read_again(void **state)
{
	struct str emulator[] = { STR("qemu-arm-static"), STR("-cpu"), STR("cortex-a7,neon=off") };
	struct target t = {
		.elf_machine = 40, .elf_bits = 32, .emulator = emulator, .nemulator = 3
	};
	struct arena a = { 0 };
	struct runconf c;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(runconf_parse(&a, str_of(runconf_text(&a, &t)), &c, &e), 0);
	assert_int_equal(c.machine, 40);
	assert_int_equal(c.bits, 32);
	assert_int_equal(c.arg.n, 2);
	assert_string_equal(c.arg.v[0], "-cpu");
	assert_string_equal(c.arg.v[1], "cortex-a7,neon=off");
	arena_free(&a);
}

static void
text_that_is_no_configuration_is_refused(void **state)
{
	static const char *const text[] = { "", "kiln-run 2\n", "kiln-run 1\nbits x\n",
		"kiln-run 1\nfoo\n", "kiln-run 1\nmachine 99999999999999999999999\n" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(text); i++) {
		struct arena a = { 0 };
		struct runconf c;
		struct err e = { 0 };
		assert_int_equal(runconf_parse(&a, str_of(text[i]), &c, &e), -1);
		assert_non_null(strstr(e.text, RUN_CONF_PATH));
		arena_free(&a);
	}
}

/* The lines of Debian's qemu-user-static for the same machines, but for its flags and path. */
static void
the_line_for_the_kernel_fits_programs_of_the_machine(void **state)
{
	static const char zeros[] = "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00";
	static const char mask[] =
	    "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff"
	    "\\xff\\xff\\xff\\xfe\\xff\\xff\\xff";
	static const struct {
		unsigned machine, bits;
		const char *class, *code;
	} row[] = { { 40, 32, "\\x01", "\\x28\\x00" }, { 183, 64, "\\x02", "\\xb7\\x00" },
		{ 258, 64, "\\x02", "\\x02\\x01" } };
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		const struct runconf c = { .machine = row[i].machine, .bits = row[i].bits };
		const char *want = arena_printf(&a,
		    ":kiln:M::\\x7fELF%s\\x01\\x01%s\\x02\\x00%s:%s:/target/.emulator:FP",
		    row[i].class, zeros, row[i].code, mask);
		assert_string_equal(runconf_binfmt(&a, &c), want);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read_again),
		cmocka_unit_test(text_that_is_no_configuration_is_refused),
		cmocka_unit_test(the_line_for_the_kernel_fits_programs_of_the_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
