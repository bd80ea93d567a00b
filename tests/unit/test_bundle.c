/* Profiles of bundles: read, and refused where they stand. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "recipe/bundle.h"

static struct arena arena;

static const struct str package[] = { { "busybox", 7 }, { "dropbear", 8 },
	{ "wireguard-tools", 15 } };

#define HEAD "name x\nsummary s\n"

static int
parse(const char *text, struct bundle *out, struct err *e)
{
	struct parse ps = {
		.run = &arena, .tmp = &arena, .packages = { package, COUNT_OF(package) }
	};
	struct syntax_file *f = NULL;

	if (syntax_parse(&arena, STR("d/x"), str_of(text), field_is_body, &f, e) == -1)
		return -1;
	return parse_bundle(&ps, f, out, e);
}

static void
a_profile_is_read(void **state)
{
	static const char text[] = HEAD "package busybox\n"
					"package dropbear {\n"
					"\toption multi -zlib\n"
					"\tprogram dropbear scp\n"
					"\tprogram dropbearkey\n"
					"}\n"
					"package wireguard-tools {\n"
					"\toptional its source is at one place only\n"
					"}\n"
					"rename usr/sbin sbin\n"
					"without usr/share/man/* usr/share/x\n"
					"link bin/vi usr/bin/busybox\n"
					"link bin/ls usr/bin/busybox\n"
					"overlay recipes/bundles/x.d\n"
					"cap 4000000\n"
					"format tar.gz cpio\n";
	struct bundle b;
	struct err e = { 0 };

	(void)state;
	if (parse(text, &b, &e) == -1)
		fail_msg("%s", e.text);
	assert_true(str_is(b.name, "x") && str_is(b.summary, "s"));
	assert_int_equal(b.npart, 3);
	assert_true(str_is(b.part[0].package, "busybox") && b.part[0].nprogram == 0 &&
		    b.part[0].noption == 0 && b.part[0].optional.n == 0);
	assert_true(b.part[1].noption == 2 && str_is(b.part[1].option[1], "-zlib"));
	assert_true(b.part[1].nprogram == 3 && str_is(b.part[1].program[2], "dropbearkey") &&
		    b.part[1].program_at[2].line == 7);
	assert_true(str_is(b.part[2].optional, "its source is at one place only"));
	assert_true(b.nrename == 1 && str_is(b.rename[0].one, "usr/sbin") &&
		    str_is(b.rename[0].two, "sbin"));
	assert_true(b.nwithout == 2 && str_is(b.without[0].one, "usr/share/man/*"));
	assert_true(b.nlink == 2 && str_is(b.link[1].one, "bin/ls"));
	assert_true(str_is(b.overlay, "recipes/bundles/x.d") && b.cap_bytes == 4000000);
	assert_true(b.has_format[BUNDLE_TAR_GZ] && b.has_format[BUNDLE_CPIO] &&
		    !b.has_format[BUNDLE_TAR_ZST]);
}

static void
what_is_wrong_is_located(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{ HEAD "package busybix\nformat cpio\n",
		    "d/x:3:9: unknown package `busybix`; did you mean `busybox`?" },
		{ HEAD "package busybox\npackage busybox\nformat cpio\n",
		    "d/x:4:1: a second `package busybox`: the first one stands in line 3" },
		{ HEAD "package busybox\n", "d/x:1:1: no `format`: a bundle needs" },
		{ HEAD "format cpio\n", "d/x:1:1: no `package`: a bundle needs" },
		{ HEAD "package busybox\nformat zip\n", "d/x:4:8: unknown format `zip`" },
		{ HEAD "package busybox\nformat tar.xz\n",
		    "d/x:4:8: unknown format `tar.xz`; did you mean `tar.gz`?" },
		{ HEAD "package busybox\nformat cpio\nlink /bin/ls bin/busybox\n",
		    "d/x:5:6: found `/bin/ls`: expected a path that stays below its folder" },
		{ HEAD "package busybox\nformat cpio\nlink bin/ls ../busybox\n",
		    "d/x:5:13: found `../busybox`: expected a path that stays below its folder" },
		{ HEAD "package busybox\nformat cpio\noverlay /etc\n",
		    "d/x:5:9: found `/etc`: expected a path that stays below its folder" },
		{ HEAD "package busybox\nformat cpio\ncap 0\n",
		    "d/x:5:5: a bundle of no bytes holds nothing" },
		{ HEAD "package busybox\nformat cpio\ncap 4M\n",
		    "d/x:5:5: found `4M`: expected a decimal number of bytes" },
		{ HEAD "package busybox {\n\tprogram bin/ls\n}\nformat cpio\n",
		    "d/x:4:10: found `bin/ls`: expected the name of a program" },
		{ HEAD "package busybox {\n\tlicence MIT\n}\nformat cpio\n",
		    "d/x:4:2: `licence` does not stand in a group of `package`" },
		{ "name y\nsummary s\npackage busybox\nformat cpio\n",
		    "d/x:1:6: found `y`: expected the name of the file" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct bundle b;
		struct err e = { 0 };
		assert_int_equal(parse(row[i].text, &b, &e), -1);
		assert_int_equal(e.kind, ERR_RECIPE);
		if (strncmp(e.text, row[i].want, strlen(row[i].want)) != 0)
			fail_msg("row %zu gave %s", i, e.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_profile_is_read),
		cmocka_unit_test(what_is_wrong_is_located),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
