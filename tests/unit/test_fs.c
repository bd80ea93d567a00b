/* SPDX-License-Identifier: ISC */
#include "store_fixture.h"

#include <sys/wait.h>
#include <time.h>

static struct place at;

static int
set_up(void **state)
{
	(void)state;
	place_make(&at);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	place_remove(&at);
	return 0;
}

static const char *
read_text(const char *path)
{
	struct str text;

	OK(fs_read(&at.a, at.dir, path, FS_READ_MAX, &text, e));
	return text.p;
}

/* A call that has to fail, and a part of its sentence. */
#define SAYS(call, want)                                                                           \
	do {                                                                                       \
		struct err says_e = { 0 };                                                         \
		struct err *e = &says_e;                                                           \
		assert_int_equal((call), -1);                                                      \
		assert_int_equal(e->kind, ERR_MACHINE);                                            \
		if (strstr(e->text, (want)) == NULL)                                               \
			fail_msg("\"%s\" is not in \"%s\"", (want), e->text);                      \
	} while (0)

static int
count_entry(void *ctx, const struct fs_entry *entry, struct err *e)
{
	(void)entry;
	(void)e;
	++*(int *)ctx;
	return 0;
}

static int
entries_of(const char *path)
{
	int n = 0;

	OK(fs_walk(&at.a, at.dir, path, count_entry, &n, e));
	return n;
}

static void
a_replaced_file_has_new_bytes_and_mode_and_leaves_nothing_beside(void **state)
{
	static int (*const put[])(
	    int, const char *, struct str, mode_t, struct err *) = { fs_replace, fs_write };
	struct stat st;

	(void)state;
	OK(fs_mkdirs(at.dir, "a/b", e));
	for (size_t i = 0; i < COUNT_OF(put); i++) {
		OK(put[i](at.dir, "a/b/f", STR("one"), 0444, e));
		assert_string_equal(read_text("a/b/f"), "one");
		OK(put[i](at.dir, "a/b/f", STR(""), 0755, e));
		assert_string_equal(read_text("a/b/f"), "");
		assert_int_equal(fstatat(at.dir, "a/b/f", &st, 0), 0);
		assert_int_equal(st.st_mode & 07777, 0755);
		assert_int_equal(entries_of("a"), 2);
		SAYS(put[i](at.dir, "a/b", STR("x"), 0644, e), "write a/b: rename");
		SAYS(put[i](at.dir, "q/f", STR("x"), 0644, e), "beside q/f");
		assert_int_equal(entries_of("a"), 2);
	}
}

static void
reading_has_a_ceiling_and_wants_a_regular_file(void **state)
{
	struct str text;

	(void)state;
	OK(fs_write(at.dir, "f", STR("12345"), 0644, e));
	OK(fs_read(&at.a, at.dir, "f", 5, &text, e));
	assert_int_equal(text.n, 5);
	assert_int_equal(text.p[5], '\0');
	SAYS(fs_read(&at.a, at.dir, "f", 4, &text, e), "more than the 4 bytes");
	assert_int_equal(mkfifoat(at.dir, "pipe", 0644), 0);
	SAYS(fs_read(&at.a, at.dir, "pipe", 4, &text, e), "not a regular file");
	SAYS(fs_read(&at.a, at.dir, ".", 4, &text, e), "not a regular file");
	SAYS(fs_read(&at.a, at.dir, "no", 4, &text, e), "open no: No such file");
	/* The kernel says that these have no bytes. */
	OK(fs_read(&at.a, AT_FDCWD, "/proc/self/status", 1 << 20, &text, e));
	assert_true(text.n > 100);
	SAYS(fs_read(&at.a, AT_FDCWD, "/proc/self/status", 10, &text, e), "more than");
}

static void
a_descriptor_is_read_up_to_a_limit(void **state)
{
	struct buf long_text = { .a = &at.a };
	struct str text;

	(void)state;
	for (int i = 0; i < 200000; i++)
		buf_add_char(&long_text, (char)('a' + i % 26));
	OK(fs_write(at.dir, "f", buf_str(&long_text), 0644, e));
	static const size_t limit[] = { 0, 1, 65536, 199999, 200000, 300000 };
	for (size_t i = 0; i < COUNT_OF(limit); i++) {
		int fd = openat(at.dir, "f", O_RDONLY | O_CLOEXEC);
		OK(fs_read_fd(&at.a, fd, limit[i], &text, e));
		close(fd);
		size_t want = limit[i] < 200000 ? limit[i] : 200000;
		assert_int_equal(text.n, want);
		assert_true(str_eq(text, (struct str){ long_text.p, want }));
	}
}

static void
folders_are_made_with_those_above_them(void **state)
{
	(void)state;
	OK(fs_mkdirs(at.dir, "a/b//c/d", e));
	OK(fs_mkdirs(at.dir, "a/b/c/d/", e));
	OK(fs_mkdirs(AT_FDCWD, arena_printf(&at.a, "%s/x/y", at.path), e));
	assert_int_equal(entries_of("."), 6);
	assert_int_equal(symlinkat("a", at.dir, "l"), 0);
	OK(fs_mkdirs(at.dir, "l/b/e", e));
	assert_true(fs_exists(at.dir, "a/b/e"));
	OK(fs_write(at.dir, "f", STR(""), 0644, e));
	SAYS(fs_mkdirs(at.dir, "f", e), "something else stands there");
	SAYS(fs_mkdirs(at.dir, "f/g", e), "f: something else stands there");
	SAYS(fs_mkdirs(at.dir, "", e), "0 bytes");
}

static void
a_link_replaces_only_a_link(void **state)
{
	char target[16] = { 0 };

	(void)state;
	OK(fs_link(at.dir, "one", "l", e));
	OK(fs_link(at.dir, "two", "l", e));
	assert_int_equal(readlinkat(at.dir, "l", target, sizeof(target)), 3);
	assert_string_equal(target, "two");
	OK(fs_write(at.dir, "f", STR("x"), 0644, e));
	SAYS(fs_link(at.dir, "two", "f", e), "is not a link");
	assert_string_equal(read_text("f"), "x");
	assert_int_equal(entries_of("."), 2);
}

static int
note_path(void *ctx, const struct fs_entry *entry, struct err *e)
{
	buf_printf(ctx, STR_FMT " ", STR_ARG(entry->path));
	if (strcmp(entry->name, "stop") == 0)
		return err_set(e, ERR_USAGE, "told to stop");
	return strcmp(entry->name, "skip") == 0 ? FS_WALK_SKIP : 0;
}

static void
a_walk_is_sorted_and_may_skip_and_stop(void **state)
{
	static const char *const file[] = { "t/b", "t/a.c", "t/a/c", "t/B", "t/skip/x",
		"t/a/\xc3\xa4", "t/a/z" };
	struct buf said = { .a = &at.a };
	struct err why = { 0 };

	(void)state;
	OK(fs_mkdirs(at.dir, "t/a", e));
	OK(fs_mkdirs(at.dir, "t/skip", e));
	for (size_t i = 0; i < COUNT_OF(file); i++)
		OK(fs_write(at.dir, file[i], STR(""), 0644, e));
	assert_int_equal(symlinkat("a", at.dir, "t/link"), 0);
	OK(fs_walk(&at.a, at.dir, "t", note_path, &said, e));
	assert_string_equal(said.p, "B a a/c a/z a/\xc3\xa4 a.c b link skip ");
	OK(fs_write(at.dir, "t/a/stop", STR(""), 0644, e));
	said.n = 0;
	assert_int_equal(fs_walk(&at.a, at.dir, "t", note_path, &said, &why), -1);
	assert_int_equal(why.kind, ERR_USAGE);
	assert_string_equal(said.p, "B a a/c a/stop ");
	SAYS(fs_walk(&at.a, at.dir, "no", note_path, &said, e), "open the folder no");
}

static void
a_tree_is_removed_whatever_its_modes_and_links_are_not_followed(void **state)
{
	(void)state;
	OK(fs_mkdirs(at.dir, "keep", e));
	OK(fs_write(at.dir, "keep/f", STR("x"), 0644, e));
	OK(fs_mkdirs(at.dir, "t/a/b", e));
	OK(fs_write(at.dir, "t/a/b/f", STR(""), 0, e));
	assert_int_equal(symlinkat("../../keep", at.dir, "t/a/link"), 0);
	assert_int_equal(fchmodat(at.dir, "t/a/b", 0, 0), 0);
	assert_int_equal(fchmodat(at.dir, "t/a", 0500, 0), 0);
	assert_int_equal(fchmodat(at.dir, "t", 0, 0), 0);
	OK(fs_remove(at.dir, "t", e));
	assert_false(fs_exists(at.dir, "t"));
	assert_string_equal(read_text("keep/f"), "x");
	OK(fs_remove(at.dir, "t", e));
	OK(fs_remove(at.dir, "no/such", e));
	OK(fs_remove(at.dir, "keep/f", e));
	assert_int_equal(symlinkat("keep", at.dir, "l"), 0);
	OK(fs_remove(at.dir, "l", e));
	assert_true(fs_exists(at.dir, "keep"));
}

/* Deeper than a process may have descriptors. */
static void
a_very_deep_tree_is_removed_but_not_walked_or_copied(void **state)
{
	enum { DEPTH = 1500 };
	int fd = dup(at.dir), n = 0;

	(void)state;
	for (int i = 0; i < DEPTH; i++) {
		assert_int_equal(mkdirat(fd, "d", 0755), 0);
		int inner = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_int_not_equal(inner, -1);
		close(fd);
		fd = inner;
	}
	close(fd);
	SAYS(fs_walk(&at.a, at.dir, "d", count_entry, &n, e), "deeper than 256");
	SAYS(fs_copy(at.dir, "d", at.dir, "copy", e), "deeper than 256");
	OK(fs_remove(at.dir, "copy", e));
	OK(fs_remove(at.dir, "d", e));
	assert_int_equal(entries_of("."), 0);
}

static void
a_copy_has_the_same_bytes_modes_times_and_links(void **state)
{
	const struct timespec times[2] = { { .tv_sec = 1000, .tv_nsec = 5 },
		{ .tv_sec = 2000, .tv_nsec = 7 } };
	static const char *const path[] = { "a", "a/program", "a/link", "a/twin" };
	struct stat st;
	char target[16] = { 0 };

	(void)state;
	OK(fs_mkdirs(at.dir, "t/a", e));
	OK(fs_write(at.dir, "t/a/program", STR("bytes"), 0751, e));
	assert_int_equal(linkat(at.dir, "t/a/program", at.dir, "t/a/twin", 0), 0);
	assert_int_equal(symlinkat("gone", at.dir, "t/a/link"), 0);
	for (int i = COUNT_OF(path) - 1; i >= 0; i--) {
		char *below = arena_printf(&at.a, "t/%s", path[i]);
		assert_int_equal(utimensat(at.dir, below, times, AT_SYMLINK_NOFOLLOW), 0);
	}
	assert_int_equal(fchmodat(at.dir, "t/a", 0555, 0), 0);
	OK(fs_copy(at.dir, "t", at.dir, "copy", e));
	for (size_t i = 0; i < COUNT_OF(path); i++) {
		char *below = arena_printf(&at.a, "copy/%s", path[i]);
		assert_int_equal(fstatat(at.dir, below, &st, AT_SYMLINK_NOFOLLOW), 0);
		assert_int_equal(st.st_mtim.tv_sec, 2000);
		assert_int_equal(st.st_mtim.tv_nsec, 7);
	}
	assert_int_equal(fstatat(at.dir, "copy/a", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0555);
	assert_int_equal(fstatat(at.dir, "copy/a/twin", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0751);
	assert_int_equal(st.st_nlink, 1);
	assert_string_equal(read_text("copy/a/twin"), "bytes");
	assert_int_equal(readlinkat(at.dir, "copy/a/link", target, sizeof(target)), 4);
	assert_string_equal(target, "gone");
	SAYS(fs_copy(at.dir, "t", at.dir, "copy", e), "copy t to copy: make the folder");
	assert_int_equal(fchmodat(at.dir, "t/a", 0755, 0), 0);
	assert_int_equal(mkfifoat(at.dir, "t/a/pipe", 0644), 0);
	SAYS(fs_copy(at.dir, "t", at.dir, "other", e), "a: pipe: neither file");
}

static void
a_lock_keeps_others_out_until_it_is_closed(void **state)
{
	int shared, other, alone;

	(void)state;
	OK(shared = fs_lock(at.dir, "lock", false, false, e));
	OK(other = fs_lock(at.dir, "lock", false, false, e));
	OK((alone = fs_lock(at.dir, "lock", true, false, e)) == -1 ? -1 : 0);
	assert_int_equal(alone, FS_LOCK_BUSY);
	close(shared);
	close(other);
	OK(alone = fs_lock(at.dir, "lock", true, false, e));
	assert_true(alone >= 0);
	OK((shared = fs_lock(at.dir, "lock", false, false, e)) == -1 ? -1 : 0);
	assert_int_equal(shared, FS_LOCK_BUSY);
	close(alone);
	SAYS(fs_lock(at.dir, "no/lock", true, true, e), "open the lock file no/lock");
}

/* Somebody holds the lock, removes its file, and lets go while we wait for it. */
static void
a_lock_on_a_removed_file_is_taken_again_on_the_new_one(void **state)
{
	int held, mine, status;

	(void)state;
	OK(held = fs_lock(at.dir, "lock", true, true, e));
	pid_t pid = fork();
	if (pid == 0) {
		struct timespec t = { .tv_nsec = 50 * 1000 * 1000 };
		nanosleep(&t, NULL);
		unlinkat(at.dir, "lock", 0);
		_exit(0);
	}
	close(held);
	OK(mine = fs_lock(at.dir, "lock", true, true, e));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	struct stat locked, named;
	assert_int_equal(fstat(mine, &locked), 0);
	assert_int_equal(fstatat(at.dir, "lock", &named, 0), 0);
	assert_int_equal(locked.st_ino, named.st_ino);
	close(mine);
}

static void
a_descriptor_has_a_path_until_its_folder_is_removed(void **state)
{
	char *path;

	(void)state;
	OK(fs_mkdirs(at.dir, "a", e));
	int fd = openat(at.dir, "a", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OK(fs_path(&at.a, fd, &path, e));
	assert_string_equal(path, arena_printf(&at.a, "%s/a", at.path));
	OK(fs_remove(at.dir, "a", e));
	SAYS(fs_path(&at.a, fd, &path, e), "was removed");
	close(fd);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(a_replaced_file_has_new_bytes_and_mode_and_leaves_nothing_beside),
		WITH(reading_has_a_ceiling_and_wants_a_regular_file),
		WITH(a_descriptor_is_read_up_to_a_limit),
		WITH(folders_are_made_with_those_above_them),
		WITH(a_link_replaces_only_a_link),
		WITH(a_walk_is_sorted_and_may_skip_and_stop),
		WITH(a_tree_is_removed_whatever_its_modes_and_links_are_not_followed),
		WITH(a_very_deep_tree_is_removed_but_not_walked_or_copied),
		WITH(a_copy_has_the_same_bytes_modes_times_and_links),
		WITH(a_lock_keeps_others_out_until_it_is_closed),
		WITH(a_lock_on_a_removed_file_is_taken_again_on_the_new_one),
		WITH(a_descriptor_has_a_path_until_its_folder_is_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
