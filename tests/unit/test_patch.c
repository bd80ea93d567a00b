/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "make/edit.h"
#include "make/patch.h"
#include "sys/fs.h"

/* A stage: src/a.c, run.sh (a program), out -> .., away -> ../outside.txt; beside it outside.txt. */
struct place {
	struct arena a;
	char *path;
	int top, dir;
};

static void
put(int dir, const char *path, const char *text, mode_t mode)
{
	struct err e = { 0 };

	if (fs_write(dir, path, str_of(text), mode, &e) == -1)
		fail_msg("%s", e.text);
}

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct err e = { 0 };

	p->path = arena_printf(
	    &p->a, "%s/kiln-patch.XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(p->path));
	p->top = fs_open_dir(AT_FDCWD, p->path, &e);
	assert_int_equal(fs_mkdirs(p->top, "stage/src", &e), 0);
	p->dir = fs_open_dir(p->top, "stage", &e);
	put(p->dir, "src/a.c", "one\ntwo\nthree\n", 0644);
	put(p->dir, "run.sh", "x\n", 0755);
	put(p->top, "outside.txt", "old\n", 0644);
	assert_int_equal(symlinkat("..", p->dir, "out"), 0);
	assert_int_equal(symlinkat("../outside.txt", p->dir, "away"), 0);
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;
	struct err e = { 0 };

	close(p->dir);
	close(p->top);
	assert_int_equal(fs_remove(AT_FDCWD, p->path, &e), 0);
	arena_free(&p->a);
	free(p);
	return 0;
}

static int
patch_with(struct place *p, const char *text, struct err *e)
{
	struct patch patch = { .name = STR("0001-x.patch"), .text = str_of(text) };

	*e = (struct err){ 0 };
	return patch_apply(p->dir, &patch, e);
}

static const char *
text_of(struct place *p, int dir, const char *path)
{
	struct err e = { 0 };
	struct str s;

	if (fs_read(&p->a, dir, path, 4096, &s, &e) == -1)
		return "(not there)";
	return str_z(&p->a, s);
}

static void
files_are_changed_made_and_deleted_in_one_patch(void **state)
{
	struct place *p = *state;
	struct stat st;
	struct err e;
	const char text[] =
	    "--- a/src/a.c\n+++ b/src/a.c\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n"
	    "--- /dev/null\n+++ b/new/deep/b.c\n@@ -0,0 +1 @@\n+b\n"
	    "--- a/run.sh\n+++ b/run.sh\n@@ -1 +1 @@\n-x\n+y\n";

	if (patch_with(p, text, &e) == -1)
		fail_msg("%s", e.text);
	assert_string_equal(text_of(p, p->dir, "src/a.c"), "one\nTWO\nthree\n");
	assert_string_equal(text_of(p, p->dir, "new/deep/b.c"), "b\n");
	assert_int_equal(fstatat(p->dir, "run.sh", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	if (patch_with(p, "--- a/run.sh\n+++ /dev/null\n@@ -1 +0,0 @@\n-y\n", &e) == -1)
		fail_msg("%s", e.text);
	assert_false(fs_exists(p->dir, "run.sh"));
}

static void
a_fault_names_patch_hunk_file_and_line(void **state)
{
	const struct {
		const char *text, *fault;
	} row[] = {
		{ "--- a/src/a.c\n+++ b/src/a.c\n@@ -2 +2 @@\n-zwei\n+TWO\n",
		    "patch 0001-x.patch: hunk 1 of src/a.c does not fit at line 2" },
		{ "--- a/src/b.c\n+++ b/src/b.c\n@@ -1 +1 @@\n-a\n+b\n",
		    "patch 0001-x.patch: src/b.c is not there" },
		{ "--- /dev/null\n+++ b/src/a.c\n@@ -0,0 +1 @@\n+b\n",
		    "patch 0001-x.patch: src/a.c is there already" },
		{ "--- a/src/a.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n",
		    "patch 0001-x.patch: src/a.c was to be deleted and holds more" },
		{ "--- a/src\n+++ b/src\n@@ -1 +1 @@\n-a\n+b\n",
		    "patch 0001-x.patch: src is not a file" },
		{ "--- a/src/a.c/x\n+++ b/src/a.c/x\n@@ -1 +1 @@\n-a\n+b\n",
		    "patch 0001-x.patch: open the folder of src/a.c/x: a file stands in its way" },
	};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct err e;
		if (patch_with(p, row[i].text, &e) == 0)
			fail_msg("row %zu: it fits", i);
		assert_int_equal(e.kind, ERR_PACKAGE);
		if (strncmp(e.text, row[i].fault, strlen(row[i].fault)) != 0)
			fail_msg("row %zu: %s", i, e.text);
	}
	assert_string_equal(text_of(p, p->dir, "src/a.c"), "one\ntwo\nthree\n");
}

static void
nothing_outside_the_folder_is_touched(void **state)
{
	const char *text[] = {
		"--- a/../outside.txt\n+++ b/../outside.txt\n@@ -1 +1 @@\n-old\n+new\n",
		"--- a/out/outside.txt\n+++ b/out/outside.txt\n@@ -1 +1 @@\n-old\n+new\n",
		"--- a/away\n+++ b/away\n@@ -1 +1 @@\n-old\n+new\n",
		"--- /dev/null\n+++ b/out/made.txt\n@@ -0,0 +1 @@\n+new\n",
		"--- /dev/null\n+++ b/out/deep/made.txt\n@@ -0,0 +1 @@\n+new\n",
		"--- a/out/outside.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-old\n",
	};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(text); i++) {
		struct err e;
		if (patch_with(p, text[i], &e) == 0)
			fail_msg("row %zu: it was applied", i);
		assert_int_equal(e.kind, ERR_PACKAGE);
	}
	assert_string_equal(text_of(p, p->top, "outside.txt"), "old\n");
	assert_false(fs_exists(p->top, "made.txt"));
	assert_false(fs_exists(p->top, "deep"));
}

static void
another_name_of_a_file_keeps_its_bytes(void **state)
{
	struct place *p = *state;
	struct err e;

	assert_int_equal(linkat(p->top, "outside.txt", p->dir, "twin", 0), 0);
	if (patch_with(p, "--- a/twin\n+++ b/twin\n@@ -1 +1 @@\n-old\n+new\n", &e) == -1)
		fail_msg("%s", e.text);
	assert_string_equal(text_of(p, p->dir, "twin"), "new\n");
	assert_string_equal(text_of(p, p->top, "outside.txt"), "old\n");
}

static struct syntax_file recipe = { .path = { "recipes/packages/x", 18 },
	.text = { "edit\n", 5 } };

static struct edit
edit_of(const char *file, const char *pattern, const char *with, uint64_t times)
{
	return (
	    struct edit){ str_of(file), str_of(pattern), str_of(with), times, { &recipe, 1, 1 } };
}

static void
an_edit_replaces_every_match_as_sed_does(void **state)
{
	const struct {
		const char *old, *pattern, *with, *new;
		uint64_t times;
	} row[] = {
		{ "CC = gcc\nLD = ld\n", "^CC *=.*", "CC ?= cc", "CC ?= cc\nLD = ld\n", 1 },
		{ "a b a\nb a", "a", "x", "x b x\nb x", 3 },
		{ "key=value\n", "([a-z]+)=([a-z]+)", "\\2=\\1 \\\\ \\0",
		    "value=key \\ key=value\n", 1 },
		{ "abc\n", "x*", "-", "-a-b-c-\n", 4 },
		{ "baaac\n", "a*", "-", "-b-c-\n", 3 },
		{ "aa\n", "^a", "b", "ba\n", 1 },
		{ "aab\n", "b$", "c", "aac\n", 1 },
		{ "a\n\nb\n", "^$", "-", "a\n-\nb\n", 1 },
		{ "a\n", "(b)?a", "[\\1]", "[]\n", 1 },
		{ "", "a", "b", "", 0 },
	};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct edit ed = edit_of("f", row[i].pattern, row[i].with, 1);
		struct err e = { 0 };
		struct edited done;
		if (edit_text(&p->a, &ed, str_of(row[i].old), &done, &e) == -1)
			fail_msg("row %zu: %s", i, e.text);
		if (done.times != row[i].times || !str_eq(done.text, str_of(row[i].new)))
			fail_msg(
			    "row %zu: %d times, %s", i, (int)done.times, str_z(&p->a, done.text));
	}
}

static void
an_edit_that_does_not_hold_is_an_error_at_its_line(void **state)
{
	const struct {
		const char *file, *pattern, *with;
		uint64_t times;
		const char *fault;
	} row[] = {
		{ "src/a.c", "t", "T", 3,
		    "the pattern was found 2 times (lines 2, 3), `times 3` is wanted" },
		{ "src/a.c", "o$", "0", 2, "the pattern was found 1 times (line 2), `times 2`" },
		{ "src/a.c", "x", "T", 1, "the pattern was found 0 times, `times 1` is wanted" },
		{ "src/a.c", "(", "T", 1, "the pattern is no regular expression" },
		{ "src/a.c", "t", "\\1", 2, "`with` names group 1, the pattern has 0" },
		{ "src/a.c", "t", "a\\", 2, "a backslash in `with` stands before a digit" },
		{ "src/none.c", "t", "T", 1, "src/none.c is not there" },
		{ "away", "old", "new", 1, "away is a link" },
		{ "out/outside.txt", "old", "new", 1, "a link stands in its way" },
	};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct edit ed = edit_of(row[i].file, row[i].pattern, row[i].with, row[i].times);
		struct err e = { 0 };
		assert_int_equal(edit_apply(p->dir, &ed, &e), -1);
		assert_int_equal(e.kind, ERR_RECIPE);
		if (strncmp(e.text, "recipes/packages/x:1:1: edit", 28) != 0 ||
		    strstr(e.text, row[i].fault) == NULL)
			fail_msg("row %zu: %s", i, e.text);
	}
	assert_string_equal(text_of(p, p->dir, "src/a.c"), "one\ntwo\nthree\n");
	assert_string_equal(text_of(p, p->top, "outside.txt"), "old\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    files_are_changed_made_and_deleted_in_one_patch, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_fault_names_patch_hunk_file_and_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    nothing_outside_the_folder_is_touched, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    another_name_of_a_file_keeps_its_bytes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    an_edit_replaces_every_match_as_sed_does, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    an_edit_that_does_not_hold_is_an_error_at_its_line, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
