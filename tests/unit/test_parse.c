/* Statements to packages, targets, styles, tools, mirrors. SPDX-License-Identifier: ISC */
#include "recipe_fixture.h"

static void
a_package_says_what_its_recipe_says(void **state)
{
	static const char text[] =
	    "name x\nversion 1.2\nsummary an \"odd  example\"\n"
	    "home https://example.org/\nlicence MIT\nlicence Apache-2.0 WITH LLVM-exception\n"
	    "licence-file COPYING-$version doc/L\n"
	    "source ${name}_$version.tar.gz {\n"
	    "\turl https://example.org/$name-$version.tar.gz debian:pool/x_$version.tar.gz\n"
	    "\turl http://example.com:8080/a%20b\n"
	    "\tsha256 " HEX64 "\n\tsize 12\n\tdir sub/$target\n\tonly a b/c\n\tstrip 0\n}\n"
	    "source y.tar { # no digest yet\n\turl debian:y\n\tkeep\n}\n"
	    "local extra.c src\nfrom-tree lib/x\n"
	    "need zlib openssl\nneed m4x x for build\nneed ca for run\n"
	    "tool perl\nstyle make\nconfigure --host=$triple\nconfigure --x\nmake CC=cc\n"
	    "set A_1 \"b \\\"c\"\nedit Makefile {\n\tmatch ^CC.*$(X)\n\twith \"\"\n\ttimes 3\n}\n"
	    "phase build {\n\tmake\n}\nphase check {\n}\ntest {\n\trun x\n}\n"
	    "option idn off handles \"odd names\"\n"
	    "waive interp because of this {\n\tpath usr/lib/*\n}\nwaive static-pie it is so\n"
	    "limit total 10\nlimit silent 5\n";
	struct arena a = { 0 };
	struct err e = { 0 };
	struct package p;

	(void)state;
	if (fixture_package(&a, text, &p, &e) == -1)
		fail_msg("%s", e.text);
	assert_true(str_is(p.name, "x") && str_is(p.version, "1.2"));
	assert_true(str_is(p.summary, "an odd  example"));
	assert_true(str_is(p.home, "https://example.org/"));
	assert_string_equal(
	    fixture_joined(&a, p.licence, p.nlicence), "MIT Apache-2.0 WITH LLVM-exception");
	assert_string_equal(
	    fixture_joined(&a, p.licence_file, p.nlicence_file), "COPYING-1.2 doc/L");
	assert_ptr_equal(p.target, &fixture_armv7);
	assert_true(str_is(p.style, "make"));
	assert_int_equal(p.at.line, 1);
	assert_int_equal(p.at.col, 6);

	assert_int_equal(p.nsource, 4);
	assert_true(str_is(p.source[0].file, "x_1.2.tar.gz"));
	assert_string_equal(fixture_joined(&a, p.source[0].url, p.source[0].nurl),
	    "https://example.org/x-1.2.tar.gz debian:pool/x_1.2.tar.gz "
	    "http://example.com:8080/a%20b");
	assert_true(p.source[0].has_sha256);
	assert_string_equal(digest_hex(&a, &p.source[0].sha256), HEX64);
	assert_true(p.source[0].size_bytes == 12 && str_is(p.source[0].dir, "sub/armv7"));
	assert_string_equal(fixture_joined(&a, p.source[0].only, p.source[0].nonly), "a b/c");
	assert_int_equal(p.source[0].strip, 0);
	assert_false(p.source[0].keep);
	assert_true(p.source[1].keep && !p.source[1].has_sha256 && p.source[1].strip == 1);
	assert_true(p.source[2].is_local && str_is(p.source[2].file, "extra.c") &&
		    str_is(p.source[2].dir, "src") && p.source[2].keep);
	assert_true(p.source[3].is_local && p.source[3].is_from_tree &&
		    str_is(p.source[3].file, "lib/x") && !p.source[3].keep);
	assert_false(p.source[2].is_from_tree);

	assert_int_equal(p.nneed, 5);
	assert_true(str_is(p.need[1].name, "openssl") && p.need[1].kind == NEED_LINK);
	assert_true(str_is(p.need[3].name, "x") && p.need[3].kind == NEED_BUILD);
	assert_true(str_is(p.need[4].name, "ca") && p.need[4].kind == NEED_RUN);
	assert_int_equal(p.need[1].at.col, 11);
	assert_string_equal(fixture_joined(&a, p.tool, p.ntool), "perl");

	assert_true(str_is(p.args[ARGS_CONFIGURE], "--host=armv7-linux-musleabihf --x"));
	assert_true(str_is(p.args[ARGS_MAKE], "CC=cc") && p.args[ARGS_INSTALL].n == 0);
	assert_true(p.nsetting == 1 && str_is(p.setting[0].value, "b \"c"));
	assert_true(p.nedit == 1 && str_is(p.edit[0].file, "Makefile") &&
		    str_is(p.edit[0].pattern, "^CC.*$(X)") && p.edit[0].with.n == 0 &&
		    p.edit[0].times == 3);
	assert_true(str_is(p.phase[PHASE_BUILD].text, "make\n"));
	assert_true(str_is(p.phase[PHASE_CHECK].text, "\n"));
	assert_int_equal(p.phase[PHASE_INSTALL].text.n, 0);
	assert_true(str_is(p.test.text, "run x\n"));
	assert_true(
	    p.noption == 1 && !p.option[0].on && str_is(p.option[0].help, "handles odd names"));
	assert_true(p.nwaiver == 2 && str_is(p.waiver[0].reason, "because of this") &&
		    str_is(p.waiver[0].path, "usr/lib/*") && p.waiver[1].path.n == 0);
	assert_true(p.limit_total_s == 10 && p.limit_silent_s == 5 && !p.is_sysroot);
	arena_free(&a);
}

static void
a_body_knows_the_line_it_starts_at(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct package p;

	(void)state;
	assert_int_equal(fixture_package(&a, HEAD "\nphase build {\n\tmake\n}\n", &p, &e), 0);
	assert_int_equal(p.phase[PHASE_BUILD].at.line, HEAD_LINES + 3);
	arena_free(&a);
}

static void
what_is_not_said_has_a_default(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct package p;

	(void)state;
	assert_int_equal(
	    fixture_package(&a, HEAD "edit a {\n\tmatch b\n\twith c\n}\npart-of sysroot\n", &p, &e),
	    0);
	assert_true(p.limit_total_s == 7200 && p.limit_silent_s == 900);
	assert_true(p.edit[0].times == 1 && p.is_sysroot && p.style.n == 0);
	arena_free(&a);
}

static void
conditions_choose_what_holds(void **state)
{
	static const char text[] =
	    HEAD "make A=0\nset V 1\nset W 1\n"
		 "when target armv7 aarch64 {\n\tmake A=1\n\tset V 2\n"
		 "\twhen option idn {\n\t\tmake A=2\n\t\tset V 3\n\t}\n}\n"
		 "when target x86_64 {\n\tmake A=3\n\tneed nasm for build\n}\n"
		 "when no-option idn {\n\tmake A=4\n}\n"
		 "option idn off odd names\n";
	static const struct {
		bool arm;
		const char *options, *make, *v;
		int nneed;
	} row[] = { { true, "", "A=0 A=1 A=4", "2", 0 }, { true, "idn", "A=0 A=1 A=2", "3", 0 },
		{ true, "idn -idn", "A=0 A=1 A=4", "2", 0 }, { false, "", "A=0 A=3 A=4", "1", 1 },
		{ false, "idn", "A=0 A=3", "1", 1 } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct package p;
		if (fixture_package_for(&a, row[i].arm ? &fixture_armv7 : &fixture_x86_64,
			row[i].options, text, &p, &e) == -1)
			fail_msg("row %zu: %s", i, e.text);
		merge(&a, &p, NULL);
		assert_string_equal(str_z(&a, p.args[ARGS_MAKE]), row[i].make);
		for (int k = 0; k < p.nsetting; k++)
			if (str_is(p.setting[k].name, "V") && !str_is(p.setting[k].value, row[i].v))
				fail_msg("row %zu: V is " STR_FMT, i, STR_ARG(p.setting[k].value));
		assert_int_equal(p.nneed, row[i].nneed + (row[i].arm ? 2 : 0));
		arena_free(&a);
	}
}

static void
what_stands_in_a_condition_that_does_not_hold_collides_with_nothing(void **state)
{
	static const char text[] = HEAD "when target x86_64 {\n\twhen target armv7 x86_64 {\n"
					"\t\tset A 1\n\t}\n}\n"
					"when target armv7 {\n\twhen target armv7 {\n"
					"\t\tset A 2\n\t}\n}\n";
	struct arena a = { 0 };
	struct err e = { 0 };
	struct package p;

	(void)state;
	if (fixture_package(&a, text, &p, &e) == -1)
		fail_msg("%s", e.text);
	assert_true(p.nsetting == 1 && str_is(p.setting[0].value, "2"));
	arena_free(&a);
}

static void
an_unknown_option_of_the_command_line_is_a_usage_error(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct package p;

	(void)state;
	assert_int_equal(fixture_package_for(&a, &fixture_armv7, "-http3",
			     HEAD "option idn on a\noption http2 on b\n", &p, &e),
	    -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(e.text, "option `http3`: x has no such option; did you mean `http2`?");
	arena_free(&a);
}

/* Lines behind HEAD, and where and what the error is: columns and lines of those alone. */
static const struct {
	const char *text, *want;
} wrong[] = {
	{ "sumary a\n", "1:1: unknown field `sumary` in a package; did you mean `summary`?" },
	{ "qqqqqqqqqq a\n", "1:1: unknown field `qqqqqqqqqq` in a package: see" },
	{ "\"\" a\n", "1:1: unknown field `` in a package" },
	{ "sha256 " HEX64 "\n",
	    "1:1: `sha256` does not stand in a package, but in a group of `source`" },
	{ "triple a\n", "1:1: `triple` does not stand in a package, but in a target" },
	{ "version 1\n", "1:1: a second `version`: the first one stands in line 2" },
	{ "style make\nstyle make\n", "2:1: a second `style`: the first one stands in line 6" },
	{ "set A 1\nset B 2\nset A 3\n", "3:1: a second `set A`: the first one stands in line 6" },
	{ "phase build {\n}\nphase build {\n}\n", "3:1: a second `phase build`" },
	{ "limit total 1\nlimit total 2\n", "2:1: a second `limit total`" },
	{ "local a\nlocal a\n", "2:1: a second `local a`" },
	{ "local a\nwhen target armv7 {\n\tlocal a\n}\n", "3:2: a second `local a`" },
	{ "when target armv7 {\n\tset A 1\n}\nwhen target armv7 {\n\tset A 2\n}\n",
	    "5:2: a second `set A`" },
	{ "when target armv7 {\n\tset A 1\n}\nset A 2\n", "4:1: a second `set A`" },
	{ "when target x86_64 {\n\tset A 1\n\tset A 2\n}\n", "3:2: a second `set A`" },
	{ "style\n", "1:1: `style` ends too soon: expected `style NAME`" },
	{ "style a b\n", "1:9: found `b`: expected the line to end" },
	{ "style make b\n", "1:12: found `b`: expected the line to end, as in `style NAME`" },
	{ "style makee\n", "1:7: unknown style `makee`; did you mean `make`?" },
	{ "tool perl bisn\n", "1:11: unknown tool `bisn`; did you mean `bison`?" },
	{ "need\n", "1:1: `need` ends too soon" },
	{ "need for build\n", "1:1: `need` ends too soon" },
	{ "need a for\n", "1:1: `need` ends too soon" },
	{ "need a for fun\n", "1:12: found `fun`: expected one of build|run" },
	{ "need a for build b\n", "1:18: found `b`: expected the line to end" },
	{ "need a x\n", "1:8: `x` cannot be linked with itself" },
	{ "need sysroot\n", "1:6: every package has its target's sysroot; the one of build-cc is "
			    "`need sysroot for build`" },
	{ "need A\n", "1:6: found `A`: expected a name" },
	{ "licence-file $vers\n", "1:14: unknown `$vers`; did you mean `$version`?" },
	{ "licence-file a$\n", "1:15: unknown `$`" },
	{ "licence-file \"a $foo\"\n", "1:17: unknown `$foo`: expected $name, $version" },
	{ "licence-file ../COPYING\n", "1:14: found `../COPYING`: expected a path" },
	{ "licence-file /etc/passwd\n", "1:14: found `/etc/passwd`: expected a path" },
	{ "licence-file a//b\n", "1:14: found `a//b`: expected a path" },
	{ "licence MIT/X11\n", "1:9: found `MIT/X11`: expected an SPDX" },
	{ "set a b\n", "1:5: found `a`: expected a variable's name" },
	{ "set A\n", "1:1: `set` ends too soon" },
	{ "set A b c\n", "1:9: found `c`: expected the line to end" },
	{ "set A $version\n", "1:7: found `$version`: `$` is not filled in by `set`" },
	{ "set A \"a\\nb\"\n", "1:7: found `a?b`: expected text without control characters" },
	{ "configure \"a b\"\n", "1:11: found `a b`: expected a word without blanks" },
	{ "configure a;b\n", "1:11: found `a;b`: expected a word" },
	{ "configure *\n", "1:11: found `*`: expected a word" },
	{ "make '`id`'\n", "1:6: found `'`id`'`: expected a word" },
	{ "install $(id)\n", "1:9: unknown `$`" },
	{ "source {\n}\n", "1:1: `source` ends too soon" },
	{ "source a\n", "1:1: `source` has no group: expected `source FILE {`" },
	{ "source a/b {\n\turl a:b\n}\n", "1:8: found `a/b`: expected a file name" },
	{ "source .. {\n\turl a:b\n}\n", "1:8: found `..`: expected a file name" },
	{ "source a {\n}\n", "1:1: no `url`: a group of `source` needs `url PLACE...`" },
	{ "source a {\n\turl ftp://a/b\n}\n", "2:6: found `ftp://a/b`: expected an https://" },
	{ "source a {\n\turl a:../b\n}\n", "2:6: found `a:../b`: expected an https://" },
	{ "source a {\n\turl https:///b\n}\n", "2:6: found `https:///b`" },
	{ "source a {\n\turl \"https://a/b c\"\n}\n", "2:6: found `https://a/b c`" },
	{ "source a {\n\turl -o:b\n}\n", "2:6: found `-o:b`" },
	{ "source a {\n\turl a:b\n\tsha256 12\n}\n", "3:9: found `12`: expected 64 lower-case" },
	{ "source a {\n\turl a:b\n\tsize 1k\n}\n", "3:7: found `1k`: expected a decimal number" },
	{ "source a {\n\turl a:b\n\tsize 012\n}\n", "3:7: found `012`: expected a decimal number" },
	{ "source a {\n\turl a:b\n\tsize -1\n}\n", "3:7: found `-1`: expected a decimal number" },
	{ "source a {\n\turl a:b\n\tsize 99999999999999999999\n}\n", "3:7: found `9999" },
	{ "source a {\n\turl a:b\n\tstrip 65\n}\n",
	    "3:8: found `65`: expected a number of at most 64" },
	{ "source a {\n\turl a:b\n\tdir ..\n}\n", "3:6: found `..`: expected a path" },
	{ "source a {\n\turl a:b\n\tkeep yes\n}\n",
	    "3:7: found `yes`: expected the line to end, as in `keep`" },
	{ "source a {\n\turl a:b\n\tsize 1\n\tsize 1\n}\n",
	    "4:2: a second `size`: the first one stands in line 8" },
	{ "source a {\n\turl a:b\n\tneed b\n}\n",
	    "3:2: `need` does not stand in a group of `source`" },
	{ "source a {\n\turl a:b\n}\nsource a {\n\turl a:b\n}\n", "4:1: a second `source a`" },
	{ "local ../a\n", "1:7: found `../a`: expected a file name" },
	{ "local a ../b\n", "1:9: found `../b`: expected a path" },
	{ "from-tree ../a\n", "1:11: found `../a`: expected a path" },
	{ "from-tree a/../../b\n", "1:11: found `a/../../b`: expected a path" },
	{ "from-tree /etc\n", "1:11: found `/etc`: expected a path" },
	{ "from-tree .\n", "1:11: found `.`: expected a path" },
	{ "from-tree a b\n", "1:13: found `b`: expected the line to end" },
	{ "from-tree a\nfrom-tree a\n", "2:1: a second `from-tree a`" },
	{ "edit a {\n\tmatch b\n}\n", "1:1: no `with`: a group of `edit` needs" },
	{ "edit a {\n\tmatch \"\"\n\twith b\n}\n", "2:8: found ``: expected a POSIX extended" },
	{ "edit /a {\n\tmatch a\n\twith b\n}\n", "1:6: found `/a`: expected a path" },
	{ "phase unpack {\n}\n",
	    "1:7: found `unpack`: expected one of configure|build|check|install" },
	{ "phase build\n",
	    "1:1: `phase` has no body: expected `phase configure|build|check|install {`" },
	{ "test now {\n}\n", "1:6: found `now`: expected the line to end" },
	{ "home a {\n}\n", "1:1: `home` opens no group: expected `home URL` without `{`" },
	{ "option a yes b\n", "1:10: found `yes`: expected one of on|off" },
	{ "option a on\n", "1:1: `option` ends too soon" },
	{ "option a on b\noption a on b\n", "2:1: a second `option a`" },
	{ "when targets armv7 {\n}\n",
	    "1:6: found `targets`: expected one of target|option|no-option" },
	{ "when target armv8 {\n}\n", "1:13: unknown target `armv8`; did you mean `armv7`?" },
	{ "when target armv7 sparc {\n}\n", "1:19: unknown target `sparc`" },
	{ "when option idn {\n}\n", "1:13: unknown option `idn`" },
	{ "option idn on a\nwhen option idm {\n}\n",
	    "2:13: unknown option `idm`; did you mean `idn`?" },
	{ "option a on a\noption b on b\nwhen option a b {\n}\n",
	    "3:15: `when option` asks for one option" },
	{ "when target armv7 {\n\tversion 2\n}\n",
	    "2:2: `version` does not stand in a group of `when`" },
	{ "when target x86_64 {\n\tnonsense 2\n}\n", "2:2: unknown field `nonsense`" },
	{ "when target x86_64 {\n\tsource a {\n\t\turl ..\n\t}\n}\n", "3:7: found `..`" },
	{ "need sysroot-c++ for build\n", "1:6: C++ is linked with its sysroot" },
	{ "when target armv7 {\n\tneed a sysroot-c++\n}\n",
	    "2:9: target `armv7` has no C++ library" },
	{ "only-target armv7 armv8\n", "1:19: unknown target `armv8`; did you mean `armv7`?" },
	{ "when target armv7 {\n\tonly-target armv7\n}\n",
	    "2:2: `only-target` does not stand in a group of `when`" },
	{ "part-of world\n", "1:9: found `world`: expected sysroot" },
	{ "waive interp\n", "1:1: `waive` ends too soon" },
	{ "waive interp why {\n\tpath ../*\n}\n", "2:7: found `../*`" },
	{ "waive interp why {\n\tpath a*b\n}\n", "2:7: found `a*b`" },
	{ "limit memory 1\n", "1:7: found `memory`: expected one of total|silent" },
	{ "limit total soon\n", "1:13: found `soon`: expected a decimal number of seconds" },
};

static void
a_wrong_recipe_is_located(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct package p;
		int line = 0, skip = 0;
		char want[256];
		if (sscanf(wrong[i].want, "%d:%n", &line, &skip) != 1)
			fail_msg("row %zu has no line", i);
		snprintf(want, sizeof(want), "recipes/packages/x:%d:%s", line + HEAD_LINES,
		    wrong[i].want + skip);
		const char *text = arena_printf(&a, "%s%s", HEAD, wrong[i].text);
		if (fixture_package(&a, text, &p, &e) == 0)
			fail_msg("'%s' was read", wrong[i].text);
		assert_int_equal(e.kind, ERR_RECIPE);
		if (strncmp(e.text, want, strlen(want)) != 0)
			fail_msg("'%s' gave %s, not %s", wrong[i].text, e.text, want);
		if (strstr(e.text, "^") == NULL)
			fail_msg("'%s' has no caret", wrong[i].text);
		arena_free(&a);
	}
}

static void
what_must_be_there_is_missed(void **state)
{
	static const char *const line[] = { "name x\n", "version 1.2\n", "summary an example\n",
		"home https://example.org/\n", "licence MIT\n" };
	static const char *const field[] = { "name", "version", "summary", "home", "licence" };

	(void)state;
	for (size_t without = 0; without < COUNT_OF(line); without++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct package p;
		struct buf b = { .a = &a };
		for (size_t i = 0; i < COUNT_OF(line); i++)
			buf_add_z(&b, i == without ? "" : line[i]);
		assert_int_equal(fixture_package(&a, b.p, &p, &e), -1);
		const char *want = arena_printf(
		    &a, "recipes/packages/x:1:1: no `%s`: a package needs", field[without]);
		if (strncmp(e.text, want, strlen(want)) != 0)
			fail_msg("%s", e.text);
		arena_free(&a);
	}
}

static void
a_variable_that_stands_for_nothing_is_an_error(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct package p;

	(void)state;
	assert_int_equal(fixture_package(&a, "name x\nlicence-file a$version\n", &p, &e), -1);
	assert_non_null(
	    strstr(e.text, "recipes/packages/x:2:15: `$version` stands for nothing here"));
	arena_free(&a);
}

static void
a_name_is_that_of_its_file(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct package p;

	(void)state;
	assert_int_equal(fixture_package(&a, "name y\n", &p, &e), -1);
	assert_non_null(strstr(
	    e.text, "recipes/packages/x:1:6: found `y`: expected the name of the file, `x`"));
	arena_free(&a);
}

/* Values that would leave their folder, or their word in a shell, each where a word goes. */
static void
no_field_takes_a_hostile_word(void **state)
{
	static const char *const hostile[] = { "../../etc/passwd", "/etc/passwd", "..", "\"a b\"",
		"a;id", "$(id)", "`id`", "a|b", "a&b", "a>b", "\"a\\nb\"", "\"\"", "~root", "a*",
		"-x'" };
	static const struct {
		const char *format;  /* a recipe with %s where the word goes */
		const char *allowed; /* those of the above that are right there, by letter */
	} row[] = {
		{ "name %s\nversion 1\n", "" },
		{ "name x\nversion %s\n", "" },
		{ HEAD "home %s\n", "" },
		{ HEAD "licence %s\n", "" },
		/* blanks and shell characters are bytes of a path: no shell sees it */
		{ HEAD "licence-file %s\n", "deghijmno" },
		{ HEAD "source %s {\n\turl a:b\n}\n", "" },
		{ HEAD "source a {\n\turl %s\n}\n", "" },
		{ HEAD "source a {\n\turl a:%s\n}\n", "eimn" },
		{ HEAD "source a {\n\turl a:b\n\tsha256 %s\n}\n", "" },
		{ HEAD "source a {\n\turl a:b\n\tsize %s\n}\n", "" },
		{ HEAD "source a {\n\turl a:b\n\tdir %s\n}\n", "deghijmno" },
		{ HEAD "source a {\n\turl a:b\n\tonly %s\n}\n", "deghijmno" },
		{ HEAD "source a {\n\turl a:b\n\tstrip %s\n}\n", "" },
		{ HEAD "local %s\n", "" },
		{ HEAD "local a %s\n", "deghijmno" },
		{ HEAD "from-tree %s\n", "deghijmno" },
		{ HEAD "need %s\n", "" },
		{ HEAD "tool %s\n", "" },
		{ HEAD "style %s\n", "" },
		{ HEAD "configure %s\n", "abc" },
		{ HEAD "make %s\n", "abc" },
		{ HEAD "install %s\n", "abc" },
		{ HEAD "set %s a\n", "" },
		{ HEAD "edit %s {\n\tmatch a\n\twith b\n}\n", "deghijmno" },
		{ HEAD "edit a {\n\tmatch a\n\twith b\n\ttimes %s\n}\n", "" },
		{ HEAD "phase %s {\n}\n", "" },
		{ HEAD "option %s on a\n", "" },
		{ HEAD "when target %s {\n}\n", "" },
		{ HEAD "when option %s {\n}\n", "" },
		{ HEAD "part-of %s\n", "" },
		{ HEAD "waive %s because\n", "" },
		{ HEAD "waive a b {\n\tpath %s\n}\n", "deghijmno" },
		{ HEAD "limit %s 1\n", "" },
		{ HEAD "limit total %s\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		for (size_t k = 0; k < COUNT_OF(hostile); k++) {
			struct arena a = { 0 };
			struct err e = { 0 };
			struct package p;
			struct str format = str_of(row[i].format), part;
			struct buf b = { .a = &a };
			while (str_cut(&format, '%', &part)) {
				buf_add(&b, part);
				if (format.n == 0)
					break;
				buf_add_z(&b, hostile[k]);
				format = str_skip(format, 1);
			}
			bool allowed = strchr(row[i].allowed, 'a' + (int)k) != NULL;
			bool read = fixture_package(&a, b.p, &p, &e) == 0;
			if (read != allowed)
				fail_msg("%s with %s: %s", row[i].format, hostile[k],
				    read ? "was read" : e.text);
			arena_free(&a);
		}
	}
}

static void
add_fault(void *ctx, const struct err *fault)
{
	struct buf *b = ctx;
	struct str rest = str_of(fault->text), line = { 0 };

	(void)str_cut(&rest, '\n', &line);
	buf_printf(b, STR_FMT "\n", STR_ARG(line));
}

static void
all_faults_are_found_when_they_are_asked_for(void **state)
{
	static const char text[] = "name x\nversion a b\nsumary c\nhome https://a/\nlicence MIT\n"
				   "source a {\n\tsize x\n}\nneed A\n";
	static const char want[] =
	    "p/x:2:11: found `b`: expected the line to end, as in `version VERSION`\n"
	    "p/x:3:1: unknown field `sumary` in a package; did you mean `summary`?\n"
	    "p/x:7:7: found `x`: expected a decimal number of bytes\n"
	    "p/x:6:1: no `url`: a group of `source` needs `url PLACE...`, where to get it, "
	    "upstream first\n"
	    "p/x:9:6: found `A`: expected a name: lower-case letters, digits and . + _ -, starting "
	    "with a letter or digit\n"
	    "p/x:1:1: no `summary`: a package needs `summary TEXT...`, what it is, in one line of "
	    "at most 80 characters without a full stop\n";
	struct arena a = { 0 };
	struct err e = { 0 };
	struct buf found = { .a = &a };
	struct parse ps = fixture_parse(&a);
	struct syntax_file *f;
	struct package p;

	(void)state;
	ps.fault = add_fault;
	ps.ctx = &found;
	assert_int_equal(syntax_parse(&a, STR("p/x"), str_of(text), field_is_body, &f, &e), 0);
	assert_int_equal(
	    parse_package(&ps, f, &fixture_armv7, (struct name_list){ 0 }, &p, &e), -1);
	assert_string_equal(found.p, want);
	assert_string_equal(e.text, "p/x: 6 faults");
	arena_free(&a);
}

static int
parse_data(struct arena *a, const char *path, const char *text, const struct syntax_file **out,
    struct err *e)
{
	struct syntax_file *f = NULL;
	int result = syntax_parse(a, str_of(path), str_of(text), field_is_body, &f, e);

	*out = f;
	return result;
}

#define TARGET(triple, machine, bits, kind)                                                        \
	"name x\nsummary s\ntriple " triple "\nmachine " machine "\nbits " bits "\nfloat " kind    \
	"\nemulation e\nsysroot musl\n"

static void
a_target_says_what_its_file_says(void **state)
{
	static const char text[] =
	    "name armv7\nsummary 32 bit\ntriple armv7-linux-musleabihf\nmachine 40\nbits 32\nflags "
	    "255 5\n"
	    "float hard\nlevel v7\nemulation armelf_linux_eabi\narch -march=armv7-a\narch "
	    "-mfpu=vfpv3-d16\n"
	    "cflags -O2 -g\nldflags -Wl,-z,relro\nemulator qemu-arm-static -cpu cortex-a7\n"
	    "sysroot linux-headers musl\nsysroot-c++ libcxx\nset A b\n";
	struct arena a = { 0 };
	struct err e = { 0 };
	struct parse ps = fixture_parse(&a);
	const struct syntax_file *f;
	struct target t;

	(void)state;
	assert_int_equal(parse_data(&a, "t/armv7", text, &f, &e), 0);
	if (parse_target(&ps, f, &t, &e) == -1)
		fail_msg("%s", e.text);
	assert_true(str_is(t.name, "armv7") && str_is(t.triple, "armv7-linux-musleabihf"));
	assert_true(t.elf_machine == 40 && t.elf_bits == 32 && str_is(t.float_abi, "hard"));
	assert_true(t.flags_mask == 255 && t.flags == 5);
	assert_true(str_is(t.arch_level, "v7") && str_is(t.emulation, "armelf_linux_eabi"));
	assert_string_equal(
	    fixture_joined(&a, t.arch_flag, t.narch_flag), "-march=armv7-a -mfpu=vfpv3-d16");
	assert_true(str_is(t.cflags, "-O2 -g") && str_is(t.ldflags, "-Wl,-z,relro"));
	assert_string_equal(
	    fixture_joined(&a, t.emulator, t.nemulator), "qemu-arm-static -cpu cortex-a7");
	assert_string_equal(fixture_joined(&a, t.sysroot, t.nsysroot), "linux-headers musl");
	assert_string_equal(fixture_joined(&a, t.sysroot_cxx, t.nsysroot_cxx), "libcxx");
	assert_true(t.nsetting == 1 && str_is(t.setting[0].value, "b"));
	arena_free(&a);
}

static void
styles_tools_and_mirrors_say_what_their_files_say(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct parse ps = fixture_parse(&a);
	const struct syntax_file *f;
	struct style s;
	struct tool t;
	struct mirror *m;
	int n;

	(void)state;
	assert_int_equal(
	    parse_data(&a, "s/make",
		"name make\nsummary a\ntool bison\nneed go sysroot for build\nset A b\n"
		"phase build {\n\tmake\n}\n",
		&f, &e),
	    0);
	assert_int_equal(parse_style(&ps, f, &s, &e), 0);
	assert_true(s.ntool == 1 && s.nsetting == 1 && str_is(s.phase[PHASE_BUILD].text, "make\n"));
	assert_true(s.nneed == 2 && str_is(s.need[0].name, "go") && s.need[0].kind == NEED_BUILD &&
		    s.need[1].kind == NEED_BUILD_LINK && s.need[0].at.line == 4);

	assert_int_equal(
	    parse_data(&a, "t/base",
		"name base\nsummary a\nprogram /usr/bin/dash as sh\nprogram /usr/bin/[\n"
		"data /usr/share/bison\ndebian dash coreutils\nidentity bytes\n",
		&f, &e),
	    0);
	assert_int_equal(parse_tool(&ps, f, &t, &e), 0);
	assert_true(t.nprogram == 2 && str_is(t.program[0].as, "sh") && t.program[1].as.n == 0);
	assert_true(str_is(t.program[1].path, "/usr/bin/[") && t.ndata == 1 && t.ndebian == 2);
	assert_true(t.by_bytes);

	assert_int_equal(
	    parse_data(&a, "mirrors",
		"mirror debian {\n\tenv M\n\tapt yes\n\turl https://a/b\n\turl https://c\n}\n"
		"mirror gnu {\n\turl https://d/\n}\n",
		&f, &e),
	    0);
	assert_int_equal(parse_mirrors(&ps, f, &m, &n, &e), 0);
	assert_true(
	    n == 2 && str_is(m[0].name, "debian") && str_is(m[0].env, "M") && m[0].from_apt);
	assert_true(m[0].nurl == 2 && str_is(m[0].url[1], "https://c") && !m[1].from_apt);
	arena_free(&a);
}

static void
wrong_data_files_are_located(void **state)
{
	static const struct {
		enum field_place place;
		const char *text, *want;
	} row[] = {
		{ IN_TARGET, "name x\nbits 16\n", "d/x:2:6: found `16`: expected one of 32|64" },
		{ IN_TARGET, "name x\nflags 6 9\n",
		    "d/x:2:9: `9` has bits that the mask 6 in front of it does not" },
		{ IN_TARGET, "name x\nversion 1\n",
		    "d/x:2:1: `version` does not stand in a target" },
		{ IN_TARGET, "name x\ncflags $version\n", "d/x:2:8: found `$version`: `$` is not" },
		{ IN_TARGET, "name x\n", "d/x:1:1: no `summary`: a target needs" },
		{ IN_TARGET, TARGET("aarch64-linux-musl", "40", "64", "hard"),
		    "d/x:4:9: machine 40: what is compiled for triple aarch64-linux-musl is for "
		    "machine 183" },
		{ IN_TARGET, TARGET("x86_64-linux-musl", "62", "32", "hard"),
		    "d/x:5:6: bits 32: what is compiled for triple x86_64-linux-musl has 64 bits" },
		{ IN_TARGET, TARGET("armv7-linux-musleabihf", "40", "32", "soft"),
		    "d/x:6:7: float soft: triple armv7-linux-musleabihf is one of hard float" },
		{ IN_TARGET, TARGET("arm-linux-musleabi", "40", "32", "hard"),
		    "d/x:6:7: float hard: triple arm-linux-musleabi is one of soft float" },
		{ IN_TARGET, "name y\n", "d/x:1:6: found `y`: expected the name of the file" },
		{ IN_STYLE, "name x\ntool perk\n",
		    "d/x:2:6: unknown tool `perk`; did you mean `perl`?" },
		{ IN_STYLE, "name x\ntool $name\n",
		    "d/x:2:6: found `$name`: `$` is not filled in" },
		{ IN_STYLE, "name x\nneed zlib\n",
		    "d/x:2:6: a style needs for build only: say `need zlib for build`" },
		{ IN_STYLE, "name x\nneed zlib for run\n",
		    "d/x:2:6: a style needs for build only" },
		{ IN_STYLE, "name x\ntest {\n}\n", "d/x:2:1: `test` does not stand in a style" },
		{ IN_TOOL, "name x\nprogram bin/sh\n",
		    "d/x:2:9: found `bin/sh`: expected an absolute" },
		{ IN_TOOL, "name x\nprogram /a/../b\n",
		    "d/x:2:9: found `/a/../b`: expected an absolute" },
		{ IN_TOOL, "name x\nprogram /a as b/c\n",
		    "d/x:2:15: found `b/c`: expected the name of" },
		{ IN_TOOL, "name x\nprogram /a like b\n",
		    "d/x:2:12: found `like`: expected as in" },
		{ IN_TOOL, "name x\nidentity hash\n", "d/x:2:10: found `hash`: expected one of" },
		{ IN_MIRRORS, "mirror a {\n\turl a:b\n}\n",
		    "d/x:2:6: found `a:b`: expected an https://" },
		{ IN_MIRRORS, "name x\n", "d/x:1:1: `name` does not stand in the mirrors" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct parse ps = fixture_parse(&a);
		const struct syntax_file *f;
		struct target target;
		struct style style;
		struct tool tool;
		struct mirror *mirror;
		int n, result = parse_data(&a, "d/x", row[i].text, &f, &e);
		assert_int_equal(result, 0);
		result = row[i].place == IN_TARGET ? parse_target(&ps, f, &target, &e) :
			 row[i].place == IN_STYLE  ? parse_style(&ps, f, &style, &e) :
			 row[i].place == IN_TOOL   ? parse_tool(&ps, f, &tool, &e) :
						     parse_mirrors(&ps, f, &mirror, &n, &e);
		assert_int_equal(result, -1);
		if (strncmp(e.text, row[i].want, strlen(row[i].want)) != 0)
			fail_msg("row %zu gave %s", i, e.text);
		arena_free(&a);
	}
}

static void
merging_adds_what_goes_without_saying(void **state)
{
	static const struct body none = { 0 };
	struct arena a = { 0 };
	struct err e = { 0 };
	struct parse ps = fixture_parse(&a);
	const struct syntax_file *f;
	struct package p;
	struct style s;

	(void)state;
	assert_int_equal(parse_data(&a, "s/make",
			     "name make\nsummary a\ntool perl flex\nneed go zlib for build\n"
			     "set A style\nset ARCH style\n"
			     "phase build {\n\tb\n}\nphase install {\n\ti\n}\n",
			     &f, &e),
	    0);
	assert_int_equal(parse_style(&ps, f, &s, &e), 0);
	assert_int_equal(fixture_package(&a,
			     HEAD "style make\ntool bison perl\nset A own\nneed zlib libc zlib\n"
				  "need go for build\nphase build {\n\town\n}\n",
			     &p, &e),
	    0);
	merge(&a, &p, &s);
	assert_string_equal(fixture_joined(&a, p.tool, p.ntool), "base bison clang flex perl");
	/* The sysroot's, the style's and its own, each kind of each once. */
	assert_int_equal(p.nneed, 5);
	assert_true(str_is(p.need[0].name, "headers") && str_is(p.need[1].name, "libc") &&
		    str_is(p.need[2].name, "go") && str_is(p.need[3].name, "zlib") &&
		    str_is(p.need[4].name, "zlib"));
	assert_true(p.need[3].kind == NEED_BUILD && p.need[4].kind == NEED_LINK);
	assert_true(p.need[0].kind == NEED_LINK && p.need[0].at.line == 1 && p.need[0].at.col == 6);
	assert_int_equal(p.nsetting, 2);
	assert_true(str_is(p.setting[0].name, "A") && str_is(p.setting[0].value, "own"));
	assert_true(str_is(p.setting[1].name, "ARCH") && str_is(p.setting[1].value, "style"));
	assert_true(str_is(p.phase[PHASE_BUILD].text, "own\n"));
	assert_true(str_is(p.phase[PHASE_INSTALL].text, "i\n"));
	assert_memory_equal(&p.phase[PHASE_CONFIGURE], &none, sizeof(none));
	arena_free(&a);
}

static void
a_part_of_the_sysroot_does_not_need_it(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct package p;

	(void)state;
	assert_int_equal(fixture_package(&a, HEAD "part-of sysroot\nneed headers\n", &p, &e), 0);
	merge(&a, &p, NULL);
	assert_int_equal(p.nneed, 1);
	arena_free(&a);
}

static void
cxx_is_what_the_target_says(void **state)
{
	static const struct str parts[] = { { "libcxx", 6 }, { "extra", 5 } };
	struct target t = fixture_armv7;
	struct arena a = { 0 };
	struct err e = { 0 };
	struct parse ps = fixture_parse(&a);
	const struct syntax_file *f;
	struct package p;

	(void)state;
	t.sysroot_cxx = (struct str *)parts;
	t.nsysroot_cxx = COUNT_OF(parts);
	assert_int_equal(parse_data(&a, "p/x", HEAD "need sysroot-c++ zlib\n", &f, &e), 0);
	assert_int_equal(parse_package(&ps, f, &t, (struct name_list){ 0 }, &p, &e), 0);
	assert_int_equal(p.nneed, 3);
	assert_true(str_is(p.need[0].name, "libcxx") && str_is(p.need[1].name, "extra") &&
		    str_is(p.need[2].name, "zlib"));
	for (int i = 0; i < 3; i++)
		assert_int_equal(p.need[i].kind, NEED_LINK);
	assert_int_equal(p.need[1].at.col, 6);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_package_says_what_its_recipe_says),
		cmocka_unit_test(a_body_knows_the_line_it_starts_at),
		cmocka_unit_test(what_is_not_said_has_a_default),
		cmocka_unit_test(conditions_choose_what_holds),
		cmocka_unit_test(
		    what_stands_in_a_condition_that_does_not_hold_collides_with_nothing),
		cmocka_unit_test(an_unknown_option_of_the_command_line_is_a_usage_error),
		cmocka_unit_test(a_wrong_recipe_is_located),
		cmocka_unit_test(what_must_be_there_is_missed),
		cmocka_unit_test(a_variable_that_stands_for_nothing_is_an_error),
		cmocka_unit_test(a_name_is_that_of_its_file),
		cmocka_unit_test(no_field_takes_a_hostile_word),
		cmocka_unit_test(all_faults_are_found_when_they_are_asked_for),
		cmocka_unit_test(a_target_says_what_its_file_says),
		cmocka_unit_test(styles_tools_and_mirrors_say_what_their_files_say),
		cmocka_unit_test(wrong_data_files_are_located),
		cmocka_unit_test(merging_adds_what_goes_without_saying),
		cmocka_unit_test(a_part_of_the_sysroot_does_not_need_it),
		cmocka_unit_test(cxx_is_what_the_target_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
