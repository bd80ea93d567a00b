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

#include "lib/folder.h"
#include "sys/fs.h"

/* A folder with one of everything that a source holds. */
struct place {
	struct arena a;
	char *path;
	int top, from;
};

static void
must(int result, struct err *e)
{
	if (result == -1)
		fail_msg("%s", e->text);
}

static void
put(const struct place *p, const char *path, const char *text, mode_t mode)
{
	struct err e = { 0 };

	must(fs_write(p->from, path, str_of(text), mode, &e), &e);
}

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct err e = { 0 };
	char name[] = "/tmp/kiln-folder-XXXXXX";

	assert_non_null(p);
	assert_non_null(mkdtemp(name));
	p->top = fs_open_dir(AT_FDCWD, name, &e);
	must(p->top, &e);
	p->path = arena_printf(&p->a, "%s/from", name);
	must(fs_mkdirs(p->top, "from/sub/empty", &e), &e);
	must(fs_mkdirs(p->top, "from/.git", &e), &e);
	p->from = fs_open_dir(p->top, "from", &e);
	must(p->from, &e);
	put(p, "a", "one", 0644);
	put(p, "sub/run", "#!/bin/sh\n", 0755);
	put(p, "sub/.git", "gitdir: elsewhere", 0644);
	put(p, ".git/HEAD", "x", 0644);
	assert_int_equal(symlinkat("sub/run", p->from, "link"), 0);
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;
	struct err e = { 0 };

	*strrchr(p->path, '/') = '\0';
	must(fs_remove(AT_FDCWD, p->path, &e), &e);
	close(p->from);
	close(p->top);
	arena_free(&p->a);
	free(p);
	return 0;
}

static struct digest
sum(struct place *p)
{
	struct folder f;
	struct err e = { 0 };

	must(folder_read(&p->a, p->path, FOLDER_ALL, -1, &f, &e), &e);
	return f.digest;
}

static void
times_owners_and_git_are_not_in_the_digest(void **state)
{
	struct place *p = *state;
	struct digest before = sum(p), after;
	struct timespec old[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	assert_int_equal(utimensat(p->from, "a", old, 0), 0);
	assert_int_equal(fchmodat(p->from, "a", 0600, 0), 0);
	put(p, ".git/HEAD", "y", 0644);
	put(p, "sub/.git", "gitdir: nowhere", 0644);
	after = sum(p);
	assert_true(digest_eq(&before, &after));
}

static void
change_bytes(struct place *p)
{
	put(p, "a", "One", 0644);
}

static void
change_mode(struct place *p)
{
	assert_int_equal(fchmodat(p->from, "a", 0755, 0), 0);
}

static void
change_link(struct place *p)
{
	assert_int_equal(unlinkat(p->from, "link", 0), 0);
	assert_int_equal(symlinkat("a", p->from, "link"), 0);
}

static void
change_name(struct place *p)
{
	assert_int_equal(renameat(p->from, "a", p->from, "b"), 0);
}

static void
add_folder(struct place *p)
{
	assert_int_equal(mkdirat(p->from, "new", 0755), 0);
}

static void
take_folder(struct place *p)
{
	assert_int_equal(unlinkat(p->from, "sub/empty", AT_REMOVEDIR), 0);
}

static void
whatever_a_build_may_see_is_in_the_digest(void **state)
{
	static void (*const change[])(struct place *) = { change_bytes, change_mode, change_link,
		change_name, add_folder, take_folder };
	struct place *p = *state;
	struct digest before = sum(p);

	for (size_t i = 0; i < COUNT_OF(change); i++) {
		change[i](p);
		struct digest after = sum(p);
		if (digest_eq(&before, &after))
			fail_msg("change %zu is not seen", i);
		before = after;
	}
}

static void
a_copy_has_the_same_digest_and_no_git(void **state)
{
	struct place *p = *state;
	struct folder f, copied;
	struct err e = { 0 };
	struct digest before = sum(p);

	must(fs_mkdirs(p->top, "to", &e), &e);
	CLEANUP(fs_close) int to = fs_open_dir(p->top, "to", &e);
	must(folder_read(&p->a, p->path, FOLDER_ALL, to, &f, &e), &e);
	assert_true(digest_eq(&before, &f.digest));
	assert_int_equal(f.entry.n, 5);
	assert_int_equal(f.size_bytes, 13);
	assert_false(fs_exists(to, ".git"));
	assert_false(fs_exists(to, "sub/.git"));
	assert_true(fs_exists(to, "sub/empty"));
	char *path;
	must(fs_path(&p->a, to, &path, &e), &e);
	must(folder_read(&p->a, path, FOLDER_ALL, -1, &copied, &e), &e);
	assert_true(digest_eq(&before, &copied.digest));
}

static void
what_a_compiler_made_is_counted(void **state)
{
	struct place *p = *state;
	struct folder f;
	struct err e = { 0 };

	put(p, "b.o", "\177ELF...", 0644);
	put(p, "c.a", "!<arch>\n", 0644);
	must(folder_read(&p->a, p->path, FOLDER_ALL, -1, &f, &e), &e);
	assert_int_equal(f.nbuilt, 2);
	assert_true(str_is(f.built, "b.o"));
}

static void
what_no_source_holds_is_refused_by_name(void **state)
{
	struct place *p = *state;
	struct folder f;
	struct err e = { 0 };

	assert_int_equal(symlinkat("../../from", p->from, "sub/out"), 0);
	assert_int_equal(folder_read(&p->a, p->path, FOLDER_ALL, -1, &f, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_non_null(strstr(e.text, "from/sub/out: it is a link to ../../from, which leads"));
	err_clear(&e);
	assert_int_equal(unlinkat(p->from, "sub/out", 0), 0);
	assert_int_equal(mkfifoat(p->from, "pipe", 0644), 0);
	assert_int_equal(folder_read(&p->a, p->path, FOLDER_ALL, -1, &f, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_non_null(strstr(e.text, "from/pipe: it is neither file, folder nor link"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(times_owners_and_git_are_not_in_the_digest),
		TEST(whatever_a_build_may_see_is_in_the_digest),
		TEST(a_copy_has_the_same_digest_and_no_git),
		TEST(what_a_compiler_made_is_counted),
		TEST(what_no_source_holds_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
