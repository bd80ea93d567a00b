/* What kiln-verify reads, and what it refuses to read. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"
#include "verify/list.h"
#include "verify/signature.h"

/* The program's is libsodium's; both take no more than one text for the same bytes. */
bool
crypto_base64(struct text text, unsigned char *out, size_t n)
{
	return base64_parse((struct str){ text.p, text.n }, out, n) == 0;
}

#define HEX    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define A20    "AAAAAAAAAAAAAAAAAAAA"
#define KEY    "RWQA" A20 A20 "AAAAAAAAAAAA"
#define SECOND "AA" A20 A20 A20 A20 "AAAAAAAAAAAAAA="
#define FOURTH A20 A20 A20 A20 "AAAAAA=="
#define FIRST  "untrusted comment: anything\n"
#define THIRD  "trusted comment: bundle\tx\n"
#define WHOLE  FIRST "RUQ" SECOND "\n" THIRD FOURTH "\n"

/* A copy of its own, so that the sanitizer sees a byte too many. */
static struct text
copy(const char *p, size_t n)
{
	char *out = malloc(n == 0 ? 1 : n);

	assert_non_null(out);
	if (n != 0)
		memcpy(out, p, n);
	return (struct text){ out, n };
}

static void
drop(struct text t)
{
	free((void *)t.p);
}

static const char *
signature_verdict(const char *z)
{
	struct signature s;
	struct text t = copy(z, strlen(z));
	const char *what = signature_parse(t, &s);

	drop(t);
	return what == NULL ? "" : what;
}

static void
a_signature_is_four_lines(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{ WHOLE, "" },
		{ FIRST "RUQ" SECOND "\n" THIRD FOURTH, "" },
		{ "", "has no first line" },
		{ FIRST, "ends after its first line" },
		{ THIRD "RUQ" SECOND "\n" THIRD FOURTH "\n", "has no first line" },
		{ FIRST "RWQ" SECOND "\n" THIRD FOURTH "\n", "signs the file and not its digest" },
		{ FIRST "RUU" SECOND "\n" THIRD FOURTH "\n", "is damaged in its second line" },
		{ FIRST "RUQ" SECOND " \n" THIRD FOURTH "\n", "is damaged in its second line" },
		{ FIRST "RUQ" SECOND "\r\n" THIRD FOURTH "\n", "is damaged in its second line" },
		{ FIRST "RUQ" SECOND "\n", "has no third line" },
		{ FIRST "RUQ" SECOND "\n" FIRST FOURTH "\n", "has no third line" },
		{ FIRST "RUQ" SECOND "\ntrusted comment: \033[2J\n" FOURTH, "has no third line" },
		{ FIRST "RUQ" SECOND "\n" THIRD, "is damaged in its fourth line" },
		{ FIRST "RUQ" SECOND "\n" THIRD FOURTH "=\n", "is damaged in its fourth line" },
		{ WHOLE "\n", "has more than four lines" },
		{ WHOLE WHOLE, "has more than four lines" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const char *found = signature_verdict(row[i].text);
		if (strncmp(found, row[i].want, strlen(row[i].want)) != 0 ||
		    (row[i].want[0] == '\0') != (found[0] == '\0'))
			fail_msg("row %d: `%s`, and `%s` is wanted", (int)i, found, row[i].want);
	}
}

static void
what_a_signature_says_is_read(void **state)
{
	struct signature s;

	(void)state;
	assert_null(signature_parse((struct text){ WHOLE, strlen(WHOLE) }, &s));
	assert_int_equal(s.comment.n, strlen("bundle\tx"));
	assert_memory_equal(s.comment.p, "bundle\tx", s.comment.n);
}

static void
no_shorter_text_is_a_signature(void **state)
{
	struct signature s;

	(void)state;
	for (size_t n = 0; n + 1 < strlen(WHOLE); n++) {
		struct text t = copy(WHOLE, n);
		if (signature_parse(t, &s) == NULL)
			fail_msg("%d bytes are enough", (int)n);
		drop(t);
	}
}

static void
long_texts_are_refused(void **state)
{
	char text[SIGNATURE_MAX_BYTES + 2];
	struct signature s;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_string_equal(signature_parse((struct text){ text, SIGNATURE_MAX_BYTES + 1 }, &s),
	    "is too long for a signature");
	memcpy(text, FIRST, strlen(FIRST) - 1);
	assert_non_null(signature_parse((struct text){ text, SIGNATURE_MAX_BYTES }, &s));
}

static void
a_key_is_a_file_or_its_line(void **state)
{
	static const struct {
		const char *text;
		bool is_key;
	} row[] = {
		{ KEY, true },
		{ KEY "\n", true },
		{ FIRST KEY "\n", true },
		{ "", false },
		{ FIRST, false },
		{ KEY "\r\n", false },
		{ KEY "=", false },
		{ KEY "\n" KEY "\n", false },
		{ "RUQA" A20 A20 "AAAAAAAAAAAA", false },
		{ "anything\n" KEY "\n", false },
	};
	struct public_key k;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct text t = copy(row[i].text, strlen(row[i].text));
		if ((public_key_parse(t, &k) == NULL) != row[i].is_key)
			fail_msg("row %d", (int)i);
		drop(t);
	}
}

static void
a_list_names_files_beside_it(void **state)
{
	static const struct {
		const char *line;
		bool is_row;
	} row[] = {
		{ HEX "  tool.tar.gz", true },
		{ HEX "  a b", true },
		{ HEX "  ", false },
		{ HEX, false },
		{ "", false },
		{ HEX " tool", false },
		{ HEX " *tool", false },
		{ HEX "  .profile", false },
		{ HEX "  ..", false },
		{ HEX "  a/b", false },
		{ HEX "  /etc/passwd", false },
		{ HEX "  a\r", false },
		{ HEX "  a\033[2J", false },
		{ "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef  a", false },
		{ "\\" HEX "  a", false },
	};
	struct row found;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct text t = copy(row[i].line, strlen(row[i].line));
		if (row_parse(t, &found) != row[i].is_row)
			fail_msg("`%s`", row[i].line);
		drop(t);
	}
	assert_true(row_parse((struct text){ HEX "  tool", strlen(HEX "  tool") }, &found));
	assert_string_equal(found.name, "tool");
	assert_int_equal(found.digest[0], 0x01);
	assert_int_equal(found.digest[31], 0xef);
}

static void
a_name_has_at_most_255_bytes(void **state)
{
	char line[400];
	struct row found;
	size_t head = strlen(HEX "  ");

	(void)state;
	memset(line, 'x', sizeof(line));
	memcpy(line, HEX "  ", head);
	assert_true(row_parse((struct text){ line, head + NAME_MAX_BYTES }, &found));
	assert_int_equal(strlen(found.name), NAME_MAX_BYTES);
	assert_false(row_parse((struct text){ line, head + NAME_MAX_BYTES + 1 }, &found));
	line[head + 3] = '\0';
	assert_false(row_parse((struct text){ line, head + 9 }, &found));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signature_is_four_lines),
		cmocka_unit_test(what_a_signature_says_is_read),
		cmocka_unit_test(no_shorter_text_is_a_signature),
		cmocka_unit_test(long_texts_are_refused),
		cmocka_unit_test(a_key_is_a_file_or_its_line),
		cmocka_unit_test(a_list_names_files_beside_it),
		cmocka_unit_test(a_name_has_at_most_255_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
