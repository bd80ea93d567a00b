/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "object_fixture.h"

static void
a_good_object_has_no_finding(void **state)
{
	assert_string_equal(judged(*state), "");
	assert_int_equal(inspect_faults(last, nlast), 0);
}

static void
files_are_told_apart_by_what_is_in_them(void **state)
{
	struct fixture *x = *state;
	struct elf_spec program = elf_good_program(), object = elf_good_object();

	program.needed = "libc.so.6";
	object.machine = 62;
	put(x, "data/usr/share/z/helper", elf_make(&arena, &program));
	put(x, "dev/usr/lib/crti.o", elf_make(&arena, &object));
	put(x, "dev/usr/lib/crtn.o", STR("text"));
	put(x, "dev/usr/lib/libempty.a", STR("!<arch>\n"));
	put(x, "dev/usr/lib/libscript.a", STR("GROUP(-lz)"));
	put(x, "dev/usr/lib/libz.la", STR("# libtool\n"));
	put(x, "dev/usr/lib/cut.o", STR("\177ELF"));
	put(x, "data/usr/share/z/cut", STR("\177ELF"));
	put(x, "doc/usr/share/doc/z/sample.a", STR("not looked into"));
	assert_string_equal(judged(x),
	    "elf-damaged data/usr/share/z/cut: the file ends within its ELF header\n"
	    "elf-needed data/usr/share/z/helper: needs libc.so.6\n"
	    "archive-machine dev/usr/lib/crti.o: is for machine 62, armv7 is 40\n"
	    "archive-not-an-object dev/usr/lib/crtn.o: is no ELF file\n"
	    "archive-damaged dev/usr/lib/cut.o: the file ends within its ELF header\n"
	    "archive-empty dev/usr/lib/libempty.a: has no members\n"
	    "archive-damaged dev/usr/lib/libscript.a: this is no archive: it does not start with "
	    "!<arch>\n"
	    "libtool-archive dev/usr/lib/libz.la: is a libtool archive\n");
}

static void
leaks_are_found_in_every_class(void **state)
{
	struct fixture *x = *state;
	const struct ar_member member[] = { { "z.o", STR("..buildbox..") } };

	put(x, "data/usr/share/z/conf", STR("a /srv/secret/kiln/x and /build/y"));
	put(x, "debug/usr/lib/debug/x.debug", STR("/srv/secret/kiln /build/z.c"));
	put(x, "doc/usr/share/doc/z/README", STR("/srv/secret/kiln /build/z.c"));
	put(x, "map/x.map", STR("/build/z.o buildbox"));
	put(x, "licence/usr/share/licenses/z/COPYING", STR("buildbox"));
	put(x, "dev/usr/lib/libz.a", ar_make(&arena, member, 1));
	assert_string_equal(judged(x),
	    "leak-path data/usr/share/z/conf: holds /srv/secret/kiln at byte 2: \"a "
	    "/srv/secret/kiln/x "
	    "and /build/y\"\n"
	    "leak-build-path data/usr/share/z/conf: holds /build/ at byte 25: \"v/secret/kiln/x "
	    "and "
	    "/build/y\"\n"
	    "leak-path debug/usr/lib/debug/x.debug: holds /srv/secret/kiln at byte 0: "
	    "\"/srv/secret/kiln /build/z.c\"\n"
	    "archive-not-an-object dev/usr/lib/libz.a(z.o): is no ELF file\n"
	    "leak-path dev/usr/lib/libz.a(z.o): holds buildbox at byte 2: \"..buildbox..\"\n"
	    "leak-path doc/usr/share/doc/z/README: holds /srv/secret/kiln at byte 0: "
	    "\"/srv/secret/kiln /build/z.c\"\n"
	    "leak-path licence/usr/share/licenses/z/COPYING: holds buildbox at byte 0: "
	    "\"buildbox\"\n"
	    "leak-path map/x.map: holds buildbox at byte 11: \"/build/z.o buildbox\"\n");
}

static void
text_files_are_judged_by_their_own_rule(void **state)
{
	struct fixture *x = *state;

	put(x, "dev/usr/lib/pkgconfig/z.pc", STR("prefix=/usr\nlibdir=/sysroot/usr/lib\n"));
	put(x, "dev/usr/lib/cmake/z/z.cmake", STR("set(I \"/usr/include\")\n"));
	put(x, "dev/usr/bin/z-config", STR("#!/bin/sh\necho -L/usr/lib\n"));
	assert_string_equal(judged(x),
	    "config-script-relocatable dev/usr/bin/z-config: line 2: echo -L/usr/lib\n"
	    "cmake-relocatable dev/usr/lib/cmake/z/z.cmake: line 1: set(I \"/usr/include\")\n"
	    "pc-relocatable dev/usr/lib/pkgconfig/z.pc: line 2: libdir=/sysroot/usr/lib\n");
}

static void
a_script_needs_an_interpreter_that_is_there(void **state)
{
	struct fixture *x = *state;

	put(x, "bin/usr/bin/a", STR("#!/usr/bin/perl -w\n"));
	put(x, "bin/usr/bin/b", STR("#!/usr/bin/env python3\n"));
	put(x, "bin/usr/bin/c", STR("#!/usr/bin/env bash\n"));
	put(x, "bin/usr/bin/d", STR("#!/bin/bash\n"));
	put(x, "bin/usr/bin/e", STR("#!/usr/bin/z -f\n"));
	put(x, "data/usr/share/z/f", STR("#!/usr/bin/perl\n"));
	assert_string_equal(judged(x),
	    "shebang bin/usr/bin/a: needs the interpreter /usr/bin/perl\n"
	    "shebang bin/usr/bin/b: needs the interpreter python3\n");
}

static void
modes_that_give_rights_away_are_found(void **state)
{
	struct fixture *x = *state;

	put(x, "data/var/spool/z/x", STR(""));
	assert_int_equal(fchmodat(x->dir, "data/var/spool/z", 01777, 0), 0);
	assert_int_equal(fchmodat(x->dir, "bin/usr/bin/z", 04755, 0), 0);
	assert_int_equal(fchmodat(x->dir, "bin/usr/bin/zgrep", 02766, 0), 0);
	assert_string_equal(judged(x), "set-id bin/usr/bin/z: has mode 4755\n"
				       "set-id bin/usr/bin/zgrep: has mode 2766\n"
				       "world-writable bin/usr/bin/zgrep: has mode 2766\n"
				       "world-writable data/var/spool/z: has mode 1777\n");
}

static void
only_files_folders_and_links_may_be_installed(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(mkfifoat(x->dir, "bin/usr/bin/pipe", 0644), 0);
	assert_string_equal(
	    judged(x), "special-file bin/usr/bin/pipe: is neither file, folder nor link\n");
}

static void
files_stand_below_the_usual_folders(void **state)
{
	struct fixture *x = *state;

	put(x, "data/etc/z.conf", STR(""));
	put(x, "data/opt/z/x", STR(""));
	put(x, "bin/sbin/z", STR(""));
	put(x, "data/home/jo/x", STR(""));
	put(x, "data/top", STR(""));
	put(x, "other/usr/bin/x", STR(""));
	assert_string_equal(judged(x),
	    "path-outside-prefix data/home/jo/x: is below /home\n"
	    "path-outside-prefix data/top: is below /top\n"
	    "path-outside-prefix other/usr/bin/x: is in no class of the object\n");
}

static void
links_stay_in_the_object(void **state)
{
	struct fixture *x = *state;

	put_link(x, "bin/usr/bin/good", "../lib/libz.a"); /* in another class */
	put_link(x, "bin/usr/bin/folder", "../lib");
	put_link(x, "bin/usr/bin/through", "folder/pkgconfig/../libz.a");
	put_link(x, "bin/usr/bin/dots", "./.././bin//z");
	put_link(x, "bin/usr/bin/absolute", "/usr/bin/z");
	put_link(x, "bin/usr/bin/out", "../../../z");
	put_link(x, "bin/usr/bin/missing", "nothing");
	put_link(x, "bin/usr/bin/self", "self");
	put_link(x, "bin/usr/bin/to-missing", "missing");
	assert_string_equal(judged(x),
	    "broken-link bin/usr/bin/absolute: leads to /usr/bin/z, which is absolute\n"
	    "broken-link bin/usr/bin/missing: leads to nothing, which is not in the object\n"
	    "broken-link bin/usr/bin/out: leads to ../../../z, which is not in the object\n"
	    "broken-link bin/usr/bin/self: leads to self, which is not in the object\n"
	    "broken-link bin/usr/bin/to-missing: leads to missing, which is not in the object\n");
}

static void
an_object_holds_files_and_a_licence(void **state)
{
	struct fixture *x = *state;
	struct err e = { 0 };

	assert_int_equal(fs_remove(x->dir, "bin", &e), 0);
	assert_int_equal(fs_remove(x->dir, "dev", &e), 0);
	assert_int_equal(fs_remove(x->dir, "licence/usr/share/licenses/z/COPYING", &e), 0);
	assert_string_equal(judged(x), "licence-missing licence: holds no file\n"
				       "empty-object object: holds no file\n");
}

static void
a_waiver_takes_one_rule_for_the_paths_it_names(void **state)
{
	struct fixture *x = *state;
	struct waiver waiver[] = {
		{ STR("elf-needed"), STR("loads plug-ins"), STR("usr/bin/a") },
		{ STR("shebang"), STR("perl is needed for running"), STR("bin/usr/bin/p*") },
		{ STR("archive-not-an-object"), STR("read by a tool"), STR("usr/lib/libz.a") },
		{ STR("archive-empty"), STR("all in libc.a"), STR("") },
		{ STR("licence-missing"), STR("there is none"), STR("") },
		{ STR("elf-interp"), STR("no such fault"), STR("usr/bin/a") },
		{ STR("elf-neded"), STR("a slip"), STR("") },
		{ STR("waiver-unused"), STR("not to be waived"), STR("") },
	};
	struct elf_spec program = elf_good_program();
	const struct ar_member member[] = { { "README", STR("x") } };

	program.needed = "libm.so";
	put(x, "bin/usr/bin/a", elf_make(&arena, &program));
	put(x, "bin/usr/bin/ab", elf_make(&arena, &program));
	put(x, "bin/usr/bin/p1", STR("#!/usr/bin/perl\n"));
	put(x, "bin/usr/bin/q1", STR("#!/usr/bin/perl\n"));
	put(x, "dev/usr/lib/libz.a", ar_make(&arena, member, 1));
	put(x, "dev/usr/lib/libm.a", STR("!<arch>\n"));
	x->package.waiver = waiver;
	x->package.nwaiver = COUNT_OF(waiver);
	assert_string_equal(judged(x),
	    "elf-needed bin/usr/bin/a: needs libm.so | loads plug-ins\n"
	    "elf-needed bin/usr/bin/ab: needs libm.so\n"
	    "shebang bin/usr/bin/p1: needs the interpreter /usr/bin/perl | perl is needed for "
	    "running\n"
	    "shebang bin/usr/bin/q1: needs the interpreter /usr/bin/perl\n"
	    "archive-empty dev/usr/lib/libm.a: has no members | all in libc.a\n"
	    "archive-not-an-object dev/usr/lib/libz.a(README): is no ELF file | read by a tool\n"
	    "waiver-unused recipe: waive elf-interp usr/bin/a: nothing to waive\n"
	    "waiver-unused recipe: waive licence-missing: nothing to waive\n"
	    "waiver-unused recipe: waive waiver-unused: nothing to waive\n"
	    "waiver-unknown recipe: waive elf-neded: no rule has this name\n");
	assert_int_equal(inspect_faults(last, nlast), 6);
}

static void
a_folder_that_is_not_there_is_an_error_of_the_machine(void **state)
{
	struct fixture *x = *state;
	const struct inspect_facts none = { 0 };
	struct finding *v;
	struct err e = { 0 };
	int n;

	assert_int_equal(inspect(&arena, &x->package, "/nonexistent/x", &none, &v, &n, &e), -1);
	assert_int_equal(e.kind, ERR_MACHINE);
	assert_non_null(strstr(e.text, "judge /nonexistent/x: "));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_OBJECT(a_good_object_has_no_finding),
		WITH_OBJECT(files_are_told_apart_by_what_is_in_them),
		WITH_OBJECT(leaks_are_found_in_every_class),
		WITH_OBJECT(text_files_are_judged_by_their_own_rule),
		WITH_OBJECT(a_script_needs_an_interpreter_that_is_there),
		WITH_OBJECT(modes_that_give_rights_away_are_found),
		WITH_OBJECT(only_files_folders_and_links_may_be_installed),
		WITH_OBJECT(files_stand_below_the_usual_folders),
		WITH_OBJECT(links_stay_in_the_object),
		WITH_OBJECT(an_object_holds_files_and_a_licence),
		WITH_OBJECT(a_waiver_takes_one_rule_for_the_paths_it_names),
		WITH_OBJECT(a_folder_that_is_not_there_is_an_error_of_the_machine),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
