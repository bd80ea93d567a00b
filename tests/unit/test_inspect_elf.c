/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "elf_fixture.h"
#include "make/inspect_archive.h"
#include "make/inspect_elf.h"

static struct arena arena;

static struct str flag[] = { { "-march=armv7-a", 14 }, { "-mfpu=vfpv3-d16", 15 } };

static struct target armv7 = {
	.name = { "armv7", 5 },
	.elf_machine = 40,
	.elf_bits = 32,
	.float_abi = { "hard", 4 },
	.arch_level = { "v7", 2 },
	.arch_flag = flag,
	.narch_flag = COUNT_OF(flag),
};

static struct target x86_64 = {
	.name = { "x86_64", 6 },
	.elf_machine = 62,
	.elf_bits = 64,
};

/* "rule member: detail; " for each finding, in the order found. */
static char *
text_of(const struct findings *f)
{
	struct buf out = { .a = &arena };

	buf_add_z(&out, "");
	for (int i = 0; i < f->n; i++)
		buf_printf(&out, "%s " STR_FMT ": " STR_FMT "; ", f->v[i].rule->id,
		    STR_ARG(f->v[i].path), STR_ARG(f->v[i].detail));
	return out.p;
}

static char *
judge_as(const struct target *t, struct str bytes, const char *path)
{
	struct package p = { .target = t };
	struct findings f = { .a = &arena, .package = &p };
	struct place at = { .path = str_of(path) };
	struct leaks leaks = leak_prepare(&arena, NULL, 0);

	if (str_ends(at.path, STR(".a")))
		inspect_archive(&f, &arena, at.path, bytes, &leaks);
	else if (str_ends(at.path, STR(".o")))
		inspect_object(&f, &arena, at, bytes);
	else
		inspect_program(&f, &arena, at, bytes);
	return text_of(&f);
}

/* The same file, as it should be and with one thing wrong, gives no finding and this one. */
#define PROGRAM(spoil, want)                                                                       \
	do {                                                                                       \
		struct elf_spec s = elf_good_program();                                            \
		assert_string_equal(judge_as(&armv7, elf_make(&arena, &s), "p"), "");              \
		spoil;                                                                             \
		assert_string_equal(judge_as(&armv7, elf_make(&arena, &s), "p"), want);            \
	} while (0)

#define OBJECT(spoil, want)                                                                        \
	do {                                                                                       \
		struct elf_spec s = elf_good_object();                                             \
		assert_string_equal(judge_as(&armv7, elf_make(&arena, &s), "x.o"), "");            \
		spoil;                                                                             \
		assert_string_equal(judge_as(&armv7, elf_make(&arena, &s), "x.o"), want);          \
	} while (0)

static void
each_rule_for_programs_finds_its_fault(void **state)
{
	(void)state;
	PROGRAM(s.machine = 62, "elf-machine p: is for machine 62, armv7 is 40; ");
	PROGRAM(s.is_big = true, "elf-machine p: is big endian; ");
	PROGRAM(s.bits = 64, "elf-class p: has 64 bits, armv7 has 32; ");
	PROGRAM(s.flags = 0x05000200,
	    "elf-float-abi p: has e_flags 0x5000200, which is not hard float; ");
	PROGRAM(s.flags = 0x04000400,
	    "elf-float-abi p: has e_flags 0x4000400, not those of EABI version 5; ");
	PROGRAM(s.vfp_args = 1, "elf-float-abi p: has Tag_ABI_VFP_args 0, armv7 has hard float; ");
	PROGRAM(s.vfp_args = 4, "");
	PROGRAM(s.vfp_args = 0, "");
	PROGRAM(s.interp = "/lib/ld-musl-armhf.so.1",
	    "elf-interp p: asks for the loader /lib/ld-musl-armhf.so.1; ");
	PROGRAM(s.needed = "libc.so.6", "elf-needed p: needs libc.so.6; ");
	PROGRAM((s.needed = "libc.so", s.needed2 = "libz.so.1"),
	    "elf-needed p: needs libc.so, libz.so.1; ");
	PROGRAM(s.runpath = "/opt/lib", "elf-runpath p: looks for libraries in /opt/lib; ");
	PROGRAM(s.textrel = true, "elf-textrel p: has text relocations; ");
	PROGRAM(s.stack = STACK_EXECUTABLE, "elf-exec-stack p: has an executable stack; ");
	PROGRAM(s.stack = STACK_ABSENT,
	    "elf-exec-stack p: does not say that its stack is not executable (no PT_GNU_STACK); ");
	PROGRAM(s.writable_code = true,
	    "elf-writable-code p: has a segment that is writable and executable; ");
	PROGRAM(s.tls_align = 64, "");
	PROGRAM((s.tls_align = 64, s.tls_skew = 128), "");
	PROGRAM(s.tls_align = 48,
	    "elf-tls p: wants its thread-locals at multiples of 48, which is no "
	    "power of two up to 4096; ");
	PROGRAM(s.tls_align = 8192,
	    "elf-tls p: wants its thread-locals at multiples of 8192, which is "
	    "no power of two up to 4096; ");
	PROGRAM((s.tls_align = 64, s.tls_skew = 8), "elf-tls p: has its thread-locals at 0xfc, "
						    "and in the file at 0xf4, which differ modulo "
						    "64; ");
	PROGRAM(s.relro = false, "elf-relro p: has no PT_GNU_RELRO; ");
	PROGRAM(s.now = false, "elf-relro p: is not linked with -z now; ");
	PROGRAM(s.type = 2, "elf-static-pie p: is bound to a fixed address (ET_EXEC); ");
	PROGRAM((s.pie = false, s.soname = "libz.so.1"),
	    "elf-shared p: is the shared library libz.so.1; ");
	PROGRAM(s.debug = true, "elf-debug p: has .debug_* sections; ");
	PROGRAM(s.build_id = false, "elf-build-id p: has no GNU build-id; ");
	PROGRAM(s.type = 4, "elf-damaged p: is neither a program nor an object file; ");
}

/* A program as Go's own linker makes it, or one that only says so of itself. */
static struct elf_spec
program_of_go(void)
{
	struct elf_spec s = elf_good_program();

	s.go = true;
	s.type = 2;
	s.flags = 0x05000002;
	s.dynamic = s.relro = s.now = s.pie = false;
	s.cpu_arch = s.vfp_args = 0;
	return s;
}

static void
what_gos_linker_makes_lacks_nothing_but_pie(void **state)
{
	static const char fixed[] = "elf-static-pie p: is bound to a fixed address (ET_EXEC); ";
	struct elf_spec s = program_of_go();

	(void)state;
	assert_string_equal(judge_as(&armv7, elf_make(&arena, &s), "p"), fixed);
	s.flags = 0x05000202;
	assert_string_equal(judge_as(&armv7, elf_make(&arena, &s), "p"),
	    "elf-float-abi p: has e_flags 0x5000202, which is not hard float; "
	    "elf-static-pie p: is bound to a fixed address (ET_EXEC); ");
	s = program_of_go();
	s.go = false;
	assert_string_equal(judge_as(&armv7, elf_make(&arena, &s), "p"),
	    "elf-float-abi p: has e_flags 0x5000002, which is not hard float; "
	    "elf-relro p: has no PT_GNU_RELRO; "
	    "elf-static-pie p: is bound to a fixed address (ET_EXEC); ");
	/* Where there is something to relocate, there is something to protect. */
	s = program_of_go();
	s.type = 3;
	assert_string_equal(
	    judge_as(&armv7, elf_make(&arena, &s), "p"), "elf-relro p: has no PT_GNU_RELRO; ");
	s = program_of_go();
	s.dynamic = true;
	assert_string_equal(judge_as(&armv7, elf_make(&arena, &s), "p"),
	    "elf-relro p: has no PT_GNU_RELRO; "
	    "elf-static-pie p: is bound to a fixed address (ET_EXEC); ");
}

static void
an_old_static_pie_without_its_flag_is_fine_unless_named_like_a_library(void **state)
{
	struct elf_spec s = elf_good_program();

	(void)state;
	s.pie = false;
	struct str bytes = elf_make(&arena, &s);
	assert_string_equal(judge_as(&armv7, bytes, "bin/usr/bin/x"), "");
	assert_string_equal(judge_as(&armv7, bytes, "data/usr/lib/x.so"),
	    "elf-shared data/usr/lib/x.so: is a shared library; ");
	assert_string_equal(judge_as(&armv7, bytes, "data/usr/lib/libx.so.1.2"),
	    "elf-shared data/usr/lib/libx.so.1.2: is a shared library; ");
}

static void
a_program_of_another_target_is_judged_by_that(void **state)
{
	struct elf_spec s = elf_good_program();

	(void)state;
	s.machine = 62;
	s.bits = 64;
	s.flags = 0;
	s.cpu_arch = s.vfp_args = 0;
	assert_string_equal(judge_as(&x86_64, elf_make(&arena, &s), "p"), "");
	s.dynamic = s.pie = s.now = false;
	s.type = 2;
	assert_string_equal(judge_as(&x86_64, elf_make(&arena, &s), "p"),
	    "elf-static-pie p: is bound to a fixed address (ET_EXEC); ");
}

/* As RISC-V has its float ABI there: 4 for the registers of a double. */
static void
e_flags_are_judged_by_the_bits_that_the_target_names(void **state)
{
	struct target riscv64 = { .name = STR("riscv64"),
		.elf_machine = 243,
		.elf_bits = 64,
		.flags_mask = 6,
		.flags = 4 };
	struct elf_spec program = elf_good_program(), object = elf_good_object();

	(void)state;
	program.machine = object.machine = 243;
	program.bits = object.bits = 64;
	program.flags = object.flags = 5;
	program.cpu_arch = program.vfp_args = object.cpu_arch = object.vfp_args = 0;
	assert_string_equal(judge_as(&riscv64, elf_make(&arena, &program), "p"), "");
	assert_string_equal(judge_as(&riscv64, elf_make(&arena, &object), "x.o"), "");
	program.flags = 1;
	object.flags = 3;
	assert_string_equal(judge_as(&riscv64, elf_make(&arena, &program), "p"),
	    "elf-flags p: has e_flags 0x1, riscv64 has 0x4 in the bits 0x6 of them; ");
	assert_string_equal(judge_as(&riscv64, elf_make(&arena, &object), "x.o"),
	    "elf-flags x.o: has e_flags 0x3, riscv64 has 0x4 in the bits 0x6 of them; ");
}

static void
each_rule_for_object_files_finds_its_fault(void **state)
{
	(void)state;
	/* Where its file is known, the line to look at is named. */
	const struct syntax_file file = { .path = STR("recipes/targets/armv7") };
	armv7.machine_at = (struct loc){ &file, 5, 14 };
	OBJECT(s.machine = 183, "archive-machine x.o: is for machine 183, armv7 is 40 "
				"(recipes/targets/armv7:5); ");
	armv7.machine_at = (struct loc){ 0 };
	OBJECT(s.machine = 183, "archive-machine x.o: is for machine 183, armv7 is 40; ");
	OBJECT(s.bits = 64, "archive-machine x.o: has 64 bits, armv7 has 32; ");
	OBJECT(s.is_big = true, "archive-machine x.o: is big endian; ");
	OBJECT(s.vfp_args = 1, "elf-float-abi x.o: has Tag_ABI_VFP_args 0, armv7 has hard float; ");
	OBJECT((s.vfp_args = 0, s.fp_model = 4),
	    "elf-float-abi x.o: has Tag_ABI_VFP_args 0, armv7 has hard float; ");
	OBJECT(s.vfp_args = 0, "");
	OBJECT(s.cpu_arch = 15,
	    "archive-level x.o: is for an architecture above v7 (Tag_CPU_arch 14); ");
	OBJECT(s.cpu_arch = 7, "");
	OBJECT(s.simd_arch = 2, "archive-level x.o: uses NEON (Tag_Advanced_SIMD_arch 1); ");
	OBJECT(s.fp_arch = 4,
	    "archive-level x.o: uses a floating point unit above the target's (Tag_FP_arch 3); ");
	OBJECT(s.fp_arch = 7,
	    "archive-level x.o: uses a floating point unit above the target's (Tag_FP_arch 6); ");
	OBJECT(s.fp_arch = 100,
	    "archive-level x.o: uses a floating point unit above the target's (Tag_FP_arch 99); ");
	OBJECT(s.fp_arch = 3, "");
	OBJECT(s.debug = true, "archive-debug x.o: has .debug_* sections; ");
	OBJECT(s.type = 3, "archive-not-an-object x.o: is ELF, but not relocatable; ");
}

static void
neon_is_fine_where_the_target_has_it(void **state)
{
	struct str neon[] = { STR("-mfpu=neon-vfpv4") };
	struct target with_neon = armv7, silent = armv7;
	struct elf_spec s = elf_good_object();

	(void)state;
	with_neon.arch_flag = neon;
	with_neon.narch_flag = 1;
	silent.narch_flag = 0;
	s.simd_arch = 3;
	s.fp_arch = 6;
	assert_string_equal(judge_as(&with_neon, elf_make(&arena, &s), "x.o"), "");
	assert_string_equal(judge_as(&silent, elf_make(&arena, &s), "x.o"), "");
	s.simd_arch = 4;
	assert_string_equal(judge_as(&with_neon, elf_make(&arena, &s), "x.o"),
	    "archive-level x.o: uses NEON (Tag_Advanced_SIMD_arch 3); ");
}

static void
each_member_of_an_archive_is_judged(void **state)
{
	struct elf_spec good = elf_good_object(), bad = good, linked = elf_good_program();
	bad.machine = 62;
	const struct ar_member member[] = {
		{ "good.o", elf_make(&arena, &good) },
		{ "bad.o", elf_make(&arena, &bad) },
		{ "a-name-of-more-than-fifteen-bytes.bc", STR("BC\xc0\xde....") },
		{ "README", STR("text") },
		{ "program", elf_make(&arena, &linked) },
		{ "half.o", STR("\177ELF\1\1\1") },
		{ "paths.o", STR("\0/build/x.c\0") },
	};

	(void)state;
	assert_string_equal(judge_as(&armv7, ar_make(&arena, member, 1), "l.a"), "");
	assert_string_equal(judge_as(&armv7, ar_make(&arena, member, COUNT_OF(member)), "l.a"),
	    "archive-machine l.a(bad.o): is for machine 62, armv7 is 40; "
	    "archive-bitcode l.a(a-name-of-more-than-fifteen-bytes.bc): is LLVM bitcode; "
	    "archive-not-an-object l.a(README): is no ELF file; "
	    "archive-not-an-object l.a(program): is ELF, but not relocatable; "
	    "archive-damaged l.a(half.o): the ELF header (52 bytes at 0) lies outside of the file "
	    "of "
	    "7 bytes; "
	    "archive-not-an-object l.a(paths.o): is no ELF file; "
	    "leak-build-path l.a(paths.o): holds /build/ at byte 1: \"/build/x.c\"; ");
}

static void
an_archive_has_to_be_one_and_to_hold_something(void **state)
{
	(void)state;
	assert_string_equal(judge_as(&armv7, ar_make(&arena, NULL, 0), "l.a"),
	    "archive-empty l.a: has no members; ");
	assert_string_equal(judge_as(&armv7, STR("!<thin>\n"), "l.a"),
	    "archive-damaged l.a: a thin archive only names files elsewhere; make it without ar's "
	    "T; ");
	assert_string_equal(judge_as(&armv7, STR("INPUT(-lz)\n"), "l.a"),
	    "archive-damaged l.a: this is no archive: it does not start with !<arch>; ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_for_programs_finds_its_fault),
		cmocka_unit_test(what_gos_linker_makes_lacks_nothing_but_pie),
		cmocka_unit_test(
		    an_old_static_pie_without_its_flag_is_fine_unless_named_like_a_library),
		cmocka_unit_test(a_program_of_another_target_is_judged_by_that),
		cmocka_unit_test(e_flags_are_judged_by_the_bits_that_the_target_names),
		cmocka_unit_test(each_rule_for_object_files_finds_its_fault),
		cmocka_unit_test(neon_is_fine_where_the_target_has_it),
		cmocka_unit_test(each_member_of_an_archive_is_judged),
		cmocka_unit_test(an_archive_has_to_be_one_and_to_hold_something),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
