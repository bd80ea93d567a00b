/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "make/diff.h"

#define HEAD "--- a/f\n+++ b/f\n"

/* Parse the patch, and apply its first file to old. */
static int
apply(struct arena *a, const char *patch, const char *old, struct str *new, struct err *e)
{
	struct diff d;

	*e = (struct err){ 0 };
	if (diff_parse(a, str_of(patch), &d, e) == -1)
		return -1;
	return diff_apply(a, &d.file[0], str_of(old), new, e);
}

static void
a_patch_that_fits_gives_the_new_text(void **state)
{
	const struct {
		const char *patch, *old, *new;
	} row[] = {
		/* one line replaced; a time behind the name; words behind the head */
		{ "--- a/f\t2024-01-01\n+++ b/f\t2024-01-02\n@@ -1,3 +1,3 @@ main\n a\n-b\n+B\n "
		  "c\n",
		    "a\nb\nc\n", "a\nB\nc\n" },
		/* prose in front, and a mail's signature behind */
		{ "From: me\nWhy: because\n\n" HEAD "@@ -1 +1 @@\n-a\n+b\n-- \n2.30\n", "a\n",
		    "b\n" },
		/* two hunks, the second moved by what the first added */
		{ HEAD "@@ -1,2 +1,3 @@\n+0\n a\n b\n@@ -4,2 +5,1 @@\n d\n-e\n", "a\nb\nc\nd\ne\n",
		    "0\na\nb\nc\nd\n" },
		/* elsewhere, where there is one place only */
		{ HEAD "@@ -1,2 +1,2 @@\n x\n-y\n+z\n", "a\nb\nc\nx\ny\n", "a\nb\nc\nx\nz\n" },
		/* at its line, although it would fit elsewhere too */
		{ HEAD "@@ -3,1 +3,1 @@\n-a\n+b\n", "a\na\na\na\n", "a\na\nb\na\n" },
		/* the end of a file without a newline, kept, taken and given */
		{ HEAD "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n", "a", "b\n" },
		{ HEAD "@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n", "a\n", "b" },
		{ HEAD "@@ -1,2 +1,2 @@\n-a\n+A\n b\n\\ No newline at end of file\n", "a\nb",
		    "A\nb" },
		/* nothing but additions, by diff -U0 */
		{ HEAD "@@ -1,0 +2,2 @@\n+b\n+c\n", "a\nd\n", "a\nb\nc\nd\n" },
		{ HEAD "@@ -0,0 +1 @@\n+a\n", "b\n", "a\nb\n" },
		/* an empty line of context whose blank a mailer cut */
		{ HEAD "@@ -1,3 +1,2 @@\n a\n\n-b\n", "a\n\nb\n", "a\n\n" },
		/* lines that look like heads */
		{ HEAD "@@ -1,2 +1,2 @@\n--- old\n+++ new\n @@ x\n", "-- old\n@@ x\n",
		    "++ new\n@@ x\n" },
		/* line ends of another system are bytes like others */
		{ HEAD "@@ -1 +1 @@\n-a\r\n+b\r\n", "a\r\n", "b\r\n" },
		/* a new and a deleted file */
		{ "--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n", "", "a\nb\n" },
		{ "--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", "a\n", "" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct str new;
		struct err e;
		if (apply(&a, row[i].patch, row[i].old, &new, &e) == -1)
			fail_msg("row %zu: %s", i, e.text);
		assert_string_equal(str_z(&a, new), row[i].new);
	}
	arena_free(&a);
}

static void
a_patch_that_does_not_fit_says_where_and_what_was_found(void **state)
{
	const struct {
		const char *patch, *old, *fault;
	} row[] = {
		{ HEAD "@@ -2,2 +2,2 @@\n a\n-b\n+c\n", "x\na\nB\n",
		    "hunk 1 of f does not fit at line 2\n  line 3 wanted: b\n  line 3 found:  B" },
		{ HEAD "@@ -2 +2 @@\n-b\n+c\n", "a\n",
		    "hunk 1 of f does not fit at line 2\n  line 2 wanted: b\n"
		    "  line 2 found:  (the end of the file)" },
		{ HEAD "@@ -1 +1 @@\n-a\n+A\n@@ -9 +9 @@\n-b\n+c\n", "a\nx\n",
		    "hunk 2 of f does not fit at line 9\n  line 9 wanted: b\n"
		    "  line 9 found:  (the end of the file)" },
		{ HEAD "@@ -1 +1 @@\n-b\n+c\n", "a\nb\nb\n",
		    "hunk 1 of f does not fit at line 1, and in more than one other place\n"
		    "  line 1 wanted: b\n  line 1 found:  a" },
		/* the newline at the end counts */
		{ HEAD "@@ -1 +1 @@\n-a\n+b\n", "a",
		    "hunk 1 of f does not fit at line 1\n  line 1 wanted: a\n  line 1 found:  a" },
		/* hunks do not overlap, nor does one stand before the one before it */
		{ HEAD "@@ -2 +2 @@\n-b\n+B\n@@ -1 +1 @@\n-a\n+A\n", "a\nb\n",
		    "hunk 2 of f does not fit at line 1" },
		{ HEAD "@@ -5,0 +6 @@\n+x\n", "a\n", "hunk 1 of f does not fit at line 6" },
		{ HEAD "@@ -18446744073709551615 +1 @@\n-a\n+b\n", "b\n",
		    "hunk 1 of f does not fit" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct str new;
		struct err e;
		if (apply(&a, row[i].patch, row[i].old, &new, &e) == 0)
			fail_msg("row %zu: it fits", i);
		assert_int_equal(e.kind, ERR_PACKAGE);
		if (strncmp(e.text, row[i].fault, strlen(row[i].fault)) != 0)
			fail_msg("row %zu: %s", i, e.text);
	}
	arena_free(&a);
}

static void
what_is_no_patch_is_refused_with_its_line(void **state)
{
	const struct {
		const char *patch, *fault;
	} row[] = {
		{ "", "it changes no file" },
		{ "some prose\n", "it changes no file" },
		{ HEAD, "line 2: a file without a hunk" },
		{ "--- a/f\n+++ b/f", "line 2: a file without a hunk" },
		{ HEAD "@@ -1 +1 @@\n-a\n", "line 4: the hunk ends before its last line" },
		{ HEAD "@@ -1 +1 @@\n-a\n+b\n+c\n", "line 5: the hunk goes on behind the end" },
		{ HEAD "@@ -1 +1 @@\n-a\n-b\n+c\n", "line 5: the hunk's lines are not those" },
		{ HEAD "@@ -1 +1 @@\n*a\n", "line 4: the hunk's lines are not those" },
		{ HEAD "@@ -1 @@\n-a\n", "line 3: a hunk's head is wrong" },
		{ HEAD "@@ -a +1 @@\n-a\n", "line 3: a hunk's head is wrong" },
		{ HEAD "@@ -0,1 +1 @@\n-a\n+b\n", "line 3: a hunk's head is wrong" },
		{ HEAD "@@ -99999999999999999999 +1 @@\n-a\n", "line 3: a hunk's head is wrong" },
		{ "@@ -1 +1 @@\n-a\n+b\n", "line 1: a hunk without a file" },
		{ "--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n",
		    "line 2: the file name leads out" },
		{ "--- a/f\n+++ b//etc/passwd\n@@ -1 +1 @@\n-a\n+b\n",
		    "line 2: the file name leads out" },
		{ "--- /etc/f\n+++ /../etc/f\n@@ -1 +1 @@\n-a\n+b\n",
		    "line 2: the file name leads out" },
		{ "--- a/x/../../f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n",
		    "line 2: the file name leads out" },
		{ "--- f\n+++ f\n@@ -1 +1 @@\n-a\n+b\n",
		    "line 2: a file name like a/PATH is wanted" },
		{ "--- \"a/f\"\n+++ \"b/f\"\n@@ -1 +1 @@\n-a\n+b\n",
		    "line 2: a quoted file name is not understood" },
		{ "diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\n",
		    "line 3: a rename is not understood" },
		{ "diff --git a/f b/f\nGIT binary patch\nliteral 1\n",
		    "line 2: a binary patch is not understood" },
		{ "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n",
		    "line 3: a change of a mode alone" },
		{ "diff --git a/f b/f\nnew file mode 100644\nindex 0..e\n" HEAD,
		    "line 5: a file without a hunk" },
		{ "diff --git a/f b/f\nnew file mode 120000\n--- /dev/null\n+++ b/f\n"
		  "@@ -0,0 +1 @@\n+/etc\n",
		    "line 2: neither a plain file nor a program" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct diff d;
		struct err e = { 0 };
		if (diff_parse(&a, str_of(row[i].patch), &d, &e) == 0)
			fail_msg("row %zu: it is taken", i);
		if (strncmp(e.text, row[i].fault, strlen(row[i].fault)) != 0)
			fail_msg("row %zu: %s", i, e.text);
	}
	arena_free(&a);
}

static void
gits_own_lines_say_the_mode(void **state)
{
	const char patch[] = "diff --git a/t.sh b/t.sh\nnew file mode 100755\nindex 0..1\n"
			     "--- /dev/null\n+++ b/t.sh\n@@ -0,0 +1 @@\n+x\n"
			     "diff --git a/d/g b/d/g\nindex 1..2 100644\n"
			     "--- a/d/g\n+++ b/d/g\n@@ -1 +1 @@\n-a\n+b\n";
	struct arena a = { 0 };
	struct err e = { 0 };
	struct diff d;

	(void)state;
	assert_int_equal(diff_parse(&a, STR(patch), &d, &e), 0);
	assert_int_equal(d.nfile, 2);
	assert_true(str_is(d.file[0].path, "t.sh") && d.file[0].is_new);
	assert_int_equal(d.file[0].mode, DIFF_MODE_PROGRAM);
	assert_true(str_is(d.file[1].path, "d/g") && !d.file[1].is_new && !d.file[1].is_deleted);
	assert_int_equal(d.file[1].mode, DIFF_MODE_KEEP);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_patch_that_fits_gives_the_new_text),
		cmocka_unit_test(a_patch_that_does_not_fit_says_where_and_what_was_found),
		cmocka_unit_test(what_is_no_patch_is_refused_with_its_line),
		cmocka_unit_test(gits_own_lines_say_the_mode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
