/* Text to statements and back. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "recipe/field.h"
#include "recipe/syntax.h"

static int
parse_text(struct arena *a, struct str text, struct syntax_file **out, struct err *e)
{
	return syntax_parse(a, STR("r"), text, field_is_body, out, e);
}

static struct str
print(struct arena *a, const struct syntax_file *f)
{
	struct buf b = { .a = a };

	buf_add_z(&b, "");
	syntax_print(&b, f);
	return buf_str(&b);
}

static void
words_are_bare_or_quoted(void **state)
{
	static const struct {
		const char *text, *word; /* the second word of the line */
	} row[] = { { "x a", "a" }, { "x a#b", "a#b" }, { "x a\\n", "a\\n" }, { "x \"\"", "" },
		{ "x \"a b\"", "a b" }, { "x \"a\\\"b\\\\\"", "a\"b\\" },
		{ "x \"a\\tb\\n\"", "a\tb\n" }, { "x \"#a\" # c", "#a" }, { "\t x\ta\t", "a" },
		{ "x a-${version}.b", "a-${version}.b" }, { "x \"{}\"", "{}" }, { "x $a", "$a" },
		{ "x gr\xc3\xbc\xc3\x9f"
		  "e",
		    "gr\xc3\xbc\xc3\x9f"
		    "e" },
		{ "x a' 'b", "a'" } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct syntax_file *f;
		if (parse_text(&a, str_of(row[i].text), &f, &e) == -1)
			fail_msg("'%s': %s", row[i].text, e.text);
		assert_int_equal(f->nstmt, 1);
		assert_true(f->stmt[0].nword >= 2);
		if (!str_is(f->stmt[0].word[1].text, row[i].word))
			fail_msg("'%s' gave '" STR_FMT "'", row[i].text,
			    STR_ARG(f->stmt[0].word[1].text));
		arena_free(&a);
	}
}

static void
bodies_are_raw_lines_without_their_indentation(void **state)
{
	static const struct {
		const char *text, *body;
	} row[] = { { "test {\n}\n", "" }, { "test {\n\ta\n}\n", "a\n" },
		{ "test {\n\n\ta \"b {\n\n\t}\n\t\tc\n \t \n}\n", "\na \"b {\n\n}\n\tc\n\n" },
		{ "test { # why\n\t# a\n}", "# a\n" }, { "test {\n\t}}\n\t} \n} \n", "}}\n} \n" },
		{ "  test {\n  \ta\n  }\n", "a\n" }, { "test {\n\t a\n}\n", " a\n" } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct syntax_file *f;
		if (parse_text(&a, str_of(row[i].text), &f, &e) == -1)
			fail_msg("row %zu: %s", i, e.text);
		assert_true(f->stmt[0].has_body);
		if (!str_is(f->stmt[0].body, row[i].body))
			fail_msg("row %zu gave '" STR_FMT "'", i, STR_ARG(f->stmt[0].body));
		arena_free(&a);
	}
}

static void
a_wrong_text_is_located(void **state)
{
	static const struct {
		const char *text, *want; /* "line:col: ...sentence..." */
	} row[] = {
		{ "a \"b", "1:3: no closing quote" },
		{ "a \"b\n\"c\"", "1:3: no closing quote" },
		{ "a \"b\\q\"", "1:5: expected one of" },
		{ "a \"b\\", "1:5: expected one of" },
		{ "a b\"c\"", "1:4: expected a blank" },
		{ "a \"b\"\"c\"", "1:6: expected a blank" },
		{ "a b}", "1:4: expected a blank" },
		{ "a }", "1:3: found `}` inside a line" },
		{ "a ${b", "1:3: expected ${name}" },
		{ "a ${}", "1:3: expected ${name}" },
		{ "a x${b c}", "1:4: expected ${name}" },
		{ "\n\n{\n}", "3:1: found `{` at the start" },
		{ "}", "1:1: found `}`, but no group" },
		{ "a {\n}\n\t}\n", "3:2: found `}`, but no group" },
		{ "a {\n\tb c\n", "1:1: the group of `a` has no end" },
		{ "a { b\n}", "1:5: expected the end of the line after `{`" },
		{ "a {\n} b", "2:3: expected the end of the line after `}`" },
		{ "a {\nb {\nc {\nd {\ne {\n}\n}\n}\n}\n}\n", "5:1: groups stand in groups" },
		{ "test {\n\ta\nb\n}\n", "3:1: expected a line of the body of `test` (line 1)" },
		{ "test {\n        a\n}\n", "2:9: expected a line of the body" },
		{ "test {\n\ta\n", "1:1: the body of `test` has no end" },
		{ "\ttest {\n\ta\n\t}\n", "2:2: expected a line of the body" },
		{ "test {\n\ta\n }\n", "3:2: expected a line of the body" },
		{ "a\r\n", "1:2: carriage return" },
		{ "a b\x01", "1:4: control character 0x01" },
		{ "a\nb \x7f", "2:3: control character 0x7f" },
		{ "test {\n\t\x1b[2J\n}\n", "2:2: control character 0x1b" },
		{ "# \xff", "1:3: byte 0xff is not UTF-8" },
		{ "a \xc3", "1:3: byte 0xc3 is not UTF-8" },
		{ "a \xc0\xaf", "1:3: byte 0xc0 is not UTF-8" },
		{ "a \xed\xa0\x80", "1:3: byte 0xed is not UTF-8" },
		{ "a \xf4\x90\x80\x80", "1:3: byte 0xf4 is not UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct syntax_file *f;
		char want[128];
		snprintf(want, sizeof(want), "r:%s", row[i].want);
		if (parse_text(&a, str_of(row[i].text), &f, &e) == 0)
			fail_msg("'%s' was read", row[i].text);
		assert_int_equal(e.kind, ERR_RECIPE);
		if (strncmp(e.text, want, strlen(want)) != 0)
			fail_msg("'%s' gave %s", row[i].text, e.text);
		arena_free(&a);
	}
}

static void
a_nul_byte_is_an_error(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct syntax_file *f;

	(void)state;
	assert_int_equal(parse_text(&a, STR("a b\0c\n"), &f, &e), -1);
	assert_non_null(strstr(e.text, "r:1:4: control character 0x00"));
	arena_free(&a);
}

/* A text of n bytes of c between two others. */
static struct str
filled(struct arena *a, const char *before, char c, size_t n, const char *after)
{
	struct buf b = { .a = a };

	buf_add_z(&b, before);
	while (n-- > 0)
		buf_add_char(&b, c);
	buf_add_z(&b, after);
	return buf_str(&b);
}

static void
sizes_have_ceilings(void **state)
{
	struct arena a = { 0 };
	struct syntax_file *f;
	struct {
		struct str text;
		const char *want; /* NULL: read */
	} row[] = {
		{ filled(&a, "a ", 'b', 4096, "\n"), NULL },
		{ filled(&a, "a ", 'b', 4097, "\n"), "r:1:3: a word of 4097 bytes" },
		{ filled(&a, "a \"", 'b', 4097, "\"\n"), "r:1:3: a word of 4097 bytes" },
		{ filled(&a, "test {\n\t", 'b', 65536, "\n}\n"), NULL },
		{ filled(&a, "test {\n\t", 'b', 65537, "\n}\n"),
		    "r:2:1: a body line of 65537 bytes" },
		{ filled(&a, "#", 'b', SYNTAX_FILE_MAX, ""), "r:1:1: the file has 1048577 bytes" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct err e = { 0 };
		int result = parse_text(&a, row[i].text, &f, &e);
		if (row[i].want == NULL)
			assert_int_equal(result, 0);
		else if (result == 0 || strncmp(e.text, row[i].want, strlen(row[i].want)) != 0)
			fail_msg("row %zu: %s", i, e.text);
	}
	arena_free(&a);
}

static void
statements_have_a_ceiling(void **state)
{
	(void)state;
	for (int n = 10000; n <= 10001; n++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct syntax_file *f;
		struct buf b = { .a = &a };
		for (int i = 0; i < n; i++)
			buf_add_z(&b, "a b\n");
		int result = parse_text(&a, buf_str(&b), &f, &e);
		assert_int_equal(result, n == 10000 ? 0 : -1);
		if (result == -1)
			assert_non_null(strstr(e.text, "r:10001:1: more than 10000 statements"));
		arena_free(&a);
	}
}

static void
the_caret_stands_below_the_word(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{ "abc d}",
		    "r:1:6: expected a blank between two words\n    1 | abc d}\n      |      ^" },
		/* tabs stay tabs, so that any tab width lines up */
		{ "a {\n\tb\tc}", "r:2:5: expected a blank between two words\n"
				  "    2 | \tb\tc}\n      | \t \t ^" },
		/* one column for a character of two bytes */
		{ "\xc3\xbc }",
		    "r:1:4: found `}` inside a line: a group is closed by `}` on a line of its "
		    "own\n    1 | \xc3\xbc }\n      |   ^" },
		/* what could steer a terminal is not shown */
		{ "a \x1b[2J",
		    "r:1:3: control character 0x1b: expected text\n    1 | a ?[2J\n      |   ^" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct syntax_file *f;
		assert_int_equal(parse_text(&a, str_of(row[i].text), &f, &e), -1);
		assert_string_equal(e.text, row[i].want);
		arena_free(&a);
	}
}

static void
a_long_line_is_shown_around_the_column(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct syntax_file *f;

	(void)state;
	assert_int_equal(parse_text(&a, filled(&a, "a ", 'b', 4000, "}\n"), &f, &e), -1);
	assert_non_null(strstr(e.text, "r:1:4003: "));
	assert_true(strlen(e.text) < 400);
	struct str rest = str_of(e.text), line, shown, caret;
	assert_true(str_cut(&rest, '\n', &line) && str_cut(&rest, '\n', &shown) &&
		    str_cut(&rest, '\n', &caret));
	assert_true(caret.n <= shown.n && caret.p[caret.n - 1] == '^');
	assert_int_equal(shown.p[caret.n - 1], '}');
	arena_free(&a);
}

static void
the_canonical_form_aligns_and_keeps_comments(void **state)
{
	static const char text[] =
	    "\n\n# head\n\n\nname   zlib # why\nlicence-file LICENSE\n"
	    "source   a.tar { # here\n\n   # first\n  url x y\n\n\n   keep\n  # last\n\n }\n"
	    "phase install  {\n\n\t  a   b\n\t\tc\n}\nsummary \"a b\" \"c\" \"\"\n\n# end\n\n";
	static const char want[] =
	    "# head\n\nname         zlib # why\nlicence-file LICENSE\n"
	    "source a.tar { # here\n\t# first\n\turl     x y\n\n\tkeep\n\t# last\n}\n"
	    "phase install {\n\n\t  a   b\n\t\tc\n}\nsummary      \"a b\" c \"\"\n\n# end\n";
	struct arena a = { 0 };
	struct err e = { 0 };
	struct syntax_file *f;

	(void)state;
	if (parse_text(&a, str_of(text), &f, &e) == -1)
		fail_msg("%s", e.text);
	struct str printed = print(&a, f);
	assert_string_equal(str_z(&a, printed), want);
	arena_free(&a);
}

/* Statements as text that does not depend on how they were laid out. */
static void
dump(struct buf *out, const struct stmt *s, int n)
{
	for (int i = 0; i < n; i++, s++) {
		for (int k = 0; k < s->ncomment; k++)
			buf_printf(out, "<" STR_FMT ">", STR_ARG(s->comment[k]));
		for (int k = 0; k < s->nword; k++)
			buf_printf(out, "[" STR_FMT "]", STR_ARG(s->word[k].text));
		buf_printf(out, "(" STR_FMT ")%d%d'" STR_FMT "'", STR_ARG(s->trailing),
		    s->has_group, s->has_body, STR_ARG(s->body));
		dump(out, s->sub, s->nsub);
		for (int k = 0; k < s->nlast_comment; k++)
			buf_printf(out, "<" STR_FMT ">", STR_ARG(s->last_comment[k]));
		buf_add_char(out, '.');
	}
}

static struct str
dump_file(struct arena *a, const struct syntax_file *f)
{
	struct buf b = { .a = a };

	buf_add_z(&b, "");
	dump(&b, f->stmt, f->nstmt);
	for (int k = 0; k < f->nlast_comment; k++)
		buf_printf(&b, "<" STR_FMT ">", STR_ARG(f->last_comment[k]));
	return buf_str(&b);
}

/* A statement or comment made of pieces that are hard to print. */
static void
random_line(struct buf *b, unsigned *seed, int level)
{
	static const char *const piece[] = { "name", "test", "phase", "a", "\"\"", "\"a b\"",
		"\"\\\\ \\\" \\n\\t\"", "${version}", "\"${version}\"", "\"#x\"", "x#y", "\"{\"",
		"\"$ {\"", "\xc3\xbc", "a\\b", "'", "when", "source" };
	unsigned kind = (unsigned)rand_r(seed) % 8;

	for (int i = (int)((unsigned)rand_r(seed) % 3); i > 0; i--)
		buf_add_char(b, " \t"[i & 1]);
	if (kind == 0) {
		buf_add_z(b, "# comment  \n");
		return;
	}
	if (kind == 1) {
		buf_add_char(b, '\n');
		return;
	}
	if (kind == 2) {
		buf_add_z(b, level < 3 ? "group x {" : "group x");
		buf_add_z(b, kind == 2 && ((unsigned)rand_r(seed) & 1) != 0 ? " # t\n" : "\n");
		for (int i = (int)((unsigned)rand_r(seed) % 4); level < 3 && i > 0; i--)
			random_line(b, seed, level + 1);
		buf_add_z(b, level < 3 ? " }\n" : "");
		return;
	}
	buf_add_z(b, piece[(unsigned)rand_r(seed) % COUNT_OF(piece)]);
	for (int i = (int)((unsigned)rand_r(seed) % 4); i > 0; i--) {
		buf_add_z(b, "  ");
		buf_add_z(b, piece[(unsigned)rand_r(seed) % COUNT_OF(piece)]);
	}
	buf_add_z(b, (kind & 1) != 0 ? " #t\n" : "\n");
}

static void
printing_and_parsing_give_the_same_again(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 2000; seed++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct buf b = { .a = &a };
		struct syntax_file *f, *again;
		unsigned state_of = seed;
		buf_add_z(&b, seed % 3 == 0 ? "test {\n\n\t\tx\n\ty {\n\n}\n" : "");
		for (int i = 0; i < 8; i++)
			random_line(&b, &state_of, 0);
		if (parse_text(&a, buf_str(&b), &f, &e) == -1)
			fail_msg("seed %u: %s\n%s", seed, e.text, b.p);
		struct str once = print(&a, f);
		if (parse_text(&a, once, &again, &e) == -1)
			fail_msg("seed %u: %s", seed, e.text);
		if (!str_eq(dump_file(&a, f), dump_file(&a, again)))
			fail_msg(
			    "seed %u: statements changed:\n%s\n" STR_FMT, seed, b.p, STR_ARG(once));
		if (!str_eq(once, print(&a, again)))
			fail_msg("seed %u: text changed:\n" STR_FMT, seed, STR_ARG(once));
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_bare_or_quoted),
		cmocka_unit_test(bodies_are_raw_lines_without_their_indentation),
		cmocka_unit_test(a_wrong_text_is_located),
		cmocka_unit_test(a_nul_byte_is_an_error),
		cmocka_unit_test(sizes_have_ceilings),
		cmocka_unit_test(statements_have_a_ceiling),
		cmocka_unit_test(the_caret_stands_below_the_word),
		cmocka_unit_test(a_long_line_is_shown_around_the_column),
		cmocka_unit_test(the_canonical_form_aligns_and_keeps_comments),
		cmocka_unit_test(printing_and_parsing_give_the_same_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
