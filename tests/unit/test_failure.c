/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "make/failure.h"

static struct arena arena;

/* The line marked as the error in what a log comes down to; "" when none is. */
static void
each_kind_of_tool_is_understood(void **state)
{
	static const struct {
		const char *log, *want;
	} row[] = {
		/* clang under make */
		{ "cc -c a.c\ncc -c b.c\nb.c:3:5: error: use of undeclared identifier 'x'\n        "
		  "x = 1;\n"
		  "1 error generated.\nmake: *** [Makefile:4: b.o] Error 1\n",
		    "b.c:3:5: error: use of undeclared identifier 'x'" },
		/* a missing header, and make's own words later */
		{ "a.c:1:10: fatal error: 'zlib.h' file not found\nmake[1]: *** [all] Error 1\n",
		    "a.c:1:10: fatal error: 'zlib.h' file not found" },
		/* the linker */
		{ "ld.lld: error: undefined symbol: inflate\n>>> referenced by x.c:9\nmake: *** "
		  "[x] Error 1\n",
		    "ld.lld: error: undefined symbol: inflate" },
		{ "x.o: in function `main': undefined reference to `foo'\ncollect2: ld returned "
		  "1\n",
		    "x.o: in function `main': undefined reference to `foo'" },
		/* configure's harmless questions, its verdict, and then the shell */
		{ "checking for error: no\nchecking for foo... sh: foo: not found\nconfigure: "
		  "error: "
		  "cannot find libssl\n",
		    "configure: error: cannot find libssl" },
		{ "checking for error: no\nchecking for x... configure: error: no x\n",
		    "checking for x... configure: error: no x" },
		/* a harmless complaint of git and ls, an error long after */
		{ "fatal: not a git repository\nls: x: No such file or directory\nok\nCMake Error "
		  "at "
		  "CMakeLists.txt:9 (find_package):\n  Could not find ZLIB\n",
		    "CMake Error at CMakeLists.txt:9 (find_package):" },
		/* nothing better than a missing program */
		{ "making\nsh: 3: gperf: not found\nmake: *** [x] Error 127\n",
		    "sh: 3: gperf: not found" },
		{ "sh: line 1: autoreconf: command not found\n",
		    "sh: line 1: autoreconf: command not found" },
		{ "cp: cannot stat 'x': No such file or directory\n",
		    "cp: cannot stat 'x': No such file or directory" },
		/* nothing but make itself */
		{ "true\nmake: *** [Makefile:2: all] Error 1\n",
		    "make: *** [Makefile:2: all] Error 1" },
		{ "make: *** No rule to make target 'x'.  Stop.\n",
		    "make: *** No rule to make target 'x'.  Stop." },
		/* what make passes over */
		{ "make: [x] Error 1 (ignored)\nrm: error: (ignored)\nb.c:1:1: error: y\n",
		    "b.c:1:1: error: y" },
		/* ninja and Go */
		{ "[3/9] CC x.o\nFAILED: x.o\ncc -c x.c\nx.c:1:2: error: z\n",
		    "x.c:1:2: error: z" },
		{ "panic: runtime error: index out of range\n",
		    "panic: runtime error: index out of range" },
		/* words that only look like it */
		{ "cc -Werror=foo perror.c strerror.c\nperror: fine\nnonfatal: fine\n", "" },
		{ "all is well\nand then it ended\n", "" },
		/* an error of an earlier phase is not this one's */
		{ "== configure\nx.c:1: error: expected\n== build\ncc\nb.c:2: error: real\n",
		    "b.c:2: error: real" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		const char *got = failure_text(&arena, str_of(row[i].log));
		const char *mark = strstr(got, "\n  > ");
		if (row[i].want[0] == '\0') {
			if (mark != NULL)
				fail_msg("row %zu: marked %s", i, mark);
			continue;
		}
		if (mark == NULL || strncmp(mark + 5, row[i].want, strlen(row[i].want)) != 0 ||
		    strstr(mark + 1, "\n  > ") != NULL)
			fail_msg("row %zu: wanted '%s' marked in:%s", i, row[i].want, got);
	}
}

/* Lines "1" to "n", line `error` an error. */
static struct str
numbered(int n, int error)
{
	struct buf out = { .a = &arena };

	for (int i = 1; i <= n; i++)
		buf_printf(&out, i == error ? "%d error: here\n" : "%d\n", i);
	return buf_str(&out);
}

static void
an_early_error_and_the_end_are_shown_apart(void **state)
{
	(void)state;
	assert_string_equal(failure_text(&arena, numbered(40, 10)),
	    "\nthe first error, line 10:"
	    "\n    7\n    8\n    9\n  > 10 error: here\n    11\n    12\n    13"
	    "\nthe last lines:"
	    "\n    26\n    27\n    28\n    29\n    30\n    31\n    32\n    33\n    34\n    35"
	    "\n    36\n    37\n    38\n    39\n    40");
}

static void
parts_that_overlap_are_shown_once(void **state)
{
	(void)state;
	assert_string_equal(failure_text(&arena, numbered(20, 3)),
	    "\nfrom line 1 on:"
	    "\n    1\n    2\n  > 3 error: here\n    4\n    5\n    6\n    7\n    8\n    9\n    10"
	    "\n    11\n    12\n    13\n    14\n    15\n    16\n    17\n    18\n    19\n    20");
	assert_string_equal(
	    failure_text(&arena, numbered(2, 1)), "\nfrom line 1 on:\n  > 1 error: here\n    2");
	assert_string_equal(failure_text(&arena, STR("x")), "\nthe last lines:\n    x");
	assert_string_equal(failure_text(&arena, STR("")), "");
	assert_string_equal(failure_text(&arena, STR("== build\n")), "");
}

static void
what_comes_back_is_clean_and_not_too_long(void **state)
{
	struct buf log = { .a = &arena };

	(void)state;
	assert_string_equal(failure_text(&arena, STR("\033[1;31merror:\033[0m \0x\r\n\tb\033[\n")),
	    "\nfrom line 1 on:\n  > error: ?x\n    \tb");
	for (int i = 0; i < 300; i++) {
		for (int k = 0; k < 1000; k++)
			buf_add_char(&log, 'x');
		buf_add_z(&log, i == 100 ? " error: y\n" : "\n");
	}
	const char *got = failure_text(&arena, buf_str(&log));
	assert_true(strlen(got) <= FAILURE_MAX_BYTES);
	assert_non_null(strstr(got, "the last lines:"));
	assert_non_null(strstr(got, "xxx ...\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_tool_is_understood),
		cmocka_unit_test(an_early_error_and_the_end_are_shown_apart),
		cmocka_unit_test(parts_that_overlap_are_shown_once),
		cmocka_unit_test(what_comes_back_is_clean_and_not_too_long),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
