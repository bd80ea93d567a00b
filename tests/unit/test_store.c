/* SPDX-License-Identifier: ISC */
#include "store_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>

static struct place at;
static struct store *store;

static int
set_up(void **state)
{
	(void)state;
	place_make(&at);
	OK(store_open(&at.a, at.dir, &store, e));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	store_close(store);
	place_remove(&at);
	return 0;
}

static struct digest
publish_zlib(const char *name)
{
	struct digest d;

	OK(sample_publish(store, name, zlib_files, COUNT_OF(zlib_files), &d, e));
	return d;
}

static const char *
in_store(const struct digest *d, const char *path)
{
	return arena_printf(&at.a, "%s/%s/%s", store_path(store), digest_hex(&at.a, d), path);
}

static void
what_is_published_is_found_by_digest_and_key(void **state)
{
	struct digest d = publish_zlib("zlib"), key = key_of("zlib");
	struct object o;
	struct str value;

	(void)state;
	assert_true(store_has(store, &d));
	assert_true(journal_get(store_journal(store), "built", &key, &value));
	assert_true(str_is(value, digest_hex(&at.a, &d)));
	OK(store_object(store, &at.a, &d, true, &o, e));
	assert_true(
	    str_is(o.name, "zlib") && str_is(o.version, "1.0") && str_is(o.target, "armv7"));
	assert_int_equal(o.nfile, 5);
	assert_true(str_is(o.file[0].path, "usr/include/zlib.h"));
	assert_true(str_is(o.file[2].target, "libz.a"));
	assert_true(o.has_class[CLASS_DEV] && o.has_class[CLASS_BIN] && !o.has_class[CLASS_DOC]);
	assert_clean(store);
}

static void
modes_and_times_are_normalised(void **state)
{
	static const struct {
		const char *path;
		mode_t mode;
	} row[] = {
		{ "", S_IFDIR | 0755 },
		{ "manifest", S_IFREG | 0444 },
		{ "dev", S_IFDIR | 0755 },
		{ "dev/usr/lib", S_IFDIR | 0755 },
		{ "dev/usr/include/zlib.h", S_IFREG | 0444 },
		{ "dev/usr/lib/libz2.a", S_IFLNK | 0777 },
		{ "bin/usr/bin/minigzip", S_IFREG | 0555 },
	};
	struct digest d = publish_zlib("zlib");
	struct stat st;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		assert_int_equal(lstat(in_store(&d, row[i].path), &st), 0);
		if (st.st_mode != row[i].mode)
			fail_msg("%s has mode %o", row[i].path, st.st_mode);
		if (st.st_mtime != CLOCK_FIXED_MTIME || st.st_mtim.tv_nsec != 0)
			fail_msg("%s has another time", row[i].path);
	}
}

static void
the_same_bytes_are_one_object_with_two_keys(void **state)
{
	struct publish p = { STR("zlib"), STR("1.0"), STR("armv7"), key_of("another key") };
	struct digest first = publish_zlib("zlib"), second;
	struct str value;
	char *work;
	int lock;

	(void)state;
	OK(store_work(store, &at.a, &work, &lock, e));
	for (size_t i = 0; i < COUNT_OF(zlib_files); i++)
		OK(sample_write(lock, &zlib_files[i], e));
	OK(store_publish(store, work, lock, &p, &second, e));
	assert_true(digest_eq(&first, &second));
	assert_true(journal_get(store_journal(store), "built", &p.key, &value));
	assert_false(fs_exists(AT_FDCWD, work));
	assert_int_equal(fcntl(lock, F_GETFD), -1);
}

static void
a_hard_link_becomes_a_file_of_its_own_and_empty_folders_go(void **state)
{
	struct publish p = { STR("x"), STR("1"), STR("armv7"), key_of("x") };
	static const struct sample file = { "bin/usr/bin/a", "program", 0755 };
	struct stat one, other;
	struct digest d;
	char *work;
	int lock;

	(void)state;
	OK(store_work(store, &at.a, &work, &lock, e));
	OK(sample_write(lock, &file, e));
	OK(fs_mkdirs(lock, "bin/usr/share/empty/inner", e));
	OK(fs_mkdirs(lock, "doc", e));
	assert_int_equal(linkat(lock, "bin/usr/bin/a", lock, "bin/usr/bin/b", 0), 0);
	OK(store_publish(store, work, lock, &p, &d, e));
	assert_int_equal(lstat(in_store(&d, "bin/usr/bin/a"), &one), 0);
	assert_int_equal(lstat(in_store(&d, "bin/usr/bin/b"), &other), 0);
	assert_int_not_equal(one.st_ino, other.st_ino);
	assert_int_equal(one.st_nlink, 1);
	assert_int_not_equal(access(in_store(&d, "bin/usr/share"), F_OK), 0);
	assert_int_not_equal(access(in_store(&d, "doc"), F_OK), 0);
	assert_clean(store);
}

static void
only_files_folders_and_links_are_taken(void **state)
{
	static const struct {
		const char *path, *want;
		mode_t type;
	} row[] = {
		{ "bin/usr/bin/pipe", "bin/usr/bin/pipe: it is neither", S_IFIFO },
		{ "bin/usr/bin/sock", "bin/usr/bin/sock: it is neither", S_IFSOCK },
		{ "bin/usr/bin/a\nb", "control characters", S_IFREG },
		{ "bin/usr/bin/l\n", "control characters", S_IFLNK },
		{ "share", "share is not the folder of a class", S_IFREG },
		{ "dev", "dev is not the folder of a class", S_IFREG },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct publish p = { STR("x"), STR("1"), STR("armv7"), key_of("x") };
		struct err why = { 0 };
		struct digest d;
		char *work;
		int lock;

		OK(store_work(store, &at.a, &work, &lock, e));
		OK(fs_mkdirs(lock, "bin/usr/bin", e));
		if (row[i].type == S_IFLNK)
			assert_int_equal(symlinkat("x", lock, row[i].path), 0);
		else
			assert_int_equal(mknodat(lock, row[i].path, row[i].type | 0644, 0), 0);
		assert_int_equal(store_publish(store, work, lock, &p, &d, &why), -1);
		if (strstr(why.text, row[i].want) == NULL)
			fail_msg("row %zu: %s", i, why.text);
		assert_false(fs_exists(AT_FDCWD, work));
		store_discard(store, work, lock); /* harmless */
	}
	assert_clean(store);
}

static void
damage_is_found_and_repaired(void **state)
{
	enum damage { BYTES, SIZE, GONE, EXTRA, MODE, LINK, MANIFEST, NO_MANIFEST };
	static const char *const want[] = {
		[BYTES] = "dev/usr/lib/libz.a: its bytes were changed",
		[SIZE] = "dev/usr/lib/libz.a: it has 9 bytes, the manifest says 8",
		[GONE] = "dev/usr/lib/libz.a: No such file",
		[EXTRA] = "dev/usr/lib/new: the manifest does not know it",
		[MODE] = "dev/usr/lib/libz.a: its mode is 0755, not 0444",
		[LINK] = "dev/usr/lib/libz2.a: it points to another place",
		[MANIFEST] = "manifest: its sum is wrong",
		[NO_MANIFEST] = "open manifest: No such file",
	};
	static const struct sample change[] = {
		[BYTES] = { "dev/usr/lib/libz.a", "!<arch>!", 0444 },
		[SIZE] = { "dev/usr/lib/libz.a", "!<arch>\n\n", 0444 },
		[EXTRA] = { "dev/usr/lib/new", "x", 0444 },
		[MODE] = { "dev/usr/lib/libz.a", "!<arch>\n", 0755 },
		[LINK] = { "dev/usr/lib/libz2.a", "-> libq.a", 0 },
	};

	(void)state;
	for (int i = 0; i < (int)COUNT_OF(want); i++) {
		struct digest d = publish_zlib("zlib");
		struct buf said = { .a = &at.a };
		struct err why = { 0 };
		int dir = open(in_store(&d, ""), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (i == GONE || i == NO_MANIFEST)
			assert_int_equal(
			    unlinkat(dir, i == GONE ? "dev/usr/lib/libz.a" : "manifest", 0), 0);
		else if (i == MANIFEST)
			OK(fs_write(
			    dir, "manifest", STR("kiln-object 1\nend 00000000\n"), 0444, e));
		else
			OK(sample_write(dir, &change[i], e));
		close(dir);
		assert_int_equal(store_verify(store, false, note_sentence, &said, &why), 1);
		if (strstr(said.p, want[i]) == NULL)
			fail_msg("row %d: %s", i, said.p);
		assert_true(fs_exists(AT_FDCWD, in_store(&d, "")));
		assert_int_equal(store_verify(store, true, note_sentence, &said, &why), 1);
		assert_false(store_has(store, &d));
		assert_true(
		    fs_exists(at.dir, arena_printf(&at.a, "damaged/%s", digest_hex(&at.a, &d))));
		assert_clean(store);
	}
}

static void
publishing_again_heals_an_object_with_a_wrong_size(void **state)
{
	struct digest d = publish_zlib("zlib");
	struct err why = { 0 };
	struct object o;

	(void)state;
	OK(fs_write(AT_FDCWD, in_store(&d, "dev/usr/lib/libz.a"), STR("short"), 0444, e));
	assert_int_equal(store_object(store, &at.a, &d, true, &o, &why), -1);
	assert_non_null(strstr(why.text, "kiln verify --repair"));
	struct digest again = publish_zlib("zlib");
	assert_true(digest_eq(&d, &again));
	OK(store_object(store, &at.a, &d, true, &o, e));
	assert_clean(store);
}

static void
collection_leaves_what_is_kept_or_used(void **state)
{
	struct digest kept = publish_zlib("a"), used = publish_zlib("b"), loose = publish_zlib("c");
	struct store *other;
	uint64_t dry_bytes, bytes;
	int n;

	(void)state;
	/* What this process published it uses; so another one, which uses only b, goes on. */
	store_close(store);
	OK(store_open(&at.a, at.dir, &store, e));
	OK(store_use(store, &used, e));
	OK(store_open(&at.a, at.dir, &other, e));
	OK(store_collect(other, &kept, 1, true, &dry_bytes, &n, e));
	assert_int_equal(n, 1);
	assert_true(store_has(store, &loose));
	OK(store_collect(other, &kept, 1, false, &bytes, &n, e));
	assert_int_equal(n, 1);
	assert_int_equal(bytes, dry_bytes);
	assert_true(bytes > 30);
	assert_true(store_has(store, &kept) && store_has(store, &used));
	assert_false(store_has(store, &loose));
	store_close(store);
	OK(store_collect(other, NULL, 0, false, &bytes, &n, e));
	assert_int_equal(n, 2);
	store = other;
	assert_clean(store);
}

static void
what_this_process_published_is_not_collected(void **state)
{
	struct digest d = publish_zlib("zlib");
	uint64_t bytes;
	int n;

	(void)state;
	OK(store_collect(store, NULL, 0, false, &bytes, &n, e));
	assert_int_equal(n, 0);
	assert_true(store_has(store, &d));
}

static void
an_object_that_is_not_there_cannot_be_used(void **state)
{
	struct digest d = key_of("nothing");
	struct err why = { 0 };
	struct object o;

	(void)state;
	assert_false(store_has(store, &d));
	assert_int_equal(store_use(store, &d, &why), -1);
	err_clear(&why);
	assert_int_equal(store_object(store, &at.a, &d, false, &o, &why), -1);
	assert_non_null(strstr(why.text, "is not in the store"));
}

static void
abandoned_work_is_removed_and_work_that_is_held_stays(void **state)
{
	struct store *other;
	char *mine, *dead;
	int lock, theirs;
	pid_t pid;

	(void)state;
	OK(store_work(store, &at.a, &mine, &lock, e));
	OK(store_work(store, &at.a, &dead, &theirs, e));
	OK(fs_mkdirs(theirs, "dev/usr", e));
	close(theirs);
	OK(fs_write(
	    AT_FDCWD, arena_printf(&at.a, "%s/.tmp/file", store_path(store)), STR("x"), 0644, e));
	pid = fork();
	if (pid == 0) {
		struct err why = { 0 };
		_exit(store_open(&at.a, at.dir, &other, &why) == 0 ? 0 : 1);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(fs_exists(AT_FDCWD, mine));
	assert_false(fs_exists(AT_FDCWD, dead));
	assert_false(fs_exists(at.dir, "store/.tmp/file"));
	store_discard(store, mine, lock);
	assert_false(fs_exists(AT_FDCWD, mine));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_is_published_is_found_by_digest_and_key, set_up, tear_down),
		cmocka_unit_test_setup_teardown(modes_and_times_are_normalised, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    the_same_bytes_are_one_object_with_two_keys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_hard_link_becomes_a_file_of_its_own_and_empty_folders_go, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    only_files_folders_and_links_are_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(damage_is_found_and_repaired, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    publishing_again_heals_an_object_with_a_wrong_size, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    collection_leaves_what_is_kept_or_used, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    what_this_process_published_is_not_collected, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    an_object_that_is_not_there_cannot_be_used, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    abandoned_work_is_removed_and_work_that_is_held_stays, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
