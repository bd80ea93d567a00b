/* The lint rules: each by a recipe that fails it. SPDX-License-Identifier: ISC */
#include "recipe_fixture.h"

#include <fcntl.h>
#include <unistd.h>

#include "recipe/lint.h"
#include "recipe/tree.h"
#include "sys/fs.h"

static char top[64];

static void
put(const char *path, const char *text)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	char *full = arena_printf(&a, "%s/%s", top, path);
	char *last = strrchr(full, '/');

	*last = '\0';
	if (fs_mkdirs(AT_FDCWD, full, &e) == -1)
		fail_msg("%s", e.text);
	*last = '/';
	if (fs_write(AT_FDCWD, full, str_of(text), 0644, &e) == -1)
		fail_msg("%s", e.text);
	arena_free(&a);
}

static int
make_tree(void **state)
{
	(void)state;
	snprintf(top, sizeof(top), "/tmp/test_lint.XXXXXX");
	assert_non_null(mkdtemp(top));
	for (int i = 0; i < 2; i++) {
		char path[64], text[256];
		const char *name = i == 0 ? "armv7" : "x86_64";
		snprintf(path, sizeof(path), "recipes/targets/%s", name);
		snprintf(text, sizeof(text),
		    "name %s\nsummary a target\ntriple %s\nmachine 40\nbits 32\nemulation "
		    "a\nsysroot "
		    "libc\n",
		    name, name);
		put(path, text);
	}
	put("recipes/styles/make",
	    "name make\nsummary make\ntool flex\nphase install {\n\tmake\n}\n");
	put("recipes/tools/flex", "name flex\nsummary flex\nprogram /usr/bin/flex\n");
	put("recipes/tools/perl", "name perl\nsummary perl\nprogram /usr/bin/perl\n");
	put("recipes/tools/base", "name base\nsummary base\nprogram /usr/bin/dash as sh\n");
	put("recipes/mirrors", "mirror debian {\n\turl https://a/\n}\n");
	put("recipes/packages/libc", "name libc\n");
	put("patches/x/0001-good.patch", "From upstream.\n\n--- a/b\n+++ b/b\n");
	return 0;
}

static int
remove_tree(void **state)
{
	struct err e = { 0 };

	(void)state;
	return fs_remove(AT_FDCWD, top, &e);
}

static void
add_problem(void *ctx, const struct err *problem)
{
	struct buf *b = ctx;
	struct str rest = str_of(problem->text), line = { 0 };

	(void)str_cut(&rest, '\n', &line);
	if (str_starts(line, str_of(top)))
		line = str_skip(line, strlen(top) + 1);
	buf_printf(b, STR_FMT "\n", STR_ARG(line));
}

/* What lint says of a recipe called x, one line a problem. */
static const char *
lint(struct arena *a, const char *name, const char *text)
{
	struct buf b = { .a = a };
	struct err e = { 0 };
	const char *root = top;
	struct tree *t;

	buf_add_z(&b, "");
	put(arena_printf(a, "recipes/packages/%s", name), text);
	assert_int_equal(tree_open(a, &root, 1, &t, &e), 0);
	int n = tree_lint(t, str_of(name), add_problem, &b, &e), lines = 0;
	if (n == -1)
		fail_msg("%s", e.text);
	for (const char *p = b.p; (p = strchr(p, '\n')) != NULL; p++)
		lines++;
	assert_int_equal(n, lines);
	return b.p;
}

#define GOOD_HEAD                                                                                  \
	"name         x\n"                                                                         \
	"version      1.2\n"                                                                       \
	"summary      an example\n"                                                                \
	"home         https://example.org/\n"                                                      \
	"licence      MIT\n"
#define GOOD_TEXT "licence-file COPYING\n"
#define GOOD_SOURCE                                                                                \
	"\n"                                                                                       \
	"source x-$version.tar {\n"                                                                \
	"\turl     debian:x.tar\n"                                                                 \
	"\tsha256  " HEX64 "\n"                                                                    \
	"\tsize    12\n"                                                                           \
	"}\n"
#define GOOD_END "style        make\n"
#define TRIED    "\ntest {\n\trun x\n}\n"

static void
a_good_recipe_has_no_problem(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(
	    lint(&a, "x",
		GOOD_HEAD GOOD_TEXT "option       idn off names\n" GOOD_SOURCE GOOD_END TRIED),
	    "");
	arena_free(&a);
}

static void
a_part_of_the_sysroot_may_have_no_licence_text(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(
	    lint(&a, "x", GOOD_HEAD "part-of      sysroot\n" GOOD_SOURCE GOOD_END), "");
	arena_free(&a);
}

/* The wanted problem comes first; is_alone: and no other. */
static void
assert_found(struct arena *a, const char *text, const char *problem, bool is_alone)
{
	const char *found = lint(a, "x", text);
	const char *want = arena_printf(a, "recipes/packages/x:%s", problem);

	if (strncmp(found, want, strlen(want)) != 0 || (is_alone && strchr(found, '\n')[1] != '\0'))
		fail_msg("'%s', not %s", found, want);
}

static void
each_rule_finds_what_it_is_for(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{ GOOD_HEAD GOOD_SOURCE GOOD_END,
		    "1:14: no `licence-file PATH...`: texts of the licences" },
		{ GOOD_HEAD GOOD_TEXT "when target x86_64 {\n\tphase install {\n\t\tmake\n\t}\n}\n",
		    "1:14: nothing is installed for armv7" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END "source y {\n\turl     debian:y\n\tsize    1\n}\n",
		    "8:8: no `sha256`" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END "source y {\n\turl     debian:y\n\tsha256  " HEX64
					       "\n}\n",
		    "8:8: no `size`" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END "source y {\n\turl     debain:y\n\tsha256  " HEX64
					       "\n\tsize    1\n}\n",
		    "8:8: unknown mirror group `debain`; did you mean `debian`?" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END "need         libd\n",
		    "8:14: unknown package `libd`; did you mean `libc`?" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END
		    "when option idn {\n\tmake    A=1\n}\noption       idm off a\n",
		    "8:13: unknown option `idn`; did you mean `idm`?" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END
		    "option       idn off a\nwhen option idn {\n\tneed    libd\n}\n",
		    "10:10: unknown package `libd`" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END "when target x86_64 {\n\tneed    libd\n}\n",
		    "9:10: unknown package `libd`" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END "edit a {\n\tmatch   a(\n\twith    b\n}\n",
		    "8:6: `match a(` is no extended regular expression" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END "tool         base\n",
		    "8:14: tool `base` is always there: it need not be named" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END "tool         flex\n",
		    "8:14: tool `flex` comes with the style make" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END
		    "tool         perl\nwhen target armv7 {\n\ttool    perl\n}\n",
		    "10:10: tool `perl` is named a second time" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END "phase build {\n\tmake \n}\n",
		    "9:6: blanks at the end of the line" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END "make A=1\n",
		    "8:1: not formatted: `kiln fmt` writes `make         A=1` here" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END "tool         perk\n",
		    "8:14: unknown tool `perk`; did you mean `perl`?" },
		{ "name         x\nversion      1\nsummary      a title.\nhome         https://a/\n"
		  "licence      MIT\n" GOOD_TEXT GOOD_END,
		    "3:16: a summary that ends in a full stop" },
		{ "name         x\nversion      1\nsummary      "
		  "0123456789012345678901234567890123456789 "
		  "012345678901234567890123456789012345678 X\n"
		  "home         https://a/\nlicence      MIT\n" GOOD_TEXT GOOD_END,
		    "3:14: a summary of 82 bytes: expected at most 80" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		assert_found(&a, arena_printf(&a, "%s%s", row[i].text, TRIED), row[i].want, true);
	arena_free(&a);
}

static void
what_a_file_lacks_at_its_end_is_found(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{ GOOD_HEAD GOOD_TEXT GOOD_END,
		    "1:14: no `test {`: nothing of it would have run anywhere" },
		{ GOOD_HEAD GOOD_TEXT GOOD_END "\n",
		    "8:1: not formatted: `kiln fmt` ends the file otherwise" },
		{ GOOD_HEAD GOOD_TEXT "style        make",
		    "7:1: not formatted: `kiln fmt` ends the file" },
		{ "name         x\nversion      \"1\n", "2:14: no closing quote" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		assert_found(&a, row[i].text, row[i].want, false);
	arena_free(&a);
}

static void
options_are_tried_alone_and_together(void **state)
{
	static const char *const condition[] = {
		"when option a {\n\twhen option b {\n",
		"when option a {\n\twhen no-option b {\n",
		"when no-option a {\n\twhen option b {\n",
		"when no-option a {\n\twhen no-option b {\n",
	};
	static const char *const defaults[] = { "on", "off" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(condition) * 2; i++) {
		struct arena a = { 0 };
		const char *text =
		    arena_printf(&a, "%s%soption       a %s x\noption       b %s x\n%s%s",
			GOOD_HEAD GOOD_TEXT, GOOD_END, defaults[i & 1], defaults[i & 1],
			condition[i / 2], "\t\tneed    libd\n\t}\n}\n");
		const char *found = lint(&a, "x", text);
		if (strstr(found, "recipes/packages/x:12:11: unknown package `libd`") == NULL)
			fail_msg("'%s' with %s: '%s'", condition[i / 2], defaults[i & 1], found);
		arena_free(&a);
	}
}

static void
a_patch_needs_a_header(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };

	(void)state;
	put("patches/x/0002-bad.patch", "\n--- a/b\n+++ b/b\n");
	put("patches/x/0003-git.patch", "diff --git a/b b/b\n--- a/b\n+++ b/b\n");
	const char *found = lint(&a, "x", GOOD_HEAD GOOD_TEXT GOOD_END);
	assert_non_null(strstr(found, "patches/x/0002-bad.patch:1:1: a patch without a header"));
	assert_non_null(strstr(found, "patches/x/0003-git.patch:1:1: a patch without a header"));
	assert_null(strstr(found, "0001"));
	assert_int_equal(
	    fs_remove(AT_FDCWD, arena_printf(&a, "%s/patches/x/0002-bad.patch", top), &e), 0);
	assert_int_equal(
	    fs_remove(AT_FDCWD, arena_printf(&a, "%s/patches/x/0003-git.patch", top), &e), 0);
	arena_free(&a);
}

static void
every_problem_is_said_and_each_once(void **state)
{
	static const char want[] =
	    "recipes/packages/x:1:1: not formatted: `kiln fmt` writes `name         x` here\n"
	    "recipes/packages/x:3:1: unknown field `sumary` in a package; did you mean `summary`?\n"
	    "recipes/packages/x:6:6: found `B`: expected a name: lower-case letters, digits and . "
	    "+ _ -, starting with a letter or digit\n"
	    "recipes/packages/x:1:1: no `summary`: a package needs `summary TEXT...`, what it is, "
	    "in one line of at most 80 characters without a full stop\n";
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(
	    lint(&a, "x",
		"name x\nversion 1\nsumary a\nhome https://a/\nlicence MIT\nneed B\n"
		"option o on a\n"),
	    want);
	arena_free(&a);
}

static void
a_recipe_may_not_be_named_like_a_goal(void **state)
{
	struct arena a = { 0 };

	(void)state;
	const char *found = lint(&a, "check",
	    "name         check\nversion      1\nsummary      a\nhome         https://a/\n"
	    "licence      MIT\n" GOOD_TEXT GOOD_END);
	assert_non_null(
	    strstr(found, "recipes/packages/check:1:14: `check` is a goal of the GNUmakefile"));
	arena_free(&a);
}

static void
every_goal_of_the_makefile_is_known(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct str text, line, goal;
	int n = 0;

	(void)state;
	if (fs_read(&a, AT_FDCWD, "GNUmakefile", 1 << 20, &text, &e) == -1)
		fail_msg("%s: tests run in the top folder", e.text);
	while (str_cut(&text, '\n', &line)) {
		if (!str_starts(line, STR("GOALS ")))
			continue;
		while (str_cut(&line, ' ', &goal)) {
			if (!str_is_name(goal))
				continue;
			n++;
			if (!lint_is_goal(goal))
				fail_msg("`" STR_FMT "` is not in lint's list", STR_ARG(goal));
		}
	}
	assert_true(n > 5);
	assert_false(lint_is_goal(STR("curl")));
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_recipe_has_no_problem),
		cmocka_unit_test(a_part_of_the_sysroot_may_have_no_licence_text),
		cmocka_unit_test(each_rule_finds_what_it_is_for),
		cmocka_unit_test(what_a_file_lacks_at_its_end_is_found),
		cmocka_unit_test(options_are_tried_alone_and_together),
		cmocka_unit_test(a_patch_needs_a_header),
		cmocka_unit_test(every_problem_is_said_and_each_once),
		cmocka_unit_test(a_recipe_may_not_be_named_like_a_goal),
		cmocka_unit_test(every_goal_of_the_makefile_is_known),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
