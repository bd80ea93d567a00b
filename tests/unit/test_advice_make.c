/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "make/advice_make.h"

static void
a_complaint_is_answered_in_a_recipe_s_words(void **state)
{
	/* A log, and a part of what is said; "" for nothing. */
	static const char *const row[][2] = {
		{ "== install\nmake: *** No rule to make target 'install'.  Stop.\n",
		    "\nits Makefile installs nothing: the recipe has to, with `phase install {`" },
		{ "== build\n/bin/sh: 1: ./scdoc: Exec format error\n",
		    "which `need sysroot for build` brings" },
		{ "== build\npigz.c:418:10: fatal error: 'zlib.h' file not found\n",
		    "\nnothing that the recipe needs brings zlib.h; " },
		{ "== build\na.cc:1:10: fatal error: 'cctype' file not found\n",
		    "\n<cctype> is the C++ library's: the recipe has to say `need sysroot-c++`" },
		{ "== test\n/run/kiln/phase-test: 1: pigz: not found\n",
		    "\nif pigz is a program of the package, say `run pigz`" },
		{ "== build\n/run/kiln/phase-build: 12: gawk: not found\n",
		    "add `tool` and what brings gawk" },
		/* Of an earlier phase, without a name, and of something else. */
		{ "== build\n./x: Exec format error\n== install\ncp: no\n", "" },
		{ "== test\n/run/kiln/phase-test: 1: : not found\n", "" },
		{ "== build\nchecking for gawk... not found\n", "" },
		{ "== build\nfatal error: file not found\n", "" },
		{ "", "" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		const char *said = advice_make(&a, str_of(row[i][0]));
		if (row[i][1][0] == '\0' ? said[0] != '\0' : strstr(said, row[i][1]) == NULL)
			fail_msg("row %zu: %s", i, said);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_complaint_is_answered_in_a_recipe_s_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
