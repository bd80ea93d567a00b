/* The command lines that are really run. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "driver/command.h"

#define BASE                                                                                       \
	"--no-default-config --start-no-unused-arguments --target=armv7-linux-musleabihf "         \
	"--sysroot=/sysroot --gcc-toolchain=/sysroot/usr -resource-dir /r "                        \
	"-ffile-prefix-map=/build=. -march=armv7-a -mthumb -fPIE -stdlib=libc++ "                  \
	"-stdlib++-isystem /sysroot/usr/include/c++/v1"
#define LINK   "--ld-path=/l/ld.lld -nostartfiles -nodefaultlibs"
#define END    "--end-no-unused-arguments"
#define START  "/sysroot/usr/lib/crti.o /sysroot/usr/lib/kiln/clang_rt.crtbegin.o"
#define GROUP  "-Wl,--start-group -lc /sysroot/usr/lib/kiln/libclang_rt.builtins.a -Wl,--end-group"
#define FINISH "/sysroot/usr/lib/kiln/clang_rt.crtend.o /sysroot/usr/lib/crtn.o"
#define HARD   "-Wl,--build-id=sha1,-z,relro,-z,now,-z,noexecstack"
#define FILES  "-Wl,--Map=/maps/.1 -Wl,--dependency-file=/maps/.2 -Wl,--why-extract=/maps/.3"
#define CXX    "--driver-mode=g++"

static const char conf_text[] = "kiln-cc 1\n"
				"triple armv7-linux-musleabihf\n"
				"emulation armelf_linux_eabi\n"
				"llvm /l\n"
				"resource /r\n"
				"sysroot /sysroot\n"
				"maps /maps\n"
				"slot /run/kiln/slot\n"
				"mode normal\n"
				"pie always\n"
				"arch -march=armv7-a\n"
				"arch -mthumb\n"
				"prefix /build=.\n";

static const char *
joined(struct arena *a, const char *const *argv)
{
	struct buf b = { .a = a };

	for (int i = 0; argv[i] != NULL; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : " ", argv[i]);
	return b.p;
}

static void
conf_load(struct arena *a, struct driver_conf *c)
{
	struct err e = { 0 };

	assert_int_equal(driver_conf_parse(a, str_of(conf_text), c, &e), 0);
}

static const struct link_files files = { "/maps/.1", "/maps/.2", "/maps/.3" };

struct row {
	const char *name;
	const char *in[8];
	const char *want;
	bool bare, may_no_pie, files;
};

static const struct row row[] = {
	{ .name = "cc", .in = { "-c", "a.c" }, .want = "/l/clang " BASE " " END " -c a.c" },
	{ .name = "armv7-linux-musleabihf-gcc",
	    .in = { "-c", "a.c" },
	    .want = "/l/clang " BASE " " END " -c a.c" },
	{ .name = "c99",
	    .in = { "-c", "a.c" },
	    .want = "/l/clang " BASE " -std=c99 " END " -c a.c" },
	{ .name = "c++",
	    .in = { "-c", "a.cc" },
	    .want = "/l/clang " BASE " " CXX " " END " -c a.cc" },
	{ .name = "cpp",
	    .in = { "a.h" },
	    .want = "/l/clang " BASE " --driver-mode=cpp " END " a.h" },
	{ .name = "cpp",
	    .in = { "-P" },
	    .want = "/l/clang " BASE " --driver-mode=cpp " END " -P -" },
	{ .name = "cc",
	    .in = { "a.o", "-o", "a", "-lz" },
	    .files = true,
	    .want = "/l/clang " BASE " " LINK " -static-pie " END " /sysroot/usr/lib/rcrt1.o " START
		    " a.o -o a -lz -x none " GROUP " " FINISH " " HARD " " FILES },
	{ .name = "c++",
	    .in = { "a.o" },
	    .want = "/l/clang " BASE " " CXX " " LINK " -static-pie " END
		    " /sysroot/usr/lib/rcrt1.o " START " a.o -x none -lc++ -lc++abi -lunwind " GROUP
		    " " FINISH " " HARD },
	{ .name = "cc",
	    .in = { "a.o", "-no-pie" },
	    .may_no_pie = true,
	    .want = "/l/clang " BASE " " LINK " -no-pie -static " END
		    " /sysroot/usr/lib/crt1.o " START " a.o -x none " GROUP " " FINISH " " HARD },
	{ .name = "cc",
	    .in = { "-Wl,--version" },
	    .want = "/l/clang " BASE " " LINK " -static-pie " END " -Wl,--version" },
	{ .name = "cc",
	    .in = { "-r", "a.o", "-o", "b.o" },
	    .want = "/l/clang " BASE " " LINK " " END " -r a.o -o b.o -x none" },
	{ .name = "cc",
	    .in = { "-nostdlib", "a.o" },
	    .want = "/l/clang " BASE " " LINK " -static-pie " END " a.o -x none " HARD },
	{ .name = "cc",
	    .in = { "-nodefaultlibs", "a.o" },
	    .want = "/l/clang " BASE " " LINK " -static-pie " END " /sysroot/usr/lib/rcrt1.o " START
		    " a.o -x none " FINISH " " HARD },
	{ .name = "cc",
	    .in = { "-shared", "a.o" },
	    .bare = true,
	    .want = "/l/clang " BASE " " LINK " " END " -shared a.o" },
};

static void
a_call_of_the_compiler_becomes_exactly_this(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		struct driver_conf c;
		struct cc_args args;
		conf_load(&a, &c);
		c.is_bare = row[i].bare;
		c.may_no_pie = row[i].may_no_pie;
		const struct name *name = name_find(row[i].name);
		struct cc_rules rules = { c.is_bare, c.may_no_pie, name->is_preprocessor };
		args_read_compiler(&a, row[i].in, &rules, &args);
		assert_string_equal(
		    joined(&a, command_compiler(&a, &c, name, &args, row[i].files ? &files : NULL)),
		    row[i].want);
		arena_free(&a);
	}
}

static void
a_call_of_the_linker_becomes_exactly_this(void **state)
{
	static const struct {
		const char *in[8];
		const char *want;
	} linker[] = {
		{ { "-v" }, "/l/ld.lld -v" },
		{ { "-r", "a.o", "-o", "b.o" }, "/l/ld.lld -m armelf_linux_eabi -r a.o -o b.o" },
		{ { "a.o" },
		    "/l/ld.lld -m armelf_linux_eabi a.o -pie --no-dynamic-linker -z text -static "
		    "--build-id=sha1 -z relro -z now -z noexecstack --Map=/maps/.1 "
		    "--dependency-file=/maps/.2 --why-extract=/maps/.3" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(linker); i++) {
		struct arena a = { 0 };
		struct driver_conf c;
		struct cc_args args;
		conf_load(&a, &c);
		args_read_linker(&a, linker[i].in, &(struct cc_rules){ 0 }, &args);
		assert_string_equal(
		    joined(&a, command_linker(&a, &c, &args, &files)), linker[i].want);
		arena_free(&a);
	}
}

static void
archives_never_hold_times(void **state)
{
	static const struct {
		const char *in[4];
		const char *want;
	} ar[] = {
		{ { "cru", "libU.a", "U.o" }, "/l/llvm-ar cru libU.a U.o" },
		{ { "crU", "libU.a", "U.o" }, "/l/llvm-ar cr libU.a U.o" },
		{ { "-crU", "libU.a" }, "/l/llvm-ar -cr libU.a" },
		{ { "--version" }, "/l/llvm-ar --version" },
		{ { NULL }, "/l/llvm-ar" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ar); i++) {
		struct arena a = { 0 };
		struct driver_conf c;
		conf_load(&a, &c);
		assert_string_equal(joined(&a, command_archiver(&a, &c, ar[i].in)), ar[i].want);
		arena_free(&a);
	}
}

static void
the_driver_answers_what_it_knows_better(void **state)
{
	static const struct {
		const char *before, *question, *want;
	} asked[] = {
		{ "", "-print-libgcc-file-name", "/sysroot/usr/lib/kiln/libclang_rt.builtins.a" },
		{ "", "--print-libgcc-file-name", "/sysroot/usr/lib/kiln/libclang_rt.builtins.a" },
		{ "", "-print-prog-name=ld", "ld" },
		{ "build-", "-print-prog-name=ld", "build-ld" },
		{ "", "-print-prog-name=cc1plus", NULL },
		{ "", "-print-search-dirs", NULL },
		{ "", "--version", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(asked); i++) {
		struct arena a = { 0 };
		struct driver_conf c;
		conf_load(&a, &c);
		const char *got = command_answer(&a, &c, asked[i].before, asked[i].question);
		assert_int_equal(got == NULL, asked[i].want == NULL);
		if (got != NULL)
			assert_string_equal(got, asked[i].want);
		arena_free(&a);
	}
}

static const char *
variable(const struct command_variable *v, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(v[i].name, name) == 0)
			return v[i].value == NULL ? "unset" : v[i].value;
	return "left";
}

static void
variables_that_steer_the_programs_are_pinned(void **state)
{
	struct arena a = { 0 };
	struct driver_conf c;
	int n;

	(void)state;
	conf_load(&a, &c);
	const struct command_variable *v = command_environment(&a, &c, NAME_COMPILER, &n);
	assert_string_equal(variable(v, n, "LIBRARY_PATH"), "unset");
	assert_string_equal(variable(v, n, "CPATH"), "unset");
	assert_string_equal(variable(v, n, "CCC_OVERRIDE_OPTIONS"), "unset");
	assert_string_equal(variable(v, n, "SOURCE_DATE_EPOCH"), "left");
	assert_string_equal(variable(v, n, COMMAND_WITHIN), "1");
	v = command_environment(&a, &c, NAME_PKG_CONFIG, &n);
	assert_string_equal(variable(v, n, "PKG_CONFIG_PATH"), "unset");
	assert_string_equal(variable(v, n, "PKG_CONFIG_SYSROOT_DIR"), "/sysroot");
	assert_string_equal(variable(v, n, "PKG_CONFIG_LIBDIR"),
	    "/sysroot/usr/lib/pkgconfig:/sysroot/usr/share/pkgconfig");
	arena_free(&a);
}

static void
a_name_is_found_behind_any_triple_and_the_longest_one_counts(void **state)
{
	static const struct {
		const char *called, *want;
	} names[] = {
		{ "cc", "cc" },
		{ "/kiln/bin/clang++", "clang++" },
		{ "armv7-linux-musleabihf-g++", "g++" },
		{ "x86_64-linux-musl-pkg-config", "pkg-config" },
		{ "aarch64-linux-musl-gcc-ar", "gcc-ar" },
		{ "run-children", "run-children" },
		{ "turn", "turn" },
		{ "x-run", NULL },
		{ "x-turn", NULL },
		{ "xcc", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct name *n = name_find(names[i].called);
		assert_int_equal(n == NULL, names[i].want == NULL);
		if (n != NULL)
			assert_string_equal(n->name, names[i].want);
	}
}

static void
every_name_stands_in_the_list_with_the_triple_too(void **state)
{
	struct arena a = { 0 };
	const char *text = joined(&a, driver_names(&a, STR("t-t"), false));

	(void)state;
	assert_non_null(strstr(text, "cc t-t-cc gcc t-t-gcc clang t-t-clang"));
	assert_non_null(strstr(text, "pkg-config t-t-pkg-config turn run run-children skip"));
	assert_null(strstr(text, "build-"));
	text = joined(&a, driver_names(&a, STR("t-t"), true));
	assert_non_null(strstr(text, "cc t-t-cc build-cc gcc"));
	assert_non_null(strstr(text, " turn run run-children skip"));
	assert_null(strstr(text, "build-run"));
	arena_free(&a);
}

static void
the_configuration_is_read_as_it_was_written(void **state)
{
	struct arena a = { 0 };
	struct buf b = { .a = &a };
	struct driver_conf c;

	(void)state;
	conf_load(&a, &c);
	driver_conf_print(&b, &c);
	assert_string_equal(b.p, conf_text);
	arena_free(&a);
}

static void
a_package_gets_its_targets_flags_and_its_own_mode(void **state)
{
	struct arena a = { 0 };
	struct str flag[] = { STR("-march=armv7-a"), STR("-mthumb") };
	struct target target = { .triple = STR("armv7-linux-musleabihf"),
		.emulation = STR("armelf_linux_eabi"),
		.arch_flag = flag,
		.narch_flag = 2 };
	struct setting setting = { STR("NO_PIE"), STR("allowed") };
	struct package p = { .target = &target };

	(void)state;
	const char *plain = driver_conf_text(&a, &p);
	assert_non_null(
	    strstr(plain, "\nmode normal\npie always\narch -march=armv7-a\narch -mthumb\n"));
	assert_non_null(
	    strstr(plain, "\ntriple armv7-linux-musleabihf\nemulation armelf_linux_eabi\n"));
	p.is_sysroot = true;
	p.setting = &setting;
	p.nsetting = 1;
	assert_non_null(strstr(driver_conf_text(&a, &p), "\nmode bare\npie may-not\n"));
	const char *build = driver_build_conf_text(&a, &target);
	assert_non_null(strstr(build, "\nsysroot /kiln/sysroot\n"));
	assert_non_null(strstr(build, "\nmode normal\npie always\narch -march=armv7-a\n"));
	arena_free(&a);
}

static void
a_configuration_that_is_damaged_is_refused_with_the_line(void **state)
{
	static const struct {
		const char *text, *want;
	} bad[] = {
		{ "", "the first line is not \"kiln-cc 1\"" },
		{ "kiln-cc 2\n", "the first line is not \"kiln-cc 1\"" },
		{ "kiln-cc 1\n", "the line \"triple\" is missing" },
		{ "kiln-cc 1\nmode odd\n", "the driver does not know the line \"mode odd\"" },
		{ "kiln-cc 1\ncolour red\n", "the driver does not know the line \"colour red\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct driver_conf c;
		assert_int_equal(driver_conf_parse(&a, str_of(bad[i].text), &c, &e), -1);
		assert_string_equal(e.text, bad[i].want);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_of_the_compiler_becomes_exactly_this),
		cmocka_unit_test(a_call_of_the_linker_becomes_exactly_this),
		cmocka_unit_test(archives_never_hold_times),
		cmocka_unit_test(the_driver_answers_what_it_knows_better),
		cmocka_unit_test(variables_that_steer_the_programs_are_pinned),
		cmocka_unit_test(a_name_is_found_behind_any_triple_and_the_longest_one_counts),
		cmocka_unit_test(every_name_stands_in_the_list_with_the_triple_too),
		cmocka_unit_test(the_configuration_is_read_as_it_was_written),
		cmocka_unit_test(a_package_gets_its_targets_flags_and_its_own_mode),
		cmocka_unit_test(a_configuration_that_is_damaged_is_refused_with_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
