/* SPDX-License-Identifier: ISC */
#include "sandbox_fixture.h"

#include <limits.h>

#include "make/testrun.h"
#include "sys/proc.h"

static struct yard y;
static const char *driver;

/* Natively, and without a C library: says argv[0], and what argv[1] says when started. */
static const char program_native[] =
    "#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n#include <sys/wait.h>\n"
    "int main(int c, char **v) {\n"
    "	char here[99];\n"
    "	int st = 0;\n"
    "	printf(\"%s uid %d in %s PATH %s proc %d\\n\", v[0], (int)getuid(), getcwd(here, 99),\n"
    "	    getenv(\"PATH\"), access(\"/proc\", F_OK) == 0);\n"
    "	fflush(stdout);\n"
    "	if (c > 1 && fork() == 0) { execlp(v[1], \"kid\", (char *)0); _exit(9); }\n"
    "	wait(&st);\n"
    "	return c > 2 ? 3 : WEXITSTATUS(st);\n"
    "}\n";

static const char program_arm[] =
    "static long sc(long n, long a, long b, long c) {\n"
    "	register long r7 __asm__(\"r7\") = n; register long r0 __asm__(\"r0\") = a;\n"
    "	register long r1 __asm__(\"r1\") = b; register long r2 __asm__(\"r2\") = c;\n"
    "	__asm__ volatile(\"svc 0\" : \"+r\"(r0) : \"r\"(r7), \"r\"(r1), \"r\"(r2) : \"memory\");\n"
    "	return r0; }\n"
    "static void put(const char *s) { int n = 0; while (s[n]) n++; sc(4, 1, (long)s, n); }\n"
    "int cmain(long *sp) {\n"
    "	char **v = (char **)(sp + 1); int st = 0;\n"
    "	put(v[0]); put(\"\\n\");\n"
    "	if (sp[0] == 1) return 0;\n"
    "	long pid = sc(2, 0, 0, 0);\n"
    "	if (pid == 0) { char *av[] = { \"kid\", 0 }; char *none[] = { 0 };\n"
    "		sc(11, (long)v[1], (long)av, (long)none); sc(1, 9, 0, 0); }\n"
    "	sc(114, pid, (long)&st, 0); return st >> 8 & 255; }\n"
    "__asm__(\".globl _start\\n_start: mov r0, sp\\n bl cmain\\n mov r7, #1\\n svc 0\\n\");\n";

/* Compile text to object/usr/bin/hello; false when this machine cannot. */
static bool
compile(const char *const *command, const char *text)
{
	const char *argv[16], *out = yard_path(&y, "object/usr/bin/hello");
	struct proc p = { .argv = argv, .in = -1, .out = 1, .err = 2, .keep = -1 };
	int n = 0, status;
	pid_t pid;

	OK(fs_mkdirs(y.dir, "object/usr/bin", e));
	OK(fs_write(y.dir, "hello.c", str_of(text), 0644, e));
	while (command[n] != NULL) {
		argv[n] = command[n];
		n++;
	}
	argv[n++] = "-o";
	argv[n++] = out;
	argv[n++] = yard_path(&y, "hello.c");
	argv[n] = NULL;
	if (access(argv[0], X_OK) == -1)
		return false;
	OK(proc_start(&p, &pid, e));
	OK(proc_wait(pid, &status, e));
	assert_int_equal(status, 0);
	return true;
}

static void
need(bool there, const char *what)
{
	if (there)
		return;
	print_message("SKIP: this machine has no %s\n", what);
	skip();
}

static void
compile_native(void)
{
	static const char *const cc[] = { "/usr/bin/cc", "-static", NULL };

	need(compile(cc, program_native), cc[0]);
}

/* The driver stands beside the folder of this program. */
static const char *
driver_path(void)
{
	char self[PATH_MAX] = { 0 };

	assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	*strrchr(self, '/') = '\0';
	*strrchr(self, '/') = '\0';
	return arena_printf(&shed.a, "%s/kiln-cc", self);
}

static int
set_up_group(void **state)
{
	shed_make(state);
	driver = driver_path();
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	yard_make(&y);
	OK(fs_mkdirs(y.dir, "object", e));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	yard_remove(&y);
	return 0;
}

/* One test body; what it and its programs said is y.log. */
static struct test_result
try(const char *body, const struct target *target, const char *emulator)
{
	static const char *const name[] = { "run", "run-children", "skip", NULL };
	const char *const folder[] = { yard_path(&y, "object"), NULL };
	const struct package package = {
		.target = target, .test = { .text = str_of(body) }, .limit_total_s = 60
	};
	const struct test_plan plan = { .package = &package,
		.folder = folder,
		.toolroot = shed.root,
		.driver = driver,
		.driver_name = name,
		.driver_conf = "",
		.sysroot = y.plan.sysroot,
		.env = y.plan.env,
		.work = yard_path(&y, "work"),
		.emulator = emulator,
		.log = memfd_create("log", MFD_CLOEXEC) };
	struct test_result result;
	struct str text;

	OK(test_run(&y.a, &plan, &result, e));
	assert_int_equal(lseek(plan.log, 0, SEEK_SET), 0);
	OK(fs_read_fd(&y.a, plan.log, 1 << 20, &text, e));
	y.log = text.p;
	close(plan.log);
	return result;
}

static struct test_result
try_native(const char *body)
{
	static const struct target native = { .elf_bits = 64 };

	return try(body, &native, NULL);
}

static void
assert_verdict(const char *body, const struct test_result *r, enum test_verdict want, int nrun)
{
	if (r->verdict != want || r->nrun != nrun)
		fail_msg("%s\nverdict %d after %d runs, \"%.*s\"\n%s", body, (int)r->verdict,
		    r->nrun, STR_ARG(r->text), y.log);
}

static void
a_program_sees_the_object_and_nothing_else(void **state)
{
	static const struct {
		const char *body;
		enum test_verdict verdict;
		int nrun;
		const char *log;
	} row[] = {
		{ "run hello", TEST_PASSED, 1,
		    "hello uid 1000 in / PATH /usr/bin:/usr/sbin:/bin:/sbin proc 0\n" },
		{ "cd \"$TARGET_TMP\"; run hello", TEST_PASSED, 1, "in /tmp " },
		{ "run /usr/bin/hello", TEST_PASSED, 1, "/usr/bin/hello uid" },
		{ "run hello hello; run-children hello hello", TEST_PASSED, 2, "\nkid uid 1000" },
		{ "run hello hello 3 || [ $? = 3 ]", TEST_PASSED, 1, "" },
		{ "run hello hello 3", TEST_FAILED, 1, "" },
		{ "run hello none", TEST_FAILED, 1, "" },
		{ "run sh", TEST_FAILED, 0, "run: sh is in none of /usr/bin /usr/sbin" },
		{ "run /build/x", TEST_FAILED, 1,
		    "run: /build/x: No such file or directory; the target sees the package and "
		    "/tmp alone, "
		    "what a test compiles goes to $TARGET_TMP/NAME, and is started with run "
		    "/tmp/NAME" },
		{ "ls -A /target /target/dev /target/tmp", TEST_PASSED, 0,
		    "/target:\ndev\ntmp\nusr\n\n/target/dev:\nnull\nptmx\npts\ntty\nurandom\n"
		    "zero\n\n/target/tmp:\n" },
		{ "touch /target/usr/x", TEST_FAILED, 0, "Read-only file system" },
		{ "cat </target/usr/bin/hello >/target/tmp/t; run hello /tmp/t", TEST_FAILED, 1,
		    "" },
	};

	(void)state;
	need_namespaces();
	need(access(driver, X_OK) == 0, driver);
	compile_native();
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct test_result r = try_native(row[i].body);
		assert_verdict(row[i].body, &r, row[i].verdict, row[i].nrun);
		if (strstr(y.log, row[i].log) == NULL)
			fail_msg("%s\nwant:\n%s\ngot:\n%s", row[i].body, row[i].log, y.log);
	}
}

static void
a_skipped_test_is_told_with_its_reason(void **state)
{
	static const struct {
		const char *body, *text;
	} row[] = {
		{ "skip no tun device here; run hello", "no tun device here" },
		{ "run hello; skip 'only one line\nof this'",
		    "only one line; passed before that: 1 command" },
		{ "run hello; run hello; skip now", "now; passed before that: 2 commands" },
		{ "skip", "no reason given" },
		{ "skip in a pipe | grep -q nothing", "in a pipe" },
		{ "", "the recipe has no test" },
	};

	(void)state;
	need_namespaces();
	need(access(driver, X_OK) == 0, driver);
	compile_native();
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct test_result r = try_native(row[i].body);
		assert_int_equal(r.verdict, TEST_SKIPPED);
		if (!str_is(r.text, row[i].text))
			fail_msg("%s: \"%.*s\"", row[i].body, STR_ARG(r.text));
	}
}

static void
a_failed_test_is_told_with_its_end(void **state)
{
	static const struct {
		const char *body, *text;
	} row[] = {
		{ "exit 4", "exit status 4" },
		{ "kill -6 $$", "killed by SIGABRT" },
		{ "sleep 1000 &", "it ended but left processes running: sleep" },
	};

	(void)state;
	need_namespaces();
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct test_result r = try_native(row[i].body);
		assert_int_equal(r.verdict, TEST_FAILED);
		if (!str_is(r.text, row[i].text))
			fail_msg("%s: \"%.*s\"", row[i].body, STR_ARG(r.text));
	}
}

static void
a_failed_test_is_shown_command_by_command(void **state)
{
	static const struct {
		const char *body, *log;
	} row[] = {
		{ "[ \"$(echo one)\" = one ]\n[ \"$(echo two)\" = too ]\n",
		    "+ [ one = one ]\n+ echo two\n+ [ two = too ]\n" },
		/* Both runs find the same place: the second has nothing of the first. */
		{ "[ ! -e \"$TARGET_TMP/f\" ] || exit 9\ntouch \"$TARGET_TMP/f\"\nfalse",
		    "+ false\n" },
		{ "kill -6 $$", "" },
	};

	(void)state;
	need_namespaces();
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct test_result r = try_native(row[i].body);
		size_t n = strlen(y.log), want = strlen(row[i].log);
		assert_int_equal(r.verdict, TEST_FAILED);
		if (n < want || strcmp(y.log + n - want, row[i].log) != 0 ||
		    (want == 0) != (strstr(y.log, "Once more") == NULL))
			fail_msg("%s\n%s", row[i].body, y.log);
	}
}

/* Programs that start programs need a kernel that lets a namespace register the emulator;
 * without it the words for them end the test as skipped, never as passed. */
static void
programs_of_another_machine_run_and_start_programs(void **state)
{
	static const char *const clang[] = { "/usr/lib/llvm-19/bin/clang",
		"--target=armv7-linux-gnueabihf", "-marm", "-O1", "-nostdlib", "-static",
		"-fuse-ld=lld", "--ld-path=/usr/lib/llvm-19/bin/ld.lld", NULL };
	static const char emulator[] = "/usr/bin/qemu-arm-static";
	struct str words[] = { STR("qemu-arm-static"), STR("-cpu"), STR("cortex-a7") };
	const struct target arm = {
		.elf_machine = 40, .elf_bits = 32, .emulator = words, .nemulator = 3
	};

	(void)state;
	need_namespaces();
	need(access(driver, X_OK) == 0, driver);
	need(access(emulator, X_OK) == 0, emulator);
	need(compile(clang, program_arm), clang[0]);
	struct test_result r = try("run hello; cd /target/usr/bin; run ./hello", &arm, emulator);
	assert_verdict("run", &r, TEST_PASSED, 2);
	assert_string_equal(y.log, "hello\n./hello\n");
	r = try("run-children hello /usr/bin/hello", &arm, emulator);
	if (r.verdict == TEST_SKIPPED) {
		assert_true(str_has(r.text, STR("register an emulator")));
		print_message("SKIP: %.*s\n", STR_ARG(r.text));
		skip();
	}
	assert_verdict("run-children", &r, TEST_PASSED, 1);
	assert_string_equal(y.log, "hello\nkid\n");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_program_sees_the_object_and_nothing_else),
		TEST(a_skipped_test_is_told_with_its_reason),
		TEST(a_failed_test_is_told_with_its_end),
		TEST(a_failed_test_is_shown_command_by_command),
		TEST(programs_of_another_machine_run_and_start_programs),
	};

	return cmocka_run_group_tests(tests, set_up_group, shed_remove);
}
