/* Who needs whom, what each sees of it, and what of that is in the key.
 * SPDX-License-Identifier: ISC */
#include "recipe_fixture.h"

#include <fcntl.h>
#include <unistd.h>

#include "plan/key.h"
#include "sys/fs.h"

static char top[64];

static void
put(const char *path, const char *text)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	char *full = arena_printf(&a, "%s/recipes/%s", top, path);
	char *last = strrchr(full, '/');

	*last = '\0';
	if (fs_mkdirs(AT_FDCWD, full, &e) == -1)
		fail_msg("%s", e.text);
	*last = '/';
	if (fs_write(AT_FDCWD, full, str_of(text), 0644, &e) == -1)
		fail_msg("%s", e.text);
	arena_free(&a);
}

static void
put_target(const char *name, const char *arch)
{
	char path[128], text[512];

	snprintf(path, sizeof(path), "targets/%s", name);
	snprintf(text, sizeof(text),
	    "name %s\nsummary a target\ntriple %s-linux-musl\nmachine %s\n"
	    "emulation armelf_linux_eabi\narch %s\nsysroot headers libc\n",
	    name, name, strcmp(name, "x86_64") == 0 ? "62\nbits 64" : "40\nbits 32", arch);
	put(path, text);
}

static void
put_package(const char *name, const char *fields)
{
	char path[128], text[1024];

	snprintf(path, sizeof(path), "packages/%s", name);
	snprintf(text, sizeof(text),
	    "name %s\nversion 1\nsummary s\nhome https://x/\nlicence MIT\n%s", name, fields);
	put(path, text);
}

static int
make_tree(void **state)
{
	(void)state;
	snprintf(top, sizeof(top), "/tmp/test_graph.XXXXXX");
	assert_non_null(mkdtemp(top));
	put_target("armv7", "-march=armv7-a");
	put_target("x86_64", "-march=x86-64");
	put_package("headers", "part-of sysroot\n");
	put_package("libc", "part-of sysroot\nneed headers\n");
	put_package("lib", "");
	put_package("data", "");
	put_package("maker", "need lib\nneed data for run\n");
	put_package("app", "need lib\nneed maker for build\n");
	put_package("own", "need own for build\n");
	put_package("host", "need sysroot for build\n");
	put_package("choosy", "option tls on speaks it\noption fast off is\n");
	put_package("small", "only-target armv7\n");
	put_package("large", "need lib small\n");
	put_package("made", "need small for build\n");
	put_package("user", "need lib data\n");
	put_package("before", "need data\n");
	put_package("one", "need two\n");
	put_package("two", "need three for build\n");
	put_package("three", "need two\n");
	return 0;
}

static int
remove_tree(void **state)
{
	struct err e = { 0 };

	(void)state;
	return fs_remove(AT_FDCWD, top, &e);
}

/* The graph of one package, x86_64 being the machine that builds. */
static int
graph_of(struct arena *a, const char *package, const char *target, struct graph *g, struct err *e)
{
	const char *root = top;
	struct want want = { .package = str_of(package), .target = str_of(target) };
	struct tree *t = NULL;

	if (tree_open(a, &root, 1, &t, e) == -1)
		return -1;
	return graph_make(a, t, &want, 1, STR("x86_64"), g, e);
}

typedef int graph_view(const struct graph *g, int i, int *v);

/* "libc@armv7 ..." of what the wanted package sees. */
static const char *
seen(struct arena *a, const char *package, const char *target, graph_view *view)
{
	struct buf b = { .a = a };
	struct err e = { 0 };
	struct graph g;

	if (graph_of(a, package, target, &g, &e) == -1)
		return arena_printf(a, "%s", e.text);
	int *v = ARENA_NEW(a, int, g.n);
	int n = view(&g, graph_find(&g, str_of(package), str_of(target)), v);
	for (int k = 0; k < n; k++) {
		const struct package *p = g.node[v[k]].package;
		buf_printf(&b, "%s" STR_FMT "@" STR_FMT, k == 0 ? "" : " ", STR_ARG(p->name),
		    STR_ARG(p->target->name));
	}
	return n == 0 ? "" : b.p;
}

static void
each_kind_of_need_is_seen_in_its_view_and_for_its_machine(void **state)
{
	static const struct {
		const char *package, *target;
		graph_view *view;
		const char *want;
	} row[] = {
		{ "app", "armv7", graph_link_view, "headers@armv7 libc@armv7 lib@armv7" },
		{ "app", "armv7", graph_build_view, "data@x86_64 maker@x86_64" },
		{ "app", "x86_64", graph_build_view, "data@x86_64 maker@x86_64" },
		{ "app", "armv7", graph_build_link_view, "" },
		{ "app", "armv7", graph_run_view, "" },
		{ "maker", "armv7", graph_run_view, "data@armv7" },
		{ "host", "armv7", graph_link_view, "headers@armv7 libc@armv7" },
		{ "host", "armv7", graph_build_link_view, "headers@x86_64 libc@x86_64" },
		{ "host", "x86_64", graph_build_link_view, "headers@x86_64 libc@x86_64" },
		{ "host", "armv7", graph_build_view, "" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		assert_string_equal(
		    seen(&a, row[i].package, row[i].target, row[i].view), row[i].want);
	arena_free(&a);
}

/* Else its key would, and it would be built again. */
static void
what_a_package_sees_does_not_go_by_what_else_is_wanted(void **state)
{
	const char *root = top;
	struct want want[] = { { .package = STR("before"), .target = STR("armv7") },
		{ .package = STR("user"), .target = STR("armv7") } };
	struct arena a = { 0 };
	struct err e = { 0 };
	struct tree *t = NULL;
	struct graph g;
	int n[2], v[2][16];

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(tree_open(&a, &root, 1, &t, &e), 0);
		assert_int_equal(graph_make(&a, t, want + i, 2 - i, STR("x86_64"), &g, &e), 0);
		n[i] = graph_link_view(&g, graph_find(&g, STR("user"), STR("armv7")), v[i]);
		for (int k = 0; k < n[i]; k++)
			assert_true(str_eq(g.node[v[i][k]].package->name,
			    (struct str[]){
				STR("headers"), STR("libc"), STR("lib"), STR("data") }[k]));
		assert_int_equal(n[i], 4);
	}
	arena_free(&a);
}

static void
a_package_needs_itself_for_other_targets_only(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(seen(&a, "own", "armv7", graph_build_view), "own@x86_64");
	assert_string_equal(seen(&a, "own", "x86_64", graph_build_view), "");
	arena_free(&a);
}

static void
a_circle_is_named_from_where_it_is_met_again(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct graph g;

	(void)state;
	assert_int_equal(graph_of(&a, "one", "x86_64", &g, &e), -1);
	assert_int_equal(e.kind, ERR_RECIPE);
	assert_non_null(strstr(e.text, "two -> three -> two"));
	arena_free(&a);
}

static struct str
no_tool(void *ctx, struct str name)
{
	(void)ctx, (void)name;
	return STR("1");
}

static void
add_line(void *ctx, const char *tag, struct str value)
{
	buf_printf(ctx, "%s=" STR_FMT "\n", tag, STR_ARG(value));
}

static const char *
inputs(struct arena *a, const char *package, const char *target, struct digest *key)
{
	struct key_env env = { .sandbox = "full", .tool = no_tool };
	struct buf b = { .a = a };
	struct err e = { 0 };
	struct graph g;

	if (graph_of(a, package, target, &g, &e) == -1)
		fail_msg("%s", e.text);
	struct outcome *outcome = ARENA_NEW(a, struct outcome, g.n);
	int i = graph_find(&g, str_of(package), str_of(target));
	key_each_input(&g, i, outcome, &env, add_line, &b);
	*key = graph_key(&g, i, outcome, &env);
	return b.p;
}

static void
the_key_has_what_the_target_says_and_what_build_cc_works_with(void **state)
{
	struct arena a = { 0 };
	struct digest plain, again, other;

	(void)state;
	const char *text = inputs(&a, "host", "armv7", &plain);
	assert_non_null(strstr(text, "\ntarget triple=armv7-linux-musl\n"));
	assert_non_null(strstr(text, "\ntarget arch=-march=armv7-a\n"));
	assert_non_null(strstr(text, "\nbuild-target arch=-march=x86-64\n"));
	assert_non_null(strstr(text, "\nneed libc dev for build="));
	assert_null(strstr(inputs(&a, "lib", "armv7", &other), "build-target"));
	put_target("x86_64", "-march=x86-64-v2");
	inputs(&a, "host", "armv7", &other);
	put_target("x86_64", "-march=x86-64");
	inputs(&a, "host", "armv7", &again);
	assert_memory_equal(&plain, &again, sizeof(plain));
	assert_memory_not_equal(&plain, &other, sizeof(plain));
	put_target("armv7", "-march=armv7-a+neon");
	inputs(&a, "host", "armv7", &other);
	put_target("armv7", "-march=armv7-a");
	assert_memory_not_equal(&plain, &other, sizeof(plain));
	arena_free(&a);
}

static void
one_package_cannot_be_wanted_in_two_ways(void **state)
{
	struct arena a = { 0 };
	struct str tls = STR("tls"), no_tls = STR("-tls");
	const char *root = top;
	struct tree *t = NULL;
	struct graph g;
	struct err e = { 0 };
	/* The first two come to the same: tls is on anyway. */
	struct want want[] = {
		{ STR("choosy"), STR("armv7"), NULL, 0 },
		{ STR("choosy"), STR("armv7"), &tls, 1 },
		{ STR("choosy"), STR("x86_64"), &no_tls, 1 },
		{ STR("choosy"), STR("armv7"), &no_tls, 1 },
	};

	(void)state;
	assert_int_equal(tree_open(&a, &root, 1, &t, &e), 0);
	assert_int_equal(graph_make(&a, t, want, 3, STR("x86_64"), &g, &e), 0);
	assert_int_equal(graph_make(&a, t, want, 4, STR("x86_64"), &g, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(e.text, "'choosy' for armv7 is wanted twice with different options: "
				    "build them one after the other");
	arena_free(&a);
}

static void
a_package_is_refused_for_a_target_that_it_is_not_for(void **state)
{
	static const struct {
		const char *package, *target, *want;
	} row[] = {
		{ "small", "armv7", NULL },
		{ "large", "armv7", NULL },
		{ "small", "x86_64", "/small:6:13: 'small' is for armv7 only, not for x86_64" },
		{ "large", "x86_64",
		    "/large:6:10: 'small' is for armv7 only, not for x86_64: put the "
		    "need into a group `when target armv7`" },
		/* What it runs on is not a matter of what it is built for. */
		{ "made", "armv7",
		    "/made:6:6: 'small' is for armv7 only, and what is needed for "
		    "build runs on the build machine, x86_64: let its recipe" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		struct graph g;
		struct err e = { 0 };
		int rc = graph_of(&a, row[i].package, row[i].target, &g, &e);
		assert_int_equal(rc, row[i].want == NULL ? 0 : -1);
		if (row[i].want != NULL && strstr(e.text, row[i].want) == NULL)
			fail_msg("%s", e.text);
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_need_is_seen_in_its_view_and_for_its_machine),
		cmocka_unit_test(what_a_package_sees_does_not_go_by_what_else_is_wanted),
		cmocka_unit_test(a_package_needs_itself_for_other_targets_only),
		cmocka_unit_test(a_circle_is_named_from_where_it_is_met_again),
		cmocka_unit_test(one_package_cannot_be_wanted_in_two_ways),
		cmocka_unit_test(a_package_is_refused_for_a_target_that_it_is_not_for),
		cmocka_unit_test(the_key_has_what_the_target_says_and_what_build_cc_works_with),
	};

	return cmocka_run_group_tests_name("graph", tests, make_tree, remove_tree);
}
