/* Recipe trees on disk. SPDX-License-Identifier: ISC */
#include "recipe_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recipe/tree.h"
#include "sys/fs.h"

static char top[64];

/* A file below the test's folder, with the folders above it. */
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

static const char target_text[] = "name %s\nsummary a target\ntriple %s-linux-musl\nmachine %s\n"
				  "emulation armelf_linux_eabi\nsysroot libc\n";

static void
put_target(const char *name)
{
	char path[128], text[512];

	snprintf(path, sizeof(path), "ours/recipes/targets/%s", name);
	snprintf(text, sizeof(text), target_text, name, name,
	    strcmp(name, "x86_64") == 0 ? "62\nbits 64" : "40\nbits 32");
	put(path, text);
}

static int
make_trees(void **state)
{
	(void)state;
	snprintf(top, sizeof(top), "/tmp/test_tree.XXXXXX");
	assert_non_null(mkdtemp(top));
	put_target("armv7");
	put_target("x86_64");
	put("ours/recipes/styles/make",
	    "name make\nsummary make\ntool flex\nphase install {\n\tmake install\n}\n");
	put("ours/recipes/tools/flex", "name flex\nsummary flex\nprogram /usr/bin/flex\n");
	put("ours/recipes/mirrors",
	    "mirror debian {\n\turl https://a/\n}\nmirror gnu {\n\turl https://g/\n}\n");
	put("ours/recipes/packages/x", HEAD "style make\nneed y\noption idn off names\n"
					    "local extra.c\n"
					    "when option idn {\n\tmake IDN=1\n}\n");
	put("ours/recipes/packages/y",
	    "name y\nversion 2\nsummary y\nhome https://y/\nlicence MIT\n");
	put("ours/recipes/packages/README", "not a recipe\n");
	put("ours/recipes/packages/x~", "not a recipe\n");
	put("ours/recipes/packages/wrong", "name wrong\nversion 1\nsumary a\n");
	put("ours/patches/x/0002-b.patch", "why\n--- a\n");
	put("ours/patches/x/0001-a.patch", "why\n--- a\n");
	put("ours/patches/many/0003-c.patch", "why\n--- a\n");
	put("ours/patches/many/0007-g.patch", "why\n--- a\n");
	put("ours/patches/many/0001-a.patch", "why\n--- a\n");
	put("ours/patches/many/0006-f.patch", "why\n--- a\n");
	put("ours/patches/many/0002-b.patch", "why\n--- a\n");
	put("ours/patches/many/0005-e.patch", "why\n--- a\n");
	put("ours/patches/many/0004-d.patch", "why\n--- a\n");
	put("ours/patches/x/notes", "not a patch\n");
	put("ours/patches/x/extra.c", "abc");
	put("mine/recipes/packages/y",
	    "name y\nversion 3\nsummary y\nhome https://y/\nlicence MIT\n");
	put("mine/recipes/packages/z",
	    "name z\nversion 1\nsummary z\nhome https://z/\nlicence MIT\n");
	put("target/recipes/targets/m68k",
	    "name m68k\nsummary a target\ntriple m68k-linux-musl\nmachine 4\nbits 32\n"
	    "emulation m68kelf\nsysroot libc\n");
	put("mine/recipes/mirrors", "mirror debian {\n\turl https://mine/\n}\n");
	put("mine/patches/y/0001-m.patch", "why\n--- a\n");
	put("ours/patches/y/0001-o.patch", "why\n--- a\n");
	return 0;
}

static int
remove_trees(void **state)
{
	struct err e = { 0 };

	(void)state;
	return fs_remove(AT_FDCWD, top, &e);
}

/* The tree `ours`, or `mine` before it. */
static struct tree *
open_tree(struct arena *a, bool with_mine)
{
	const char *root[] = { arena_printf(a, "%s/mine", top), arena_printf(a, "%s/ours", top) };
	struct err e = { 0 };
	struct tree *t = NULL;

	if (tree_open(a, with_mine ? root : root + 1, with_mine ? 2 : 1, &t, &e) == -1)
		fail_msg("%s", e.text);
	return t;
}

static void
names_are_sorted_and_names_only(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct str *name;
	int n;

	(void)state;
	assert_int_equal(tree_names(open_tree(&a, false), TREE_PACKAGES, &name, &n, &e), 0);
	assert_string_equal(fixture_joined(&a, name, n), "wrong x y");
	assert_int_equal(tree_names(open_tree(&a, true), TREE_PACKAGES, &name, &n, &e), 0);
	assert_string_equal(fixture_joined(&a, name, n), "wrong x y z");
	assert_int_equal(tree_names(open_tree(&a, true), TREE_TARGETS, &name, &n, &e), 0);
	assert_string_equal(fixture_joined(&a, name, n), "armv7 x86_64");
	arena_free(&a);
}

static void
a_package_is_complete(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	const struct package *p;

	(void)state;
	if (tree_package(open_tree(&a, false), STR("x"), STR("armv7"), NULL, 0, &p, &e) == -1)
		fail_msg("%s", e.text);
	assert_true(p->npatch == 2 && str_is(p->patch[0].name, "0001-a.patch") &&
		    str_is(p->patch[1].name, "0002-b.patch") &&
		    str_is(p->patch[0].text, "why\n--- a\n"));
	assert_string_equal(fixture_joined(&a, p->tool, p->ntool), "base clang flex");
	assert_true(str_is(p->need[0].name, "libc") && str_is(p->need[1].name, "y"));
	assert_true(str_is(p->phase[PHASE_INSTALL].text, "make install\n"));
	assert_true(p->nsource == 1 && p->source[0].is_local && p->source[0].has_sha256 &&
		    p->source[0].size_bytes == 3);
	struct digest d = digest_of(STR("abc"));
	assert_true(digest_eq(&d, &p->source[0].sha256));
	arena_free(&a);
}

static void
patches_are_in_the_order_of_their_names(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	const struct package *p;

	(void)state;
	put("ours/recipes/packages/many",
	    "name many\nversion 2\nsummary m\nhome https://m/\nlicence MIT\n");
	assert_int_equal(
	    tree_package(open_tree(&a, false), STR("many"), STR("armv7"), NULL, 0, &p, &e), 0);
	assert_int_equal(p->npatch, 7);
	for (int i = 1; i < p->npatch; i++)
		assert_true(str_cmp(p->patch[i - 1].name, p->patch[i].name) < 0);
	assert_int_equal(unlink(arena_printf(&a, "%s/ours/recipes/packages/many", top)), 0);
	arena_free(&a);
}

static void
the_same_question_gets_the_same_pointer(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct tree *t = open_tree(&a, false);
	struct str idn = STR("idn");
	const struct package *p, *again, *other, *with;

	(void)state;
	assert_int_equal(tree_package(t, STR("x"), STR("armv7"), NULL, 0, &p, &e), 0);
	assert_int_equal(tree_package(t, STR("x"), STR("armv7"), NULL, 0, &again, &e), 0);
	assert_int_equal(tree_package(t, STR("x"), STR("x86_64"), NULL, 0, &other, &e), 0);
	assert_int_equal(tree_package(t, STR("x"), STR("armv7"), &idn, 1, &with, &e), 0);
	assert_ptr_equal(p, again);
	assert_ptr_not_equal(p, other);
	assert_ptr_not_equal(p, with);
	assert_true(str_is(with->args[ARGS_MAKE], "IDN=1") && p->args[ARGS_MAKE].n == 0);
	assert_ptr_equal(p->target, again->target);
	arena_free(&a);
}

static void
an_earlier_tree_hides_a_later_one(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct tree *t = open_tree(&a, true);
	const struct package *p;
	const struct mirror *m;
	struct str path;

	(void)state;
	assert_int_equal(tree_package(t, STR("y"), STR("armv7"), NULL, 0, &p, &e), 0);
	assert_true(str_is(p->version, "3"));
	assert_true(p->npatch == 1 && str_is(p->patch[0].name, "0001-m.patch"));
	assert_int_equal(tree_path(t, TREE_PACKAGES, STR("y"), &path, &e), 0);
	assert_string_equal(str_z(&a, path), arena_printf(&a, "%s/mine/recipes/packages/y", top));
	assert_int_equal(tree_mirror(t, STR("debian"), &m, &e), 0);
	assert_true(str_is(m->url[0], "https://mine/"));
	assert_int_equal(tree_mirror(t, STR("gnu"), &m, &e), 0);
	assert_true(str_is(m->url[0], "https://g/"));
	assert_int_equal(tree_mirror(t, STR("none"), &m, &e), 0);
	assert_null(m);
	arena_free(&a);
}

static void
what_is_not_there_is_a_usage_error_with_the_nearest(void **state)
{
	struct arena a = { 0 };
	struct tree *t = open_tree(&a, false);
	struct str bad = STR("idm");
	const struct package *p;
	const struct tool *tool;
	static const struct {
		const char *package, *target, *want;
	} row[] = { { "wrog", "armv7", "there is no package `wrog`; did you mean `wrong`?" },
		{ "../x", "armv7", "there is no package `../x`" },
		{ "", "armv7", "there is no package ``" },
		{ "x", "armv6", "there is no target `armv6`; did you mean `armv7`?" } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct err e = { 0 };
		assert_int_equal(
		    tree_package(t, str_of(row[i].package), str_of(row[i].target), NULL, 0, &p, &e),
		    -1);
		assert_int_equal(e.kind, ERR_USAGE);
		assert_string_equal(e.text, row[i].want);
	}
	struct err e = { 0 };
	assert_int_equal(tree_package(t, STR("x"), STR("armv7"), &bad, 1, &p, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	err_clear(&e);
	assert_int_equal(tree_tool(t, STR("felx"), &tool, &e), -1);
	assert_string_equal(e.text, "there is no tool `felx`; did you mean `flex`?");
	arena_free(&a);
}

static void
a_wrong_recipe_is_an_error_each_time(void **state)
{
	struct arena a = { 0 };
	struct tree *t = open_tree(&a, false);
	const struct package *p;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct err e = { 0 };
		assert_int_equal(tree_package(t, STR("wrong"), STR("armv7"), NULL, 0, &p, &e), -1);
		assert_int_equal(e.kind, ERR_RECIPE);
		assert_non_null(strstr(e.text, "/ours/recipes/packages/wrong:3:1: unknown field"));
	}
	arena_free(&a);
}

static void
a_tree_needs_a_folder_of_recipes(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	const char *root = arena_printf(&a, "%s/ours/patches", top);
	struct tree *t;

	(void)state;
	assert_int_equal(tree_open(&a, &root, 1, &t, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_non_null(strstr(e.text, "ours/patches has no folder recipes: "));
	arena_free(&a);
}

static void
a_private_tree_may_bring_a_target_alone(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	const char *root[] = { arena_printf(&a, "%s/target", top),
		arena_printf(&a, "%s/ours", top) };
	struct tree *t;
	const struct package *p;

	(void)state;
	assert_int_equal(tree_open(&a, root, 2, &t, &e), 0);
	if (tree_package(t, STR("x"), STR("m68k"), NULL, 0, &p, &e) == -1)
		fail_msg("%s", e.text);
	assert_true(p->target->elf_machine == 4 && str_is(p->target->emulation, "m68kelf"));
	assert_int_equal(tree_package(t, STR("x"), STR("armv7"), NULL, 0, &p, &e), 0);
	arena_free(&a);
}

static void
a_recipe_of_ten_megabytes_is_not_read(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	const struct package *p;
	char *path = arena_printf(&a, "%s/ours/recipes/packages/huge", top);

	(void)state;
	put("ours/recipes/packages/huge", "");
	assert_int_equal(truncate(path, 10 << 20), 0);
	assert_int_equal(
	    tree_package(open_tree(&a, false), STR("huge"), STR("armv7"), NULL, 0, &p, &e), -1);
	assert_int_equal(e.kind, ERR_RECIPE);
	assert_string_equal(
	    e.text, arena_printf(
			&a, "%s:1:1: the file has 10485760 bytes: expected at most 1048576", path));
	assert_int_equal(unlink(path), 0);
	arena_free(&a);
}

static void
a_recipe_that_is_no_file_is_an_error(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	const struct package *p;
	char *path = arena_printf(&a, "%s/ours/recipes/packages/pipe", top);

	(void)state;
	assert_int_equal(mkfifo(path, 0644), 0);
	assert_int_equal(
	    tree_package(open_tree(&a, false), STR("pipe"), STR("armv7"), NULL, 0, &p, &e), -1);
	assert_non_null(strstr(e.text, "not a regular file"));
	assert_int_equal(unlink(path), 0);
	arena_free(&a);
}

/* What a private tree has below patches/ for a package of ours. */
static void
an_earlier_tree_adds_and_replaces_patches_and_local_files(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	const struct package *p;

	(void)state;
	put("mine/patches/x/0001-a.patch", "mine\n--- a\n");
	put("mine/patches/x/0003-c.patch", "mine too\n--- a\n");
	put("mine/patches/x/extra.c", "mine");
	if (tree_package(open_tree(&a, true), STR("x"), STR("armv7"), NULL, 0, &p, &e) == -1)
		fail_msg("%s", e.text);
	assert_int_equal(p->npatch, 3);
	assert_true(str_is(p->patch[0].text, "mine\n--- a\n") &&
		    str_is(p->patch[1].text, "why\n--- a\n") &&
		    str_is(p->patch[2].name, "0003-c.patch"));
	assert_string_equal(
	    p->patch[0].path, arena_printf(&a, "%s/mine/patches/x/0001-a.patch", top));
	assert_string_equal(
	    p->patch[1].path, arena_printf(&a, "%s/ours/patches/x/0002-b.patch", top));
	assert_string_equal(p->source[0].path, arena_printf(&a, "%s/mine/patches/x/extra.c", top));
	struct digest d = digest_of(STR("mine"));
	assert_true(digest_eq(&d, &p->source[0].sha256));
	/* A recipe of the private tree's own takes nothing of ours. */
	assert_int_equal(
	    tree_package(open_tree(&a, true), STR("y"), STR("armv7"), NULL, 0, &p, &e), 0);
	assert_true(p->npatch == 1 && str_is(p->patch[0].name, "0001-m.patch"));
	assert_int_equal(fs_remove(AT_FDCWD, arena_printf(&a, "%s/mine/patches/x", top), &e), 0);
	arena_free(&a);
}

static void
a_missing_local_file_is_located(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	const struct package *p;

	(void)state;
	put("ours/recipes/packages/l",
	    "name l\nversion 2\nsummary l\nhome https://l/\nlicence MIT\nlocal no.c\n");
	assert_int_equal(
	    tree_package(open_tree(&a, false), STR("l"), STR("armv7"), NULL, 0, &p, &e), -1);
	assert_int_equal(e.kind, ERR_RECIPE);
	assert_non_null(strstr(e.text, "/recipes/packages/l:6:7: local file `no.c`: open "));
	char *path = arena_printf(&a, "%s/ours/recipes/packages/l", top);
	assert_int_equal(unlink(path), 0);
	arena_free(&a);
}

static const struct package *
package_of(struct arena *a, const char *name)
{
	const struct package *p;
	struct err e = { 0 };

	if (tree_package(open_tree(a, false), str_of(name), STR("armv7"), NULL, 0, &p, &e) == -1)
		fail_msg("%s", e.text);
	return p;
}

static void
what_is_from_the_tree_goes_by_its_bytes(void **state)
{
	struct arena a = { 0 };

	(void)state;
	put("ours/recipes/packages/own", "name own\nversion 2\nsummary own\nhome https://o/\n"
					 "licence MIT\nfrom-tree lib\nfrom-tree README\n");
	put("ours/lib/deep/a.c", "a");
	put("ours/README", "read me");
	const struct package *first = package_of(&a, "own"), *same, *other;
	assert_int_equal(first->nsource, 2);
	assert_true(first->source[0].has_sha256 && first->source[0].size_bytes == 1);
	put("ours/lib/.a.c.swp", "an editor's");
	same = package_of(&a, "own");
	assert_true(digest_eq(&same->source[0].sha256, &first->source[0].sha256));
	put("ours/lib/deep/b.c", "");
	other = package_of(&a, "own");
	assert_false(digest_eq(&other->source[0].sha256, &first->source[0].sha256));
	assert_true(digest_eq(&other->source[1].sha256, &first->source[1].sha256));
	arena_free(&a);
}

static void
what_is_from_the_tree_stays_in_it(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	const struct package *p;
	char *link = arena_printf(&a, "%s/ours/out-of-here", top);

	(void)state;
	put("ours/recipes/packages/out", "name out\nversion 2\nsummary out\nhome https://o/\n"
					 "licence MIT\nfrom-tree out-of-here\n");
	assert_int_equal(symlink("/etc", link), 0);
	assert_int_equal(
	    tree_package(open_tree(&a, false), STR("out"), STR("armv7"), NULL, 0, &p, &e), -1);
	assert_int_equal(e.kind, ERR_RECIPE);
	assert_non_null(strstr(
	    e.text, "/recipes/packages/out:6:11: `from-tree out-of-here`: out-of-here is a link"));
	assert_int_equal(unlink(link), 0);
	p = package_of(&a, "out");
	assert_false(p->source[0].has_sha256);
	assert_int_equal(unlink(arena_printf(&a, "%s/ours/recipes/packages/out", top)), 0);
	arena_free(&a);
}

static void
paths_are_short_when_the_tree_is_here_or_below(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct tree *t;
	struct str path, text;
	const char *dot = ".", *ours = arena_printf(&a, "%s/ours", top);
	int before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(chdir(ours), 0);
	assert_int_equal(tree_open(&a, &dot, 1, &t, &e), 0);
	assert_int_equal(tree_path(t, TREE_PACKAGES, STR("x"), &path, &e), 0);
	assert_string_equal(str_z(&a, path), "recipes/packages/x");
	assert_int_equal(fs_read(&a, AT_FDCWD, str_z(&a, path), 4096, &text, &e), 0);
	assert_int_equal(tree_open(&a, &ours, 1, &t, &e), 0);
	assert_int_equal(tree_path(t, TREE_TARGETS, STR("armv7"), &path, &e), 0);
	assert_string_equal(str_z(&a, path), "recipes/targets/armv7");
	assert_int_equal(chdir(top), 0);
	assert_int_equal(tree_open(&a, &ours, 1, &t, &e), 0);
	assert_int_equal(tree_path(t, TREE_STYLES, STR("make"), &path, &e), 0);
	assert_string_equal(str_z(&a, path), "ours/recipes/styles/make");
	assert_int_equal(fchdir(before), 0);
	close(before);
	arena_free(&a);
}

static void
add_path(void *ctx, const char *path)
{
	struct buf *b = ctx;

	assert_true(strncmp(path, top, strlen(top)) == 0);
	buf_printf(b, "%s\n", path + strlen(top));
}

static void
what_was_read_and_listed_is_known(void **state)
{
	static const char want[] =
	    "/ours/recipes\n/ours/recipes/targets\n/ours/recipes/targets/armv7\n"
	    "/ours/recipes/styles\n/ours/recipes/tools\n/ours/recipes/packages\n"
	    "/ours/recipes/packages/x\n/ours/recipes/styles/make\n"
	    "/ours/patches/x/extra.c\n/ours/patches\n/ours/patches/x\n/ours/patches/x/"
	    "0001-a.patch\n"
	    "/ours/patches/x/0002-b.patch\n";
	struct arena a = { 0 };
	struct err e = { 0 };
	struct buf b = { .a = &a };
	struct tree *t = open_tree(&a, false);
	const struct package *p;

	(void)state;
	assert_int_equal(tree_package(t, STR("x"), STR("armv7"), NULL, 0, &p, &e), 0);
	tree_inputs(t, add_path, &b);
	struct str rest = STR(want), line;
	while (str_cut(&rest, '\n', &line))
		if (!str_has(buf_str(&b), str_printf(&a, STR_FMT "\n", STR_ARG(line))))
			fail_msg(STR_FMT " is not in\n%s", STR_ARG(line), b.p);
	assert_int_equal(strlen(b.p), strlen(want));
	arena_free(&a);
}

static void
what_is_from_the_tree_is_known_to_be_read(void **state)
{
	static const char *const want[] = { "/ours/lib\n", "/ours/lib/deep\n",
		"/ours/lib/deep/a.c\n", "/ours/README\n" };
	struct arena a = { 0 };
	struct err e = { 0 };
	struct buf b = { .a = &a };
	struct tree *t = open_tree(&a, false);
	const struct package *p;

	(void)state;
	assert_int_equal(tree_package(t, STR("own"), STR("armv7"), NULL, 0, &p, &e), 0);
	tree_inputs(t, add_path, &b);
	for (size_t i = 0; i < COUNT_OF(want); i++)
		assert_non_null(strstr(b.p, want[i]));
	assert_int_equal(unlink(arena_printf(&a, "%s/ours/recipes/packages/own", top)), 0);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_sorted_and_names_only),
		cmocka_unit_test(a_package_is_complete),
		cmocka_unit_test(patches_are_in_the_order_of_their_names),
		cmocka_unit_test(the_same_question_gets_the_same_pointer),
		cmocka_unit_test(an_earlier_tree_hides_a_later_one),
		cmocka_unit_test(what_is_not_there_is_a_usage_error_with_the_nearest),
		cmocka_unit_test(a_wrong_recipe_is_an_error_each_time),
		cmocka_unit_test(a_tree_needs_a_folder_of_recipes),
		cmocka_unit_test(a_private_tree_may_bring_a_target_alone),
		cmocka_unit_test(a_recipe_of_ten_megabytes_is_not_read),
		cmocka_unit_test(a_recipe_that_is_no_file_is_an_error),
		cmocka_unit_test(an_earlier_tree_adds_and_replaces_patches_and_local_files),
		cmocka_unit_test(a_missing_local_file_is_located),
		cmocka_unit_test(what_is_from_the_tree_goes_by_its_bytes),
		cmocka_unit_test(what_is_from_the_tree_stays_in_it),
		cmocka_unit_test(what_is_from_the_tree_is_known_to_be_read),
		cmocka_unit_test(paths_are_short_when_the_tree_is_here_or_below),
		cmocka_unit_test(what_was_read_and_listed_is_known),
	};

	return cmocka_run_group_tests(tests, make_trees, remove_trees);
}
