/* Licences as an expression. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ship/spdx.h"

static struct arena arena;

static const struct {
	const char *words, *expression;
	bool is_copyleft;
} row[] = {
	{ "MIT", "MIT", false },
	{ "MIT BSD-2-Clause", "MIT AND BSD-2-Clause", false },
	{ "Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception", false },
	{ "MIT Apache-2.0 WITH LLVM-exception Zlib",
	    "MIT AND Apache-2.0 WITH LLVM-exception AND Zlib", false },
	{ "MIT OR ISC", "MIT OR ISC", false },
	{ "MIT OR ISC OR Zlib X11", "(MIT OR ISC OR Zlib) AND X11", false },
	{ "X11 MIT OR GPL-2.0-only WITH Linux-syscall-note",
	    "X11 AND (MIT OR GPL-2.0-only WITH Linux-syscall-note)", true },
	{ "BSD-3-Clause LGPL-2.1-or-later", "BSD-3-Clause AND LGPL-2.1-or-later", true },
	{ "MPL-2.0", "MPL-2.0", true },
	{ "NGPL", "NGPL", false },
	/* A word that joins nothing is one of them. */
	{ "MIT OR", "MIT AND OR", false },
};

static void
words_become_one_expression(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct str rest = str_of(row[i].words), word[16];
		struct buf out = { .a = &arena };
		int n = 0;
		while (str_cut(&rest, ' ', &word[n]))
			n++;
		spdx_expression(&out, word, n);
		assert_string_equal(out.p, row[i].expression);
		assert_int_equal(spdx_is_copyleft(word, n), row[i].is_copyleft);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(words_become_one_expression) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
