/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "make/inspect_archive.h"
#include "make/inspect_elf.h"
#include "sys/fs.h"
#include "sys/proc.h"

/* What the compiler and linker in use really write, judged. */

static const char clang[] = "/usr/bin/clang-19", ar[] = "/usr/bin/llvm-ar-19";

enum { ARG_MAX_COUNT = 40 };

static struct arena arena;
static char folder[] = "/tmp/kiln-real-XXXXXX";
static int dir = -1;

static struct str arch[] = { { "-march=armv7-a", 14 }, { "-mfpu=vfpv3-d16", 15 } };

static const struct target armv7 = {
	.name = { "armv7", 5 },
	.elf_machine = 40,
	.elf_bits = 32,
	.float_abi = { "hard", 4 },
	.arch_level = { "v7", 2 },
	.arch_flag = arch,
	.narch_flag = COUNT_OF(arch),
};

#define OBJECT  "-c", "-o", "x.o", "x.c"
#define PROGRAM "-nostdlib", "--ld-path=/usr/bin/ld.lld-19", "-o", "x", "x.c"
#define GOOD    "-static-pie", "-Wl,-z,relro,-z,now,--build-id=sha1"

static int
set_up(void **state)
{
	static const char text[] =
	    "double half(double d) { return d / 2; }\n"
	    "int table[4]; int *const where = &table[1];\n"
	    "#ifdef TEXTREL\n"
	    "__asm__(\".section .rodata\\n.word table\\n.text\\n\");\n"
	    "#endif\n"
	    "#ifdef TLS\n"
	    "_Thread_local int each __attribute__((used, aligned(TLS))) = 1;\n"
	    "#endif\n"
	    "void _start(void) { table[0] = (int)half(*where); }\n";
	struct err e = { 0 };

	(void)state;
	if (mkdtemp(folder) == NULL || (dir = fs_open_dir(AT_FDCWD, folder, &e)) == -1 ||
	    fs_write(dir, "x.c", str_of(text), 0644, &e) == -1)
		return -1;
	return fchdir(dir);
}

static int
tear_down(void **state)
{
	struct err e = { 0 };

	(void)state;
	close(dir);
	return chdir("/") == -1 ? -1 : fs_remove(AT_FDCWD, folder, &e);
}

static void
run(const char *const *argv)
{
	struct proc p = { .argv = argv, .in = -1, .out = 2, .err = 2, .keep = -1 };
	pid_t pid;
	int status;
	struct err e = { 0 };

	if (proc_start(&p, &pid, &e) == -1 || proc_wait(pid, &status, &e) == -1)
		fail_msg("%s", e.text);
	assert_int_equal(status, 0);
}

/* Compile with these arguments behind the target's own. */
static void
compile(const char *const *extra)
{
	const char *argv[ARG_MAX_COUNT] = { clang, "--target=armv7-linux-musleabihf",
		"-march=armv7-a", "-mfpu=vfpv3-d16", "-mfloat-abi=hard", "-fPIC", "-O1",
		"-fno-asynchronous-unwind-tables" };
	int n = 8;

	for (int i = 0; extra[i] != NULL; i++) {
		assert_true(n + 1 < ARG_MAX_COUNT);
		argv[n++] = extra[i];
	}
	run(argv);
}

/* "rule rule" of what is found in a file. */
static char *
rules_of(const char *path)
{
	struct package p = { .target = &armv7 };
	struct findings f = { .a = &arena, .package = &p };
	struct leaks leaks = leak_prepare(&arena, NULL, 0);
	struct buf out = { .a = &arena };
	struct place at = { .path = str_of(path) };
	struct str bytes;
	struct err e = { 0 };

	if (fs_read(&arena, dir, path, 1 << 24, &bytes, &e) == -1)
		fail_msg("%s", e.text);
	if (str_ends(at.path, STR(".a")))
		inspect_archive(&f, &arena, at.path, bytes, &leaks);
	else if (str_ends(at.path, STR(".o")))
		inspect_object(&f, &arena, at, bytes);
	else
		inspect_program(&f, &arena, at, bytes);
	buf_add_z(&out, "");
	for (int i = 0; i < f.n; i++)
		buf_printf(&out, "%s%s", i == 0 ? "" : " ", f.v[i].rule->id);
	return out.p;
}

struct row {
	const char *want;
	const char *arg[16];
};

static void
try_rows(const struct row *row, size_t n, const char *path)
{
	if (access(clang, X_OK) == -1) {
		print_message("# skipped: %s is not installed\n", clang);
		skip();
	}
	for (size_t i = 0; i < n; i++) {
		compile(row[i].arg);
		char *got = rules_of(path);
		if (strcmp(got, row[i].want) != 0)
			fail_msg("row %zu: wanted '%s', got '%s'", i, row[i].want, got);
	}
}

static void
programs_as_the_linker_writes_them_are_judged(void **state)
{
	static const struct row row[] = {
		{ "", { GOOD, PROGRAM, NULL } },
		{ "elf-debug", { "-g", GOOD, PROGRAM, NULL } },
		{ "elf-build-id", { GOOD, "-Wl,--build-id=none", PROGRAM, NULL } },
		{ "elf-exec-stack", { GOOD, "-Wl,-z,execstack", PROGRAM, NULL } },
		{ "elf-relro", { GOOD, "-Wl,-z,norelro", PROGRAM, NULL } },
		{ "elf-relro", { GOOD, "-Wl,-z,lazy", PROGRAM, NULL } },
		{ "elf-runpath", { GOOD, "-Wl,-rpath,/opt/lib", PROGRAM, NULL } },
		{ "elf-interp", { "-pie", "-Wl,-z,now,--build-id,--dynamic-linker=/lib/ld.so",
				    PROGRAM, NULL } },
		{ "elf-static-pie", { "-static", "-Wl,--build-id", PROGRAM, NULL } },
		{ "elf-shared",
		    { "-shared", "-Wl,-z,now,--build-id,-soname=libx.so.1", PROGRAM, NULL } },
		{ "", { "-DTLS=64", GOOD, PROGRAM, NULL } },
		{ "elf-tls", { "-DTLS=65536", GOOD, PROGRAM, NULL } },
		{ "elf-textrel", { "-DTEXTREL", GOOD, "-Wl,-z,notext", PROGRAM, NULL } },
	};

	(void)state;
	try_rows(row, COUNT_OF(row), "x");
}

static void
objects_as_the_compiler_writes_them_are_judged(void **state)
{
	static const struct row row[] = {
		{ "", { OBJECT, NULL } },
		{ "archive-debug", { "-g", OBJECT, NULL } },
		{ "archive-level", { "-mfpu=neon", OBJECT, NULL } },
		{ "archive-level", { "-mfpu=vfpv3", OBJECT, NULL } },
		{ "archive-level", { "-march=armv8-a", OBJECT, NULL } },
		{ "", { "-mfpu=vfpv2", "-march=armv6k", OBJECT, NULL } },
		{ "elf-float-abi", { "-mfloat-abi=softfp", OBJECT, NULL } },
		{ "archive-bitcode", { "-flto", OBJECT, NULL } },
	};

	(void)state;
	try_rows(row, COUNT_OF(row), "x.o");
}

static void
an_archive_as_ar_writes_it_is_judged(void **state)
{
	static const char *const object[] = { OBJECT, NULL };

	(void)state;
	if (access(clang, X_OK) == -1 || access(ar, X_OK) == -1) {
		print_message("# skipped: %s or %s is not installed\n", clang, ar);
		skip();
	}
	compile(object);
	run((const char *const[]){ "/bin/cp", "x.o", "a-name-of-more-than-fifteen-bytes.o", NULL });
	run((const char *const[]){
	    ar, "rcD", "x.a", "x.o", "a-name-of-more-than-fifteen-bytes.o", NULL });
	assert_string_equal(rules_of("x.a"), "");
	run((const char *const[]){ ar, "rcT", "thin.a", "x.o", NULL });
	assert_string_equal(rules_of("thin.a"), "archive-damaged");
	run((const char *const[]){ ar, "--format=bsd", "rcD", "bsd.a", "x.o",
	    "a-name-of-more-than-fifteen-bytes.o", NULL });
	assert_string_equal(rules_of("bsd.a"), "");
	run((const char *const[]){ ar, "rcD", "empty.a", NULL });
	assert_string_equal(rules_of("empty.a"), "archive-empty");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_as_the_linker_writes_them_are_judged),
		cmocka_unit_test(objects_as_the_compiler_writes_them_are_judged),
		cmocka_unit_test(an_archive_as_ar_writes_it_is_judged),
	};
	int result = cmocka_run_group_tests(tests, set_up, tear_down);

	arena_free(&arena);
	return result;
}
