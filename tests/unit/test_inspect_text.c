/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make/inspect_text.h"
#include "make/leak.h"

static struct arena arena;

static const struct package package;

/* One text, and the detail of the one finding wanted; "" for none. */
struct row {
	const char *text, *want;
};

static void
judge_row(const char *path, const char *rule, const struct row *row, size_t i)
{
	struct findings f = { .a = &arena, .package = &package };

	inspect_text(&f, str_of(path), str_of(row->text));
	if (row->want[0] == '\0' && f.n != 0)
		fail_msg("row %zu: unwanted \"" STR_FMT "\"", i, STR_ARG(f.v[0].detail));
	if (row->want[0] == '\0')
		return;
	assert_int_equal(f.n, 1);
	assert_string_equal(f.v[0].rule->id, rule);
	assert_string_equal(str_z(&arena, f.v[0].detail), row->want);
}

static void
a_pc_file_may_set_prefix_and_nothing_else(void **state)
{
	static const struct row row[] = {
		{ "prefix=/usr\nlibdir=${prefix}/lib\nLibs: -L${libdir} -lz\n", "" },
		{ "prefix = /usr\nprefix=${pcfiledir}/../..\n", "" },
		{ "sysconfdir=/etc\nstatedir=/var/lib/foo\n", "" },
		{ "URL: https://example.org/usr/lib\nDescription: reads /usr/share\n", "" },
		{ "prefix=/usr/local\n", "line 1: prefix=/usr/local" },
		{ "prefix=/usr\nlibdir=/usr/lib\n", "line 2: libdir=/usr/lib" },
		{ "libdir=/usr/lib\nincludedir=/usr/include\n",
		    "line 1 and 1 more: libdir=/usr/lib" },
		{ "x=/usrlocal\n", "" },
		{ "Libs: /usr/lib/libz.a\n", "line 1: Libs: /usr/lib/libz.a" },
		{ "Libs.private: -lm /opt/x.a\n", "line 1: Libs.private: -lm /opt/x.a" },
		{ "Cflags: -I/usr/include/x\n", "line 1: Cflags: -I/usr/include/x" },
		{ "Libs: -L/sysroot/usr/lib -lz\n", "line 1: Libs: -L/sysroot/usr/lib -lz" },
		{ "libdir=/build/lib\n", "line 1: libdir=/build/lib" },
		{ "Libs: -L${libdir} \"/out/usr/x.a\"\n",
		    "line 1: Libs: -L${libdir} \"/out/usr/x.a\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		judge_row("dev/usr/lib/pkgconfig/z.pc", "pc-relocatable", &row[i], i);
}

static void
a_cmake_file_may_compare_its_place_with_where_it_was_installed(void **state)
{
	static const struct row row[] = {
		{ "set(_IMPORT_PREFIX \"/usr\")\n", "" },
		{ "get_filename_component(_realOrig \"/usr/lib/cmake/z\" REALPATH)\n", "" },
		{ "if(_realCurr STREQUAL _realOrig)\n  set(_IMPORT_PREFIX "
		  "\"/usr/lib/cmake/z\")\nendif()\n",
		    "" },
		{ "if(_realCurr STREQUAL _realOrig)\n  set(L \"/usr/lib\")\n",
		    "line 2: set(L \"/usr/lib\")" },
		{ "if(1)\nset(_IMPORT_PREFIX \"/usr/lib/cmake/z\")\n",
		    "line 2: set(_IMPORT_PREFIX \"/usr/lib/cmake/z\")" },
		{ "  # looks in /usr/include\n", "" },
		{ "  IMPORTED_LOCATION \"${_IMPORT_PREFIX}/lib/libz.a\"\n", "" },
		{ "  INTERFACE_INCLUDE_DIRECTORIES \"/usr/include\"\n",
		    "line 1: INTERFACE_INCLUDE_DIRECTORIES \"/usr/include\"" },
		{ "\n set(L \"a;/usr/lib/libz.a\")\n", "line 2: set(L \"a;/usr/lib/libz.a\")" },
		{ "set(L \"/sysroot/usr/lib/libz.a\")\n",
		    "line 1: set(L \"/sysroot/usr/lib/libz.a\")" },
		{ "f(\"/build/x\" REALPATH)\n", "line 1: f(\"/build/x\" REALPATH)" },
		{ "set(U \"http://x/usr/lib\")\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		judge_row("dev/usr/lib/cmake/z/z-config.cmake", "cmake-relocatable", &row[i], i);
}

static void
a_config_script_may_set_prefix(void **state)
{
	static const struct row row[] = {
		{ "#!/bin/sh\nprefix=/usr\nlibdir=${prefix}/lib\necho -L${libdir}\n", "" },
		{ "#!/bin/sh\n# in /usr/lib\nif test \"X${l}\" != X/usr/lib; then :; fi\n", "" },
		{ "no script: -L/usr/lib\n", "" },
		{ "#!/bin/sh\necho -L/usr/lib -lz\n", "line 2: echo -L/usr/lib -lz" },
		{ "#!/bin/sh\nincludedir='/usr/include'\n", "line 2: includedir='/usr/include'" },
		{ "#!/bin/sh\nCC=\"cc --sysroot=/sysroot\"\n",
		    "line 2: CC=\"cc --sysroot=/sysroot\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		judge_row("dev/usr/bin/z-config", "config-script-relocatable", &row[i], i);
}

static void
other_files_have_no_rule_of_their_own(void **state)
{
	struct findings f = { .a = &arena, .package = &package };

	(void)state;
	inspect_text(&f, STR("data/etc/z.conf"), STR("#!/bin/sh\nlibdir=/usr/lib\n"));
	assert_int_equal(f.n, 0);
	assert_false(inspect_text_has_rule(STR("data/etc/z.conf"), STR("#!")));
	assert_true(inspect_text_has_rule(STR("dev/z.pc"), STR("")));
}

static void
the_interpreter_of_a_script_is_found(void **state)
{
	static const struct row row[] = {
		{ "#!/bin/sh\n", "/bin/sh" },
		{ "#! /bin/sh -e\n", "/bin/sh" },
		{ "#!/bin/sh", "/bin/sh" },
		{ "#!/usr/bin/env bash\n", "bash" },
		{ "#!/usr/bin/env -S perl -w\n", "perl" },
		{ "#!/usr/bin/perl\r\n", "/usr/bin/perl" },
		{ "echo", "" },
		{ "#!\n", "" },
		{ "#", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		assert_string_equal(
		    str_z(&arena, inspect_text_interpreter(str_of(row[i].text))), row[i].want);
}

static void
search(const struct str *text, int n, struct str bytes, const char *want)
{
	struct findings f = { .a = &arena, .package = &package };
	struct leaks leaks = leak_prepare(&arena, text, n);
	struct buf out = { .a = &arena };

	leak_search(&leaks, &f, (struct place){ .path = STR("x") }, bytes, true);
	buf_add_z(&out, "");
	for (int i = 0; i < f.n; i++)
		buf_printf(&out, "%s: " STR_FMT "; ", f.v[i].rule->id, STR_ARG(f.v[i].detail));
	assert_string_equal(out.p, want);
}

static void
a_leak_is_shown_with_its_place_and_surroundings(void **state)
{
	const struct str text[] = { STR("/home/jo/kiln/"), STR("buildbox"), STR("/tree"),
		STR("host"), STR("") };
	const int n = COUNT_OF(text);

	(void)state;
	search(text, n, STR("\1\0/home/jo/kiln/out/x.c\0"),
	    "leak-path: holds /home/jo/kiln at byte 2: \"/home/jo/kiln/out/x.c\"; ");
	search(text, n, STR("root@buildbox"),
	    "leak-path: holds buildbox at byte 5: \"root@buildbox\"; ");
	search(text, n, STR("buildbox /home/jo/kiln"),
	    "leak-path: holds /home/jo/kiln at byte 9: \"buildbox /home/jo/kiln\"; "
	    "leak-path: holds buildbox at byte 0: \"buildbox /home/jo/kiln\"; ");
	/* Only whole names: parts of other words say nothing. */
	search(text, n, STR("/home/jo/kilns rebuildbox buildboxes build_buildbox"), "");
	/* A path of one part and a name below six letters say nothing. */
	search(text, n, STR("/tree /tree/x host"), "");
	search(text, n, STR("/home/jo/kiln /home/jo/kiln"),
	    "leak-path: holds /home/jo/kiln at byte 0: \"/home/jo/kiln /home/jo/kiln\"; ");
}

static void
the_folders_of_the_sandbox_are_leaks(void **state)
{
	(void)state;
	search(NULL, 0, STR("\0/build/a.c\0"),
	    "leak-build-path: holds /build/ at byte 1: \"/build/a.c\"; ");
	search(NULL, 0, STR("cc -I/build/inc"),
	    "leak-build-path: holds /build/ at byte 5: \"cc -I/build/inc\"; ");
	search(NULL, 0, STR("=/out/usr\n"),
	    "leak-build-path: holds /out/usr at byte 1: \"=/out/usr\"; ");
	search(NULL, 0, STR("--sysroot=/sysroot -O2"),
	    "leak-build-path: holds /sysroot at byte 10: \"--sysroot=/sysroot -O2\"; ");
	search(
	    NULL, 0, STR("/sysroot"), "leak-build-path: holds /sysroot at byte 0: \"/sysroot\"; ");
	search(
	    NULL, 0, STR("src/build/a.c http://x.org/build/ ./build/x ${d}/build/ /rebuild/"), "");
	search(NULL, 0, STR("/sysroots /out/usrlocal /build /outer"), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pc_file_may_set_prefix_and_nothing_else),
		cmocka_unit_test(a_cmake_file_may_compare_its_place_with_where_it_was_installed),
		cmocka_unit_test(a_config_script_may_set_prefix),
		cmocka_unit_test(other_files_have_no_rule_of_their_own),
		cmocka_unit_test(the_interpreter_of_a_script_is_found),
		cmocka_unit_test(a_leak_is_shown_with_its_place_and_surroundings),
		cmocka_unit_test(the_folders_of_the_sandbox_are_leaks),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
