/* SPDX-License-Identifier: ISC */
#include "store_fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "make/layout.h"
#include "make/toollist.h"
#include "make/toolroot.h"

static struct place at;

static int
set_up(void **state)
{
	(void)state;
	place_make(&at);
	OK(fs_mkdirs(at.dir, "out", e));
	OK(fs_mkdirs(at.dir, "machine/data", e));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	place_remove(&at);
	return 0;
}

static int
out_dir(void)
{
	static int fd = -1;

	fs_close(&fd);
	fd = open(arena_printf(&at.a, "%s/out", at.path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_not_equal(fd, -1);
	return fd;
}

static void
put(const char *path, const char *text, mode_t mode)
{
	OK(sample_write(at.dir, &(struct sample){ path, text, mode }, e));
}

/* An absolute path in the test's own machine. */
static struct str
here(const char *path)
{
	return str_printf(&at.a, "%s/machine/%s", at.path, path);
}

/* A tool of one program, a script, and a folder of data. */
static struct tool
make_tool(const char *name)
{
	struct tool t = { .name = str_of(name), .nprogram = 1, .ndata = 1 };

	put("machine/prog", "#!/bin/sh\necho 'prog 1.2'\n", 0755);
	put("machine/data/a", "data\n", 0644);
	put("machine/data/link", "-> a", 0);
	t.program = ARENA_NEW(&at.a, struct tool_program, 1);
	t.program[0] = (struct tool_program){ here("prog"), STR("called") };
	t.data = ARENA_NEW(&at.a, struct str, 1);
	t.data[0] = here("data");
	return t;
}

static char *
root_of(const struct tool *t)
{
	const struct tool *const tools[] = { t };
	char *path;

	OK(toolroot_get(&at.a, out_dir(), tools, 1, &path, e));
	return path;
}

static const char *
text_in(const char *root, struct str path)
{
	struct str text;
	char *full = arena_printf(&at.a, "%s" STR_FMT, root, STR_ARG(path));

	OK(fs_read(&at.a, AT_FDCWD, full, FS_READ_MAX, &text, e));
	return text.p;
}

static void
a_root_holds_programs_names_data_and_what_to_mount_on(void **state)
{
	struct tool t = make_tool("t");
	char target[256] = { 0 };
	struct stat st;

	(void)state;
	char *root = root_of(&t);
	assert_string_equal(text_in(root, t.program[0].path), "#!/bin/sh\necho 'prog 1.2'\n");
	assert_string_equal(text_in(root, here("data/link")), "data\n");
	assert_true(readlink(arena_printf(&at.a, "%s/usr/bin/called", root), target, 255) > 0);
	assert_true(str_is(t.program[0].path, target));
	assert_true(readlink(arena_printf(&at.a, "%s/lib64", root), target, 255) > 0);
	for (int i = 0; layout_mount_point[i] != NULL; i++)
		assert_true(
		    fs_exists(AT_FDCWD, arena_printf(&at.a, "%s/%s", root, layout_mount_point[i])));
	/* A copy: nobody who can write to it can change the machine's own. */
	assert_int_equal(stat(arena_printf(&at.a, "%s" STR_FMT, root, STR_ARG(t.data[0])), &st), 0);
	struct stat copy, own;
	assert_int_equal(
	    stat(arena_printf(&at.a, "%s" STR_FMT, root, STR_ARG(t.program[0].path)), &copy), 0);
	assert_int_equal(stat(str_z(&at.a, t.program[0].path), &own), 0);
	assert_true(copy.st_ino != own.st_ino);
	assert_int_equal(copy.st_mode & 0777, 0755);
	assert_int_equal(copy.st_mtim.tv_sec, own.st_mtim.tv_sec);
}

static void
the_same_tools_give_the_same_root_and_others_another(void **state)
{
	struct tool t = make_tool("t");

	(void)state;
	char *first = root_of(&t);
	assert_string_equal(root_of(&t), first);
	put("machine/data/a", "other\n", 0644);
	char *second = root_of(&t);
	assert_string_not_equal(second, first);
	assert_string_equal(text_in(second, here("data/a")), "other\n");
	assert_string_equal(text_in(first, here("data/a")), "data\n");
	put("machine/data/new", "", 0644);
	assert_string_not_equal(root_of(&t), second);
	put("machine/data/a", "data\n", 0644);
	unlinkat(at.dir, "machine/data/new", 0);
	assert_string_equal(root_of(&t), first);
}

/* Real programs: what they load is found without running anything. */
static void
a_program_comes_with_its_libraries_and_its_loader(void **state)
{
	struct tool t = { .name = STR("t"), .nprogram = 1 };
	struct tool_program program = { STR("/usr/bin/make"), { 0 } };
	struct toolfile *file;
	int n, nlibc = 0, nloader = 0;

	(void)state;
	t.program = &program;
	OK(toollist_get(&at.a, out_dir(), &t, TOOLLIST_ALL, &file, &n, e));
	for (int i = 0; i < n; i++) {
		nlibc += str_ends(file[i].path, STR("/libc.so.6"));
		nloader += str_has(file[i].path, STR("/ld-linux"));
		if (i > 0)
			assert_true(str_cmp(file[i - 1].path, file[i].path) < 0);
	}
	assert_true(nlibc >= 1 && nloader >= 1);
}

static void
what_was_found_is_remembered_until_a_stat_changes(void **state)
{
	struct tool t = make_tool("t");
	struct toolfile *file, *again;
	int n, m;

	(void)state;
	/* Younger than a time stamp is fine: nothing is remembered. */
	OK(toollist_get(&at.a, out_dir(), &t, TOOLLIST_ALL, &file, &n, e));
	assert_false(fs_exists(at.dir, "out/tools/identity/t"));
	sleep(3);
	OK(toollist_get(&at.a, out_dir(), &t, TOOLLIST_ALL, &file, &n, e));
	assert_true(fs_exists(at.dir, "out/tools/identity/t"));
	OK(toollist_get(&at.a, out_dir(), &t, TOOLLIST_ALL, &again, &m, e));
	assert_int_equal(n, m);
	for (int i = 0; i < n; i++) {
		assert_true(str_eq(file[i].path, again[i].path));
		assert_true(file[i].type == again[i].type);
		assert_memory_equal(&file[i].digest, &again[i].digest, sizeof(struct digest));
		assert_true(str_eq(file[i].target, again[i].target));
	}
	/* It is the record that answers, and only while every stat is the same. */
	struct str text;
	OK(fs_read(&at.a, at.dir, "out/tools/identity/t", FS_READ_MAX, &text, e));
	char *forged = str_z(&at.a, text);
	char *hex = strstr(strstr(forged, "\nf\t"), "\t") + 1;
	memset(hex, 'e', DIGEST_HEX);
	put("out/tools/identity/t", forged, 0644);
	OK(toollist_get(&at.a, out_dir(), &t, TOOLLIST_ALL, &again, &m, e));
	int forgeries = 0;
	for (int i = 0; i < m; i++)
		forgeries += again[i].digest.byte[0] == 0xee && again[i].digest.byte[31] == 0xee;
	assert_int_equal(forgeries, 1);
	put("machine/data/a", "other\n", 0644);
	OK(toollist_get(&at.a, out_dir(), &t, TOOLLIST_ALL, &again, &m, e));
	for (int i = 0; i < m; i++)
		assert_false(again[i].digest.byte[0] == 0xee && again[i].digest.byte[31] == 0xee);
}

/* A call that has to fail, and a part of its sentence. */
static void
assert_refused(const struct tool *t, const char *want)
{
	const struct tool *const tools[] = { t };
	struct err e = { 0 };
	char *path;

	assert_int_equal(toolroot_get(&at.a, out_dir(), tools, 1, &path, &e), -1);
	assert_int_equal(e.kind, ERR_MACHINE);
	if (strstr(e.text, want) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", want, e.text);
}

static void
a_missing_program_is_told_with_the_package_that_brings_it(void **state)
{
	struct tool t = make_tool("t");
	struct str debian[] = { STR("prog-tools"), STR("prog-data") }, *missing, identity;
	struct err e = { 0 };
	int n;

	(void)state;
	t.debian = debian;
	t.ndebian = 2;
	tool_missing(&at.a, &t, &missing, &n);
	assert_int_equal(n, 0);
	unlinkat(at.dir, "machine/prog", 0);
	assert_refused(&t, "machine/prog; on Debian: apt-get install prog-tools prog-data");
	assert_int_equal(tool_identity(&at.a, out_dir(), &t, &identity, &e), -1);
	assert_non_null(strstr(e.text, "apt-get install prog-tools"));
	tool_missing(&at.a, &t, &missing, &n);
	assert_int_equal(n, 1);
	assert_true(str_eq(missing[0], t.program[0].path));
}

static void
all_that_is_missing_is_told_at_once_and_each_package_once(void **state)
{
	struct tool bison = make_tool("bison"), there = make_tool("there"), flex = there;
	struct str of_bison[] = { STR("bison"), STR("m4") }, of_flex[] = { STR("flex"), STR("m4") };
	struct tool_program none = { here("none"), STR("") },
			    nor[] = { { here("nor"), STR("") }, { here("neither"), STR("") } };
	const struct tool *const tools[] = { &bison, &there, &flex };
	struct err why = { 0 };

	(void)state;
	OK(tools_check(&tools[1], 1, e));
	bison.program = &none;
	bison.debian = of_bison;
	bison.ndebian = 2;
	flex.name = STR("flex");
	flex.program = nor;
	flex.nprogram = 2;
	flex.debian = of_flex;
	flex.ndebian = 2;
	assert_int_equal(tools_check(tools, 3, &why), -1);
	assert_int_equal(why.kind, ERR_MACHINE);
	assert_string_equal(why.text, arena_printf(&at.a,
					  "tool bison: this machine has no " STR_FMT
					  "; tool flex: this machine has no " STR_FMT
					  " and more; on Debian: apt-get install bison m4 flex",
					  STR_ARG(none.path), STR_ARG(nor[0].path)));
}

static void
a_program_behind_the_machine_s_alternatives_is_refused(void **state)
{
	struct tool t = make_tool("t");

	(void)state;
	if (access("/etc/alternatives/awk", F_OK) == -1) {
		print_message("SKIP: this machine has no /etc/alternatives/awk\n");
		skip();
	}
	put("machine/awk", "-> /etc/alternatives/awk", 0);
	t.program[0].path = here("awk");
	assert_refused(&t, "leads to /etc/alternatives/awk");
}

static void
a_program_whose_library_is_not_there_is_refused(void **state)
{
	struct tool t = make_tool("t");
	struct str bytes;
	char *found, *copy;

	(void)state;
	/* A program that asks for a library of another name, as long as the right one. */
	OK(fs_read(&at.a, AT_FDCWD, "/usr/bin/make", FS_READ_MAX, &bytes, e));
	copy = arena_alloc(&at.a, bytes.n);
	memcpy(copy, bytes.p, bytes.n);
	found = memmem(copy, bytes.n, "libc.so.6", 9);
	assert_non_null(found);
	memcpy(found, "libx.so.6", 9);
	OK(fs_write(at.dir, "machine/prog", (struct str){ copy, bytes.n }, 0755, e));
	assert_refused(&t, "machine/prog loads libx.so.6, which this machine does not have");
}

static void
two_tools_that_claim_one_name_are_refused(void **state)
{
	struct tool one = make_tool("one"), two = make_tool("two");
	const struct tool *const tools[] = { &one, &two };
	struct err e = { 0 };
	char *path;

	(void)state;
	put("machine/other", "#!/bin/sh\n", 0755);
	two.program[0].path = here("other");
	assert_int_equal(toolroot_get(&at.a, out_dir(), tools, 2, &path, &e), -1);
	assert_non_null(strstr(e.text, "two tools disagree what /usr/bin/called is"));
}

static struct str
identity_of(const struct tool *t)
{
	struct str out;

	OK(tool_identity(&at.a, out_dir(), t, &out, e));
	return out;
}

static void
identity_is_by_bytes_or_by_version(void **state)
{
	struct tool t = make_tool("t");

	(void)state;
	assert_true(str_is(identity_of(&t), "t prog 1.2"));
	put("machine/data/a", "other\n", 0644);
	assert_true(str_is(identity_of(&t), "t prog 1.2"));
	t.by_bytes = true;
	struct str before = identity_of(&t);
	assert_true(str_starts(before, STR("t sha256:")));
	assert_true(str_eq(identity_of(&t), before));
	put("machine/data/a", "data\n", 0644);
	assert_false(str_eq(identity_of(&t), before));
	/* A program that says nothing counts by its own bytes. */
	t.by_bytes = false;
	put("machine/prog", "#!/bin/sh\n", 0755);
	assert_true(str_starts(identity_of(&t), STR("t sha256:")));
}

static void
identity_names_the_packages_of_the_machine(void **state)
{
	struct tool t = { .name = STR("make"), .nprogram = 1, .ndebian = 2 };
	struct tool_program program = { STR("/usr/bin/make"), { 0 } };
	struct str debian[] = { STR("make"), STR("sed") };

	(void)state;
	if (access("/var/lib/dpkg/status", R_OK) == -1) {
		print_message("SKIP: this machine has no dpkg\n");
		skip();
	}
	t.program = &program;
	t.debian = debian;
	struct str id = identity_of(&t);
	assert_true(str_starts(id, STR("make ")));
	assert_true(str_has(id, STR(", sed ")));
	assert_true(str_eq(identity_of(&t), id));
	/* A package that is not installed: ask the program. */
	debian[1] = STR("no-such-package");
	assert_true(str_starts(identity_of(&t), STR("make GNU Make ")));
}

static void
what_a_program_loads_is_in_the_root_and_not_in_the_identity(void **state)
{
	struct tool t = { .name = STR("make"), .nprogram = 1, .by_bytes = true };
	struct tool_program program = { STR("/usr/bin/make"), { 0 } };
	struct toolfile *all, *named;
	int nall, nnamed;

	(void)state;
	t.program = &program;
	OK(toollist_get(&at.a, out_dir(), &t, TOOLLIST_ALL, &all, &nall, e));
	OK(toollist_get(&at.a, out_dir(), &t, TOOLLIST_NAMED, &named, &nnamed, e));
	assert_int_equal(nnamed, 1);
	assert_true(str_is(named[0].path, "/usr/bin/make"));
	assert_true(nall > 3);
	/* What is remembered of one is not taken for the other. */
	OK(toollist_get(&at.a, out_dir(), &t, TOOLLIST_NAMED, &named, &nnamed, e));
	assert_int_equal(nnamed, 1);
	assert_true(str_starts(identity_of(&t), STR("make sha256:")));
}

/* Killed at any instant, the next call finds a whole root or makes one. */
static void
a_kill_leaves_no_half_made_root(void **state)
{
	struct tool t = make_tool("t");
	char *want = NULL;

	(void)state;
	for (int i = 0; i < 200; i++)
		put(arena_printf(&at.a, "machine/data/%d", i), arena_printf(&at.a, "%d\n", i),
		    0644);
	for (useconds_t us = 200; us < 60000; us = us * 3 / 2) {
		pid_t pid = fork();
		if (pid == 0) {
			root_of(&t);
			_exit(0);
		}
		usleep(us);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		char *root = root_of(&t);
		if (want != NULL)
			assert_string_equal(root, want);
		want = root;
		for (int k = 0; k < 200; k += 33)
			assert_string_equal(text_in(root, here(arena_printf(&at.a, "data/%d", k))),
			    arena_printf(&at.a, "%d\n", k));
		OK(fs_remove(at.dir, "out/tools", e));
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_root_holds_programs_names_data_and_what_to_mount_on),
		TEST(the_same_tools_give_the_same_root_and_others_another),
		TEST(a_program_comes_with_its_libraries_and_its_loader),
		TEST(what_was_found_is_remembered_until_a_stat_changes),
		TEST(a_missing_program_is_told_with_the_package_that_brings_it),
		TEST(all_that_is_missing_is_told_at_once_and_each_package_once),
		TEST(a_program_behind_the_machine_s_alternatives_is_refused),
		TEST(a_program_whose_library_is_not_there_is_refused),
		TEST(two_tools_that_claim_one_name_are_refused),
		TEST(identity_is_by_bytes_or_by_version),
		TEST(what_a_program_loads_is_in_the_root_and_not_in_the_identity),
		TEST(identity_names_the_packages_of_the_machine),
		TEST(a_kill_leaves_no_half_made_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
