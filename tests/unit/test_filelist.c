/* Lists of files, their digest, and copies of them. SPDX-License-Identifier: ISC */
#include "store_fixture.h"

#include <sys/stat.h>

#include "lib/filelist.h"
#include "make/copy.h"

static struct place at;

static void
put(const char *path, const char *text, mode_t mode)
{
	const char *slash = strrchr(path, '/');

	if (slash != NULL)
		OK(fs_mkdirs(at.dir, arena_printf(&at.a, "%.*s", (int)(slash - path), path), e));
	OK(fs_write(at.dir, path, str_of(text), mode, e));
}

static int
set_up(void **state)
{
	(void)state;
	place_make(&at);
	put("top/b.c", "bb", 0644);
	put("top/a/x.sh", "x", 0755);
	put("top/a/y", "", 0644);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	place_remove(&at);
	return 0;
}

static struct filelist
list_of(const char *path)
{
	struct filelist l;

	OK(filelist_read(&at.a, at.dir, path, &l, e));
	return l;
}

static bool
is_same(const struct filelist *a)
{
	struct filelist now = list_of("top");

	return digest_eq(&a->digest, &now.digest);
}

static void
a_list_has_every_file_in_one_order(void **state)
{
	static const char *const want[] = { "top/a/x.sh", "top/a/y", "top/b.c" };
	struct filelist l = list_of("top"), one = list_of("top/b.c");

	(void)state;
	assert_int_equal(l.n, COUNT_OF(want));
	for (int i = 0; i < l.n; i++)
		assert_true(str_is(l.v[i].path, want[i]));
	assert_true(l.v[0].is_program && !l.v[1].is_program && !l.v[2].is_program);
	assert_int_equal(l.size_bytes, 3);
	assert_int_equal(l.folder.n, 2);
	assert_true(str_is(l.folder.v[0], "top") && str_is(l.folder.v[1], "top/a"));
	assert_int_equal(one.n, 1);
	assert_true(str_is(one.v[0].path, "top/b.c") && one.folder.n == 0);
}

static void
what_counts_is_path_bytes_and_whether_it_can_run(void **state)
{
	static const struct timespec then[2] = { { .tv_sec = 5 }, { .tv_sec = 5 } };
	struct filelist l = list_of("top");

	(void)state;
	put("top/.b.c.swp", "an editor's", 0644);
	put("top/.git/config", "not ours", 0644);
	put("top/b.c~", "old", 0644);
	assert_int_equal(fchmodat(at.dir, "top/b.c", 0600, 0), 0);
	assert_int_equal(utimensat(at.dir, "top/b.c", then, 0), 0);
	assert_true(is_same(&l));
	assert_int_equal(fchmodat(at.dir, "top/b.c", 0744, 0), 0);
	assert_false(is_same(&l));
	put("top/b.c", "bb", 0644);
	assert_true(is_same(&l));
	put("top/b.c", "bc", 0644);
	assert_false(is_same(&l));
	put("top/b.c", "bb", 0644);
	assert_int_equal(renameat(at.dir, "top/b.c", at.dir, "top/c.c"), 0);
	assert_false(is_same(&l));
	assert_int_equal(renameat(at.dir, "top/c.c", at.dir, "top/b.c"), 0);
	put("top/a/z", "", 0644);
	assert_false(is_same(&l));
}

static void
nothing_but_files_and_folders_is_taken(void **state)
{
	static const struct {
		const char *path, *want;
	} row[] = {
		{ "top", "top/a/link is neither a plain file nor a folder" },
		{ "top/a/link", "top/a/link is a link, or behind one" },
		{ "top/a/link/b.c", "top/a/link/b.c is a link, or behind one" },
		{ "pipe", "pipe is neither a plain file nor a folder" },
	};
	struct filelist l;

	(void)state;
	assert_int_equal(symlinkat("..", at.dir, "top/a/link"), 0);
	assert_int_equal(mkfifoat(at.dir, "pipe", 0644), 0);
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct err e = { 0 };
		assert_int_equal(filelist_read(&at.a, at.dir, row[i].path, &l, &e), -1);
		assert_int_equal(e.kind, ERR_RECIPE);
		assert_string_equal(e.text, row[i].want);
	}
	struct err e = { 0 };
	assert_int_equal(filelist_read(&at.a, at.dir, "../x", &l, &e), -1);
	assert_non_null(strstr(e.text, "open ../x: "));
}

static void
more_than_64_mib_is_refused(void **state)
{
	struct filelist l;
	struct err e = { 0 };

	(void)state;
	put("top/large", "", 0644);
	int fd = openat(at.dir, "top/large", O_WRONLY | O_CLOEXEC);
	assert_int_equal(ftruncate(fd, (64 << 20) + 1), 0);
	close(fd);
	assert_int_equal(filelist_read(&at.a, at.dir, "top", &l, &e), -1);
	assert_string_equal(e.text, "top has more than 20000 files or 64 MiB");
}

static void
a_copy_has_the_same_digest(void **state)
{
	struct filelist l = list_of("top"), copied;

	(void)state;
	OK(fs_mkdirs(at.dir, "stage", e));
	int stage = openat(at.dir, "stage", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OK(copy_files(at.dir, &l, stage, e));
	OK(filelist_read(&at.a, stage, "top", &copied, e));
	assert_true(digest_eq(&l.digest, &copied.digest));
	close(stage);
}

static void
a_file_that_changed_is_not_copied(void **state)
{
	struct filelist l = list_of("top");
	struct err fault = { 0 };

	(void)state;
	OK(fs_mkdirs(at.dir, "stage", e));
	int stage = openat(at.dir, "stage", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	put("top/b.c", "bc", 0644);
	assert_int_equal(copy_files(at.dir, &l, stage, &fault), -1);
	assert_int_equal(fault.kind, ERR_FETCH);
	assert_string_equal(fault.text, "top/b.c changed meanwhile; run again");
	close(stage);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_list_has_every_file_in_one_order),
		TEST(what_counts_is_path_bytes_and_whether_it_can_run),
		TEST(nothing_but_files_and_folders_is_taken),
		TEST(more_than_64_mib_is_refused),
		TEST(a_copy_has_the_same_digest),
		TEST(a_file_that_changed_is_not_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
