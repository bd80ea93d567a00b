/* Response files. SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "driver/response.h"
#include "sys/fs.h"

static void
add(void *ctx, const char *word)
{
	buf_printf(ctx, "[%s]", word);
}

static void
words_are_split_as_gnu_does_it(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{ "", "" },
		{ " \n\t", "" },
		{ "a b\nc", "[a][b][c]" },
		{ "\"a b\" 'c d'", "[a b][c d]" },
		{ "a\\ b", "[a b]" },
		{ "-DX=\\\"y\\\"", "[-DX=\"y\"]" },
		{ "'it\"s' \"it's\"", "[it\"s][it's]" },
		{ "a'b'\"c\"", "[abc]" },
		{ "'' \"\"", "[][]" },
		{ "'open", "[open]" },
		{ "end\\", "[end\\]" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		struct buf b = { .a = &a };
		buf_add_z(&b, "");
		response_split(&a, str_of(row[i].text), add, &b);
		assert_string_equal(b.n == 0 ? "" : b.p, row[i].want);
		arena_free(&a);
	}
}

struct place {
	struct arena a;
	char dir[64];
};

static const char *
file(struct place *p, const char *name, const char *text)
{
	struct err e = { 0 };
	char *path = arena_printf(&p->a, "%s/%s", p->dir, name);

	assert_int_equal(fs_write(AT_FDCWD, path, str_of(text), 0644, &e), 0);
	return arena_printf(&p->a, "@%s", path);
}

static void
open_place(struct place *p)
{
	*p = (struct place){ 0 };
	snprintf(p->dir, sizeof(p->dir), "/tmp/kiln-response-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
}

static void
close_place(struct place *p)
{
	struct err e = { 0 };

	assert_int_equal(fs_remove(AT_FDCWD, p->dir, &e), 0);
	arena_free(&p->a);
}

static void
a_file_may_name_another_one_and_a_missing_one_stays_a_word(void **state)
{
	struct place p;
	struct err e = { 0 };
	struct buf b;
	const char *const *out;

	(void)state;
	open_place(&p);
	const char *inner = file(&p, "inner", "-shared x.o");
	const char *outer = file(&p, "outer", arena_printf(&p.a, "-o lib %s", inner));
	const char *argv[] = { "a", outer, "@/nonexistent/file", "z", NULL };
	assert_int_equal(response_expand(&p.a, argv, &out, &e), 0);
	b = (struct buf){ .a = &p.a };
	for (; *out != NULL; out++)
		add(&b, *out);
	assert_string_equal(b.p, "[a][-o][lib][-shared][x.o][@/nonexistent/file][z]");
	close_place(&p);
}

static void
files_that_name_each_other_are_an_error(void **state)
{
	struct place p;
	struct err e = { 0 };
	const char *const *out;

	(void)state;
	open_place(&p);
	const char *self = file(&p, "self", "");
	file(&p, "self", arena_printf(&p.a, "x %s", self));
	const char *argv[] = { self, NULL };
	assert_int_equal(response_expand(&p.a, argv, &out, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_non_null(strstr(e.text, "name each other in a circle"));
	close_place(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_split_as_gnu_does_it),
		cmocka_unit_test(a_file_may_name_another_one_and_a_missing_one_stays_a_word),
		cmocka_unit_test(files_that_name_each_other_are_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
