/* For each rule of the judge an object that fails it, and nothing else. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "object_fixture.h"
#include "symbol_fixture.h"

/* A build-id as elf_fixture.h writes it. */
#define LINK "map/3132333435363738.link"

typedef void spoil(struct fixture *x);

static void
put_program(struct fixture *x, struct elf_spec spec)
{
	put(x, "bin/usr/bin/bad", elf_make(&arena, &spec));
}

static void
put_object(struct fixture *x, struct elf_spec spec)
{
	const struct ar_member member[] = { { "bad.o", elf_make(&arena, &spec) } };

	put(x, "dev/usr/lib/libbad.a", ar_make(&arena, member, 1));
}

#define PROGRAM(rule, change)                                                                      \
	static void spoil_##rule(struct fixture *x)                                                \
	{                                                                                          \
		struct elf_spec s = elf_good_program();                                            \
		change;                                                                            \
		put_program(x, s);                                                                 \
	}

#define OBJECT(rule, change)                                                                       \
	static void spoil_##rule(struct fixture *x)                                                \
	{                                                                                          \
		struct elf_spec s = elf_good_object();                                             \
		change;                                                                            \
		put_object(x, s);                                                                  \
	}

#define TEXT(rule, path, text)                                                                     \
	static void spoil_##rule(struct fixture *x)                                                \
	{                                                                                          \
		put(x, path, STR(text));                                                           \
	}

TEXT(elf_damaged, "bin/usr/bin/bad", "\177ELF")
PROGRAM(elf_machine, s.machine = 8)
PROGRAM(elf_class, s.bits = 64)
PROGRAM(elf_float_abi, s.flags = 0x05000200)
PROGRAM(elf_flags, s.flags |= 1)
PROGRAM(elf_interp, s.interp = "/lib/ld-musl-armhf.so.1")
PROGRAM(elf_needed, s.needed = "libc.so")
PROGRAM(elf_runpath, s.runpath = "/usr/lib")
PROGRAM(elf_textrel, s.textrel = true)
PROGRAM(elf_exec_stack, s.stack = STACK_EXECUTABLE)
PROGRAM(elf_writable_code, s.writable_code = true)
PROGRAM(elf_tls, s.tls_align = 3)
PROGRAM(elf_relro, s.relro = false)
PROGRAM(elf_static_pie, s.type = 2)
PROGRAM(elf_shared, s.soname = "libbad.so.1"; s.pie = false; s.now = true)
PROGRAM(elf_debug, s.debug = true)
PROGRAM(elf_build_id, s.build_id = false)
TEXT(archive_damaged, "dev/usr/lib/libbad.a", "!<thin>\n")
OBJECT(archive_machine, s.machine = 8)
OBJECT(archive_level, s.cpu_arch = 15)
TEXT(archive_bitcode, "dev/usr/lib/bad.o", "BC\xc0\xde")
TEXT(archive_empty, "dev/usr/lib/libbad.a", "!<arch>\n")
OBJECT(archive_debug, s.debug = true)
TEXT(archive_not_an_object, "dev/usr/lib/bad.o", "text")
TEXT(leak_path, "data/usr/share/bad", "/srv/secret/kiln")
TEXT(leak_build_path, "data/usr/share/bad", "/build/bad.c")
TEXT(pc_relocatable, "dev/usr/lib/pkgconfig/bad.pc", "Libs: -L/usr/lib -lbad\n")
TEXT(cmake_relocatable, "dev/usr/lib/cmake/bad.cmake", "set(I \"/usr/include\")\n")
TEXT(config_script_relocatable, "dev/usr/bin/bad-config", "#!/bin/sh\necho -L/usr/lib\n")
TEXT(libtool_archive, "dev/usr/lib/libbad.la", "# libtool\n")
TEXT(shebang, "bin/usr/bin/bad", "#!/usr/bin/perl\n")
TEXT(path_outside_prefix, "data/home/bad", "text")
TEXT(link_record, LINK, "torn")

static void
spoil_link_duplicate(struct fixture *x)
{
	const struct indexed_member one[] = { { "a.o", "f", object_make(&arena, 32, "Tf", "1") } };
	const struct indexed_member two[] = { { "b.o", "f", object_make(&arena, 32, "Tf", "2") } };

	put_below(x->place, "build/liba.a", indexed_make(&arena, false, one, 1));
	put_below(x->place, "sysroot/libb.a", indexed_make(&arena, false, two, 1));
	put(x, LINK,
	    STR("kiln-link 1\nfolder /build\ninput /build/liba.a\ninput /sysroot/libb.a\n"
		"took /build/liba.a(a.o)\tf\t/build/main.o\n"));
}

static void
take_away(struct fixture *x, const char *path)
{
	struct err e = { 0 };

	assert_int_equal(fs_remove(x->dir, path, &e), 0);
}

static void
spoil_licence_missing(struct fixture *x)
{
	take_away(x, "licence");
}

static void
spoil_set_id(struct fixture *x)
{
	assert_int_equal(fchmodat(x->dir, "bin/usr/bin/z", 04755, 0), 0);
}

static void
spoil_world_writable(struct fixture *x)
{
	assert_int_equal(fchmodat(x->dir, "bin/usr/bin/z", 0757, 0), 0);
}

static void
spoil_special_file(struct fixture *x)
{
	assert_int_equal(mkfifoat(x->dir, "bin/usr/bin/bad", 0644), 0);
}

static void
spoil_broken_link(struct fixture *x)
{
	put_link(x, "bin/usr/bin/bad", "nothing");
}

static void
spoil_empty_object(struct fixture *x)
{
	take_away(x, "bin");
	take_away(x, "dev");
}

static void
waive(struct fixture *x, const char *rule)
{
	static struct waiver waiver;

	waiver = (struct waiver){ str_of(rule), STR("no reason"), STR("") };
	x->package.waiver = &waiver;
	x->package.nwaiver = 1;
}

static void
spoil_waiver_unused(struct fixture *x)
{
	waive(x, "elf-needed");
}

static void
spoil_waiver_unknown(struct fixture *x)
{
	waive(x, "elf-neded");
}

static spoil *const spoiler[RULE_COUNT] = {
	[RULE_ELF_DAMAGED] = spoil_elf_damaged,
	[RULE_ELF_MACHINE] = spoil_elf_machine,
	[RULE_ELF_CLASS] = spoil_elf_class,
	[RULE_ELF_FLOAT_ABI] = spoil_elf_float_abi,
	[RULE_ELF_FLAGS] = spoil_elf_flags,
	[RULE_ELF_INTERP] = spoil_elf_interp,
	[RULE_ELF_NEEDED] = spoil_elf_needed,
	[RULE_ELF_RUNPATH] = spoil_elf_runpath,
	[RULE_ELF_TEXTREL] = spoil_elf_textrel,
	[RULE_ELF_EXEC_STACK] = spoil_elf_exec_stack,
	[RULE_ELF_WRITABLE_CODE] = spoil_elf_writable_code,
	[RULE_ELF_TLS] = spoil_elf_tls,
	[RULE_ELF_RELRO] = spoil_elf_relro,
	[RULE_ELF_STATIC_PIE] = spoil_elf_static_pie,
	[RULE_ELF_SHARED] = spoil_elf_shared,
	[RULE_ELF_DEBUG] = spoil_elf_debug,
	[RULE_ELF_BUILD_ID] = spoil_elf_build_id,
	[RULE_ARCHIVE_DAMAGED] = spoil_archive_damaged,
	[RULE_ARCHIVE_MACHINE] = spoil_archive_machine,
	[RULE_ARCHIVE_LEVEL] = spoil_archive_level,
	[RULE_ARCHIVE_BITCODE] = spoil_archive_bitcode,
	[RULE_ARCHIVE_EMPTY] = spoil_archive_empty,
	[RULE_ARCHIVE_DEBUG] = spoil_archive_debug,
	[RULE_ARCHIVE_NOT_AN_OBJECT] = spoil_archive_not_an_object,
	[RULE_LINK_DUPLICATE] = spoil_link_duplicate,
	[RULE_LINK_RECORD] = spoil_link_record,
	[RULE_LEAK_PATH] = spoil_leak_path,
	[RULE_LEAK_BUILD_PATH] = spoil_leak_build_path,
	[RULE_PC_RELOCATABLE] = spoil_pc_relocatable,
	[RULE_CMAKE_RELOCATABLE] = spoil_cmake_relocatable,
	[RULE_CONFIG_SCRIPT_RELOCATABLE] = spoil_config_script_relocatable,
	[RULE_LIBTOOL_ARCHIVE] = spoil_libtool_archive,
	[RULE_SHEBANG] = spoil_shebang,
	[RULE_LICENCE_MISSING] = spoil_licence_missing,
	[RULE_SET_ID] = spoil_set_id,
	[RULE_WORLD_WRITABLE] = spoil_world_writable,
	[RULE_SPECIAL_FILE] = spoil_special_file,
	[RULE_PATH_OUTSIDE_PREFIX] = spoil_path_outside_prefix,
	[RULE_BROKEN_LINK] = spoil_broken_link,
	[RULE_EMPTY_OBJECT] = spoil_empty_object,
	[RULE_WAIVER_UNUSED] = spoil_waiver_unused,
	[RULE_WAIVER_UNKNOWN] = spoil_waiver_unknown,
};

/* A rule that is added without a row above fails here. */
static void
each_rule_is_failed_by_its_object_and_by_no_other_fault(void **state)
{
	(void)state;
	for (int i = 0; i < RULE_COUNT; i++) {
		void *x = NULL;
		if (spoiler[i] == NULL)
			fail_msg("no object fails the rule %s", rule_row(i)->id);
		assert_int_equal(set_up(&x), 0);
		assert_string_equal(judged(x), "");
		spoiler[i](x);
		const char *text = judged(x);
		if (nlast == 0)
			fail_msg("%s found nothing", rule_row(i)->id);
		for (int k = 0; k < nlast; k++)
			if (last[k].rule != rule_row(i))
				fail_msg("%s: the judge says %s", rule_row(i)->id, text);
		assert_int_equal(inspect_faults(last, nlast), nlast);
		assert_int_equal(tear_down(&x), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_is_failed_by_its_object_and_by_no_other_fault),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
