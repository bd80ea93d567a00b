/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "elf_fixture.h"
#include "lib/elf.h"

static struct arena arena;

static struct elf
parsed(struct elf_spec s)
{
	struct elf out;
	struct err e = { 0 };

	if (elf_parse(&arena, elf_make(&arena, &s), &out, &e) == -1)
		fail_msg("%s", e.text);
	return out;
}

static void
a_good_program_is_read_as_made(void **state)
{
	struct elf got = parsed(elf_good_program());

	(void)state;
	assert_int_equal(got.type, ELF_DYN);
	assert_int_equal(got.machine, 40);
	assert_int_equal(got.bits, 32);
	assert_int_equal(got.flags, 0x05000400);
	assert_true(got.has_dynamic && got.has_relro && got.has_bind_now && got.has_pie_flag);
	assert_true(got.has_stack_header);
	assert_false(
	    got.has_exec_stack || got.has_textrel || got.has_writable_code || got.has_debug);
	assert_int_equal(got.interp.n + got.runpath.n + got.soname.n, 0);
	assert_int_equal(got.nneeded, 0);
	assert_true(str_is(got.build_id, "12345678"));
	assert_int_equal(got.arm_arch, 10);
	assert_int_equal(got.arm_vfp_args, 1);
	assert_int_equal(got.arm_fp_arch, -1);
}

static void
everything_a_program_can_say_is_found(void **state)
{
	static const unsigned bits[] = { 32, 64, 32, 64 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bits); i++) {
		struct elf got = parsed((struct elf_spec){ .bits = bits[i],
		    .is_big = i >= 2,
		    .machine = 183,
		    .type = 2,
		    .dynamic = true,
		    .interp = "/lib/ld.so",
		    .needed = "libc.so.6",
		    .needed2 = "libm.so.6",
		    .runpath = "/opt/lib",
		    .soname = "x.so",
		    .textrel = true,
		    .writable_code = true,
		    .debug = true,
		    .stack = STACK_EXECUTABLE });
		assert_int_equal(got.type, ELF_EXEC);
		assert_int_equal(got.bits, bits[i]);
		assert_int_equal(got.is_big_endian, i >= 2);
		assert_true(str_is(got.interp, "/lib/ld.so"));
		assert_int_equal(got.nneeded, 2);
		assert_true(str_is(got.needed[0], "libc.so.6"));
		assert_true(str_is(got.needed[1], "libm.so.6"));
		assert_true(str_is(got.runpath, "/opt/lib"));
		assert_true(str_is(got.soname, "x.so"));
		assert_true(got.has_textrel && got.has_writable_code && got.has_debug);
		assert_true(got.has_stack_header && got.has_exec_stack);
		assert_false(got.has_relro || got.has_bind_now || got.has_pie_flag);
		assert_int_equal(got.build_id.n, 0);
		assert_int_equal(got.arm_arch, -1);
	}
}

static void
an_object_file_tells_its_level(void **state)
{
	struct elf_spec s = elf_good_object();

	(void)state;
	s.cpu_arch = 15;
	s.simd_arch = 4;
	struct elf got = parsed(s);
	assert_int_equal(got.type, ELF_REL);
	assert_int_equal(got.arm_arch, 14);
	assert_int_equal(got.arm_fp_arch, 4);
	assert_int_equal(got.arm_simd_arch, 3);
	assert_false(got.has_stack_header);
}

static void
magic_tells_elf_from_bitcode(void **state)
{
	(void)state;
	assert_true(elf_is(STR("\177ELF")));
	assert_false(elf_is(STR("\177EL")));
	assert_true(elf_is_bitcode(STR("BC\xc0\xde")));
	assert_true(elf_is_bitcode(STR("\xde\xc0\x17\x0b")));
	assert_false(elf_is_bitcode(STR("\177ELF")));
}

/* A copy in memory of exactly that size, so that a sanitizer sees one byte too many. */
static void
parse_exactly(struct str bytes, bool must_fail)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct elf out;
	char *copy = test_malloc(bytes.n + 1);

	memcpy(copy + 1, bytes.p, bytes.n);
	int result = elf_parse(&a, (struct str){ copy + 1, bytes.n }, &out, &e);
	if (must_fail)
		assert_int_equal(result, -1);
	assert_int_equal(result == -1, e.kind == ERR_CHECK);
	assert_int_equal(result == -1, e.text[0] != '\0');
	test_free(copy);
	arena_free(&a);
}

static void
a_file_cut_off_anywhere_is_an_error(void **state)
{
	static const unsigned bits[] = { 32, 64 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bits); i++) {
		struct elf_spec s = elf_good_program();
		s.bits = bits[i];
		s.interp = "/lib/ld.so";
		s.needed = "libc.so.6";
		struct str whole = elf_make(&arena, &s);
		for (size_t n = 0; n < whole.n; n++)
			parse_exactly((struct str){ whole.p, n }, true);
	}
}

/* Offsets at the end of the number range, overlapping tables, counts too large: every field
 * of the file, set to every such value. */
static void
no_field_can_lead_outside(void **state)
{
	static const unsigned char fill[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	static const size_t width[] = { 1, 2, 4, 8 };

	(void)state;
	for (unsigned bits = 32; bits <= 64; bits += 32) {
		struct elf_spec s = elf_good_program();
		s.bits = bits;
		s.needed = "libc.so.6";
		struct str whole = elf_make(&arena, &s);
		char *copy = str_z(&arena, whole);
		for (size_t at = 4; at < whole.n; at++)
			for (size_t k = 0; k < COUNT_OF(fill) * COUNT_OF(width); k++) {
				size_t n = width[k / COUNT_OF(fill)];
				n = n > whole.n - at ? whole.n - at : n;
				memset(copy + at, fill[k % COUNT_OF(fill)], n);
				parse_exactly((struct str){ copy, whole.n }, false);
				memcpy(copy + at, whole.p + at, n);
			}
	}
}

static void
a_wrong_file_is_named_as_such(void **state)
{
	static const struct {
		size_t at;
		const char *bytes;
		size_t n;
		const char *want;
	} row[] = {
		{ 0, "\177ELG", 4, "no ELF file" },
		{ 4, "\3", 1, "class 3" },
		{ 5, "\0", 1, "byte order 0" },
		{ 28, "\377\377\377\377", 4, "segment table" },
		{ 32, "\377\377\377\377", 4, "section table" },
		{ 42, "\41\0", 2, "rows of 33" },
		{ 44, "\1\4", 2, "1025 segments" },
		{ 50, "\11\0", 2, "section names stand in section 9" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct elf_spec s = elf_good_program();
		struct str whole = elf_make(&arena, &s);
		char *copy = str_z(&arena, whole);
		struct elf out;
		struct err e = { 0 };
		memcpy(copy + row[i].at, row[i].bytes, row[i].n);
		assert_int_equal(elf_parse(&arena, (struct str){ copy, whole.n }, &out, &e), -1);
		if (strstr(e.text, row[i].want) == NULL)
			fail_msg("row %zu: wanted \"%s\" in \"%s\"", i, row[i].want, e.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_program_is_read_as_made),
		cmocka_unit_test(everything_a_program_can_say_is_found),
		cmocka_unit_test(an_object_file_tells_its_level),
		cmocka_unit_test(magic_tells_elf_from_bitcode),
		cmocka_unit_test(a_file_cut_off_anywhere_is_an_error),
		cmocka_unit_test(no_field_can_lead_outside),
		cmocka_unit_test(a_wrong_file_is_named_as_such),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
