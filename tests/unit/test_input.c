/* What of a recipe is in its key. SPDX-License-Identifier: ISC */
#include "recipe_fixture.h"

/* Statements that say nothing about each other: any order of them means the same. */
static const char *const block[] = {
	"name x\n",
	"version 1.2\n",
	"summary an example\n",
	"home https://example.org/\n",
	"licence MIT BSD\n",
	"licence-file COPYING doc/LICENCE\n",
	"cpe a:b\n",
	"source x-1.tar {\n\turl https://a/x.tar\n\turl debian:x.tar\n\tsha256 " HEX64
	"\n\tsize 12\n\tdir sub\n\tonly a b\n\tstrip 2\n}\n"
	"source y.tar {\n\turl debian:y\n\tsha256 " HEX64 "\n\tkeep\n}\n"
	"local l.c src\n"
	"from-tree lib\n",
	"need zlib\n",
	"tool perl\n",
	"style make\n",
	"configure --a --b\n",
	"make C=1\n",
	"install D=1\n",
	"set A 1\n",
	"set B 2\n",
	"edit Makefile {\n\tmatch ^a\n\twith b\n\ttimes 2\n}\n",
	"phase configure {\n\t./configure\n}\n",
	"phase check {\n\tmake check\n}\n",
	"test {\n\trun x\n}\n",
	"option idn off names\n",
	"option http2 on streams\n",
	"when target armv7 {\n\tset C 3\n}\n",
	"waive interp because {\n\tpath bin/x\n}\n",
	"limit total 5\n",
	"part-of sysroot\n",
	"only-target armv7 x86_64\n",
};

static const char style_text[] = "name make\nsummary plain make\ntool flex\nset S 1\n"
				 "phase build {\n\tmake\n}\nphase configure {\n\tnot taken\n}\n";

/* The text of all blocks, once with `from` in one of them replaced by `to`. */
static const char *
recipe_with(struct arena *a, const char *from, const char *to)
{
	struct buf b = { .a = a };
	bool found = from == NULL;

	for (size_t i = 0; i < COUNT_OF(block); i++) {
		const char *at = from == NULL ? NULL : strstr(block[i], from);
		if (at == NULL) {
			buf_add_z(&b, block[i]);
			continue;
		}
		buf_printf(&b, "%.*s%s%s", (int)(at - block[i]), block[i], to, at + strlen(from));
		found = true;
		from = NULL;
	}
	assert_true(found);
	return b.p;
}

static void
read_package(struct arena *a, const char *text, const char *style, struct package *p)
{
	struct err e = { 0 };
	struct parse ps = fixture_parse(a);
	struct syntax_file *f;
	struct style *s = ARENA_NEW(a, struct style, 1);
	struct patch *patch = ARENA_NEW(a, struct patch, 1);

	if (fixture_package(a, text, p, &e) == -1)
		fail_msg("%s", e.text);
	assert_int_equal(
	    syntax_parse(a, STR("recipes/styles/make"), str_of(style), field_is_body, &f, &e), 0);
	assert_int_equal(parse_style(&ps, f, s, &e), 0);
	merge(a, p, s);
	*patch = (struct patch){ .name = STR("0001-a.patch"), .text = STR("text\n") };
	p->patch = patch;
	p->npatch = 1;
}

static const char *
digest_of_package(struct arena *a, const struct package *p)
{
	struct digest_ctx c;
	struct digest d;

	digest_init(&c);
	package_digest(&c, p);
	d = digest_end(&c);
	return digest_hex(a, &d);
}

static const char *
key_of(struct arena *a, const char *text)
{
	struct package p;

	read_package(a, text, style_text, &p);
	return digest_of_package(a, &p);
}

static void
the_order_of_independent_fields_is_not_in_the_key(void **state)
{
	struct arena a = { 0 };
	const char *want = key_of(&a, recipe_with(&a, NULL, NULL));
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 200; round++) {
		size_t order[COUNT_OF(block)];
		struct buf b = { .a = &a };
		for (size_t i = 0; i < COUNT_OF(block); i++) {
			size_t k = (size_t)rand_r(&seed) % (i + 1);
			order[i] = order[k];
			order[k] = i;
		}
		for (size_t i = 0; i < COUNT_OF(block); i++)
			buf_add_z(&b, block[order[i]]);
		if (strcmp(key_of(&a, b.p), want) != 0)
			fail_msg("round %d has another key:\n%s", round, b.p);
	}
	arena_free(&a);
}

/* One change of a value for each field, and whether the key must change with it. */
static const struct {
	enum field_id id;
	const char *from, *to;
	bool changes;
} change[] = {
	{ F_VERSION, "version 1.2", "version 1.3", true },
	{ F_SUMMARY, "an example", "another", false },
	{ F_HOME, "example.org", "example.com", false },
	{ F_LICENCE, "MIT BSD", "ISC", false },
	{ F_LICENCE_FILE, "doc/LICENCE", "doc/L", true },
	{ F_CPE, "cpe a:b", "cpe a:c", false },
	{ F_SOURCE, "source x-1.tar", "source x-2.tar", false },
	{ F_SOURCE, "source y.tar", "source z.tar", true }, /* kept: its name is in the stage */
	{ F_SOURCE_URL, "\turl https://a/x.tar\n", "", false },
	{ F_SHA256, HEX64, HEX64_OTHER, true },
	{ F_SIZE, "size 12", "size 13", false },
	{ F_DIR, "dir sub", "dir bus", true },
	{ F_ONLY, "only a b", "only a", true },
	{ F_STRIP, "strip 2", "strip 1", true },
	{ F_KEEP, "\tkeep\n", "", true },
	{ F_LOCAL, "local l.c", "local m.c", true },
	{ F_LOCAL, "l.c src", "l.c srd", true },
	{ F_FROM_TREE, "from-tree lib\n", "", true },
	{ F_FROM_TREE, "from-tree lib", "from-tree bil", false }, /* its digest has the path */
	{ F_NEED, "need zlib", "need bzip2", false },             /* its digest is, as an edge */
	{ F_TOOL, "tool perl", "tool bison", false },             /* its identity is */
	{ F_STYLE, "style make", "style autotools", false },
	{ F_CONFIGURE, "--a --b", "--b --a", true },
	{ F_MAKE, "C=1", "C=2", true },
	{ F_INSTALL, "D=1", "D=2", true },
	{ F_SET, "set A 1", "set A 2", true },
	{ F_SET, "set A 1", "set D 1", true },
	{ F_SET, "set C 3", "set C 4", true },
	{ F_EDIT, "edit Makefile", "edit makefile", true },
	{ F_MATCH, "match ^a", "match ^b", true },
	{ F_WITH, "with b", "with c", true },
	{ F_TIMES, "times 2", "times 3", true },
	{ F_PHASE, "./configure", "./config", true },
	{ F_PHASE, "make check", "make test", false },
	{ F_TEST_BODY, "run x", "run y", false },
	{ F_OPTION, "idn off", "idn on", true },
	{ F_OPTION, "off names", "off other names", false },
	{ F_WHEN, "target armv7", "target x86_64", true }, /* what is in it no longer holds */
	{ F_WHEN, "target armv7", "target armv7 x86_64", false },
	{ F_WAIVE, "waive interp", "waive pie", false },
	{ F_WAIVE_PATH, "bin/x", "bin/y", false },
	{ F_LIMIT, "total 5", "total 6", false },
	{ F_PART_OF, "part-of sysroot\n", "", true },
	{ F_ONLY_TARGET, "only-target armv7 x86_64", "only-target armv7", false },
};

static void
a_value_changes_the_key_when_its_field_is_in_it(void **state)
{
	struct arena a = { 0 };
	const char *base = key_of(&a, recipe_with(&a, NULL, NULL));

	(void)state;
	for (size_t i = 0; i < COUNT_OF(change); i++) {
		const char *key = key_of(&a, recipe_with(&a, change[i].from, change[i].to));
		if ((strcmp(key, base) != 0) != change[i].changes)
			fail_msg("'%s' to '%s' %s the key", change[i].from, change[i].to,
			    change[i].changes ? "leaves" : "changes");
	}
	arena_free(&a);
}

static void
every_field_has_such_a_change_and_the_table_agrees(void **state)
{
	const struct field *f;

	(void)state;
	for (int i = 0; (f = field_row(i)) != NULL; i++) {
		bool tried = false, changes = false;
		if ((f->where & (IN_PACKAGE | IN_SOURCE | IN_EDIT | IN_WAIVE)) == 0 ||
		    f->id == F_NAME)
			continue;
		for (size_t k = 0; k < COUNT_OF(change); k++) {
			tried = tried || change[k].id == f->id;
			changes = changes || (change[k].id == f->id && change[k].changes);
		}
		if (!tried)
			fail_msg("`%s` is not tried", f->name);
		if (f->id != F_WHEN && changes != (f->key == KEY_TEXT))
			fail_msg("`%s`: the table says otherwise", f->name);
	}
}

static void
style_patches_and_local_bytes_are_in_the_key(void **state)
{
	static const struct {
		const char *text; /* of the style */
		bool changes;
	} row[] = {
		{ "name make\nsummary other\ntool flex\nset S 1\nphase build {\n\tmake\n}\n",
		    false },
		{ "name make\nsummary a\ntool flex\nset S 2\nphase build {\n\tmake\n}\n", true },
		{ "name make\nsummary a\ntool flex\nset S 1\nphase build {\n\tgmake\n}\n", true },
	};
	struct arena a = { 0 };
	const char *text = recipe_with(&a, NULL, NULL);
	const char *base = key_of(&a, text);
	struct package p;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		read_package(&a, text, row[i].text, &p);
		assert_int_equal(strcmp(digest_of_package(&a, &p), base) != 0, row[i].changes);
	}
	read_package(&a, text, style_text, &p);
	p.patch[0].name = STR("0002-b.patch");
	assert_string_equal(digest_of_package(&a, &p), base);
	p.patch[0].text = STR("other\n");
	assert_string_not_equal(digest_of_package(&a, &p), base);
	read_package(&a, text, style_text, &p);
	p.source[2].has_sha256 = true;
	assert_string_not_equal(digest_of_package(&a, &p), base);
	arena_free(&a);
}

static void
values_cannot_slip_from_one_field_into_another(void **state)
{
	static const struct {
		const char *one, *other;
	} row[] = {
		{ HEAD "configure a\n", HEAD "make a\n" },
		{ HEAD "configure a b\n", HEAD "configure a\nmake b\n" },
		{ HEAD "set A BC\n", HEAD "set AB C\n" },
		{ HEAD "set A 1\n", HEAD "set B 1\n" },
		{ HEAD "option a on x\n", HEAD "option b on x\n" },
		{ HEAD "licence-file a b\n", HEAD "licence-file \"a b\"\n" },
		{ HEAD "source a {\n\turl a:b\n\tdir d\n}\nsource b {\n\turl a:b\n}\n",
		    HEAD "source a {\n\turl a:b\n}\nsource b {\n\turl a:b\n\tdir d\n}\n" },
		{ HEAD "edit a {\n\tmatch a\n\twith b\n}\n",
		    HEAD "edit a {\n\tmatch ab\n\twith \"\"\n}\n" },
		{ HEAD "phase build {\n\ta\n}\n", HEAD "phase install {\n\ta\n}\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		if (strcmp(key_of(&a, row[i].one), key_of(&a, row[i].other)) == 0)
			fail_msg("row %zu: one key", i);
		arena_free(&a);
	}
}

static void
add_input(void *ctx, const char *tag, struct str value)
{
	struct buf *b = ctx;

	buf_printf(b, "%s=" STR_FMT "\n", tag, STR_ARG(value));
}

static void
inputs_are_shown_by_unique_names_in_the_order_of_the_table(void **state)
{
	static const char want[] =
	    "name=x\nversion=1.2\nlicence-file=COPYING\ndoc/LICENCE\n\n"
	    "source x-1.tar sha256=" HEX64 "\nsource x-1.tar dir=sub\nsource x-1.tar only=a\nb\n\n"
	    "source x-1.tar strip=2\nsource y.tar sha256=" HEX64 "\nsource y.tar keep=y.tar\n"
	    "local l.c sha256=\nlocal l.c dir=src\nlocal l.c keep=l.c\n"
	    "from-tree lib sha256=\n"
	    "configure=--a --b\nmake=C=1\ninstall=D=1\n"
	    "set A=1\nset ARCH=arm\nset B=2\nset C=3\nset S=1\n"
	    "edit 1 Makefile file=Makefile\nedit 1 Makefile match=^a\nedit 1 Makefile with=b\n"
	    "edit 1 Makefile times=2\n"
	    "phase configure=./configure\n\nphase build=make\n\n"
	    "option http2=on\noption idn=off\npart-of=sysroot\npatch 0001-a.patch=text\n\n";
	struct arena a = { 0 };
	struct buf b = { .a = &a };
	struct package p;

	(void)state;
	read_package(&a, recipe_with(&a, NULL, NULL), style_text, &p);
	package_each_input(&p, add_input, &b);
	assert_string_equal(b.p, want);
	arena_free(&a);
}

static void
what_changes_the_key_changes_what_is_shown(void **state)
{
	struct arena a = { 0 };
	struct buf base = { .a = &a };
	struct package p;

	(void)state;
	read_package(&a, recipe_with(&a, NULL, NULL), style_text, &p);
	package_each_input(&p, add_input, &base);
	for (size_t i = 0; i < COUNT_OF(change); i++) {
		struct buf b = { .a = &a };
		read_package(&a, recipe_with(&a, change[i].from, change[i].to), style_text, &p);
		package_each_input(&p, add_input, &b);
		if (change[i].changes && strcmp(b.p, base.p) == 0)
			fail_msg("'%s' to '%s' is not shown", change[i].from, change[i].to);
	}
	arena_free(&a);
}

static void
a_target_changes_the_key_by_what_reaches_the_compiler(void **state)
{
	static const char text[] =
	    /* No machine that is known: what is known has to fit. */
	    "name armv7\nsummary s\ntriple toy-linux-musleabihf\nmachine 40\nbits 32\nflags 6 4\n"
	    "float hard\nlevel v7\nemulation armelf_linux_eabi\narch -mthumb\ncflags -O2\n"
	    "ldflags -s\nemulator qemu-arm\nsysroot musl\nsysroot-c++ libcxx\nset A b\n";
	static const struct {
		enum field_id id;
		const char *from, *to;
		bool changes;
	} row[] = { { F_SUMMARY, "summary s", "summary t", false },
		{ F_TRIPLE, "hf\n", "\n", true }, { F_MACHINE, "machine 40", "machine 41", false },
		{ F_BITS, "32", "64", false }, { F_FLAGS, "flags 6 4", "flags 6 2", false },
		{ F_FLOAT, "hard", "soft", false }, { F_LEVEL, "level v7", "level v8", false },
		{ F_EMULATION, "armelf_linux_eabi", "elf_i386", true },
		{ F_ARCH, "-mthumb", "-marm", true }, { F_CFLAGS, "-O2", "-Os", true },
		{ F_LDFLAGS, "-s\n", "-S\n", true }, { F_EMULATOR, "qemu-arm", "qemu", false },
		{ F_SYSROOT, "sysroot musl", "sysroot glibc", true },
		{ F_SYSROOT_CXX, "libcxx", "libstdcxx", false }, { F_SET, "A b", "A c", true } };
	struct arena a = { 0 };
	struct parse ps = fixture_parse(&a);
	char base[DIGEST_HEX + 1] = "";
	const struct field *f;

	(void)state;
	for (int i = -1; i < (int)COUNT_OF(row); i++) {
		struct buf b = { .a = &a };
		struct err e = { 0 };
		struct syntax_file *file;
		struct target t;
		struct digest_ctx c;
		const char *at = i == -1 ? text : strstr(text, row[i].from);
		assert_non_null(at);
		buf_printf(&b, "%.*s%s%s", (int)(at - text), text, i == -1 ? "" : row[i].to,
		    at + (i == -1 ? 0 : strlen(row[i].from)));
		assert_int_equal(
		    syntax_parse(&a, STR("armv7"), buf_str(&b), field_is_body, &file, &e), 0);
		assert_int_equal(parse_target(&ps, file, &t, &e), 0);
		digest_init(&c);
		target_digest(&c, &t);
		struct digest d = digest_end(&c);
		if (i == -1)
			memcpy(base, digest_hex(&a, &d), sizeof(base));
		else if ((strcmp(base, digest_hex(&a, &d)) != 0) != row[i].changes)
			fail_msg("'%s' to '%s'", row[i].from, row[i].to);
	}
	for (int i = 0; (f = field_row(i)) != NULL; i++)
		for (size_t k = 0; (f->where & IN_TARGET) != 0 && k < COUNT_OF(row); k++)
			if (row[k].id == f->id && row[k].changes != (f->key == KEY_TEXT))
				fail_msg("`%s`: the table says otherwise", f->name);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_order_of_independent_fields_is_not_in_the_key),
		cmocka_unit_test(a_value_changes_the_key_when_its_field_is_in_it),
		cmocka_unit_test(every_field_has_such_a_change_and_the_table_agrees),
		cmocka_unit_test(style_patches_and_local_bytes_are_in_the_key),
		cmocka_unit_test(values_cannot_slip_from_one_field_into_another),
		cmocka_unit_test(inputs_are_shown_by_unique_names_in_the_order_of_the_table),
		cmocka_unit_test(what_changes_the_key_changes_what_is_shown),
		cmocka_unit_test(a_target_changes_the_key_by_what_reaches_the_compiler),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
