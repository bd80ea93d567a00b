/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "make/advice_cmake.h"

static struct arena arena;

/* What the sentence for a log holds; NULL: there is none. */
static void
words_of_tools_become_lines_of_a_recipe(void **state)
{
	static const struct {
		const char *log, *want, *also;
	} row[] = {
		/* CMake's list, and where a check asks for more */
		{ "CMake Error: try_run() invoked in cross-compiling mode, please set the "
		  "following cache variables appropriately:\n   A_RAN (advanced)\n   "
		  "A_RAN__TRYRUN_OUTPUT (advanced)\nFor details see x\nCMake Error at "
		  "kiln-build/project.cmake:19 (message):\n  check_source_runs() in "
		  "cross-compiling mode:\n   HAVE_B\n",
		    "\nthe project asks",
		    "configure -DA_RAN=STATUS -DA_RAN__TRYRUN_OUTPUT=OUTPUT -DHAVE_B=1|0 (or" },
		/* the line of the project is the innermost call outside of modules */
		{ "CMake Error at kiln-build/project.cmake:19 (message):\n  check_source_runs() in "
		  "cross-compiling mode:\n   HAVE_B\nCall Stack (most recent call first):\n  "
		  "/usr/share/cmake-3.25/Modules/CheckCSourceRuns.cmake:1 (x)\n  cmake/y.cmake:7 "
		  "(z)\n  CMakeLists.txt:3 (include)\n",
		    "\ncmake/y.cmake:7: the project asks", "configure -DHAVE_B=1|0 (or" },
		/* downloads */
		{ "  FetchContent_MakeAvailable() of json-c wants a download\n",
		    "\nthe project would download json-c,",
		    "configure -DFETCHCONTENT_SOURCE_DIR_JSON-C=/build/deps/json-c" },
		{ "CMake Error at src/CMakeLists.txt:9 (add_subdirectory):\n  add_subdirectory "
		  "given source \"/build/kiln-build/_deps/foo-src\" which is\n  not an existing "
		  "directory.\n",
		    "\nsrc/CMakeLists.txt:9: the project would download foo,", "_DIR_FOO=" },
		{ "  error: could not find git for clone of foo-populate\n",
		    "\nthe project would download foo,", "_DIR_FOO=" },
		{ "CMake Error at /usr/share/cmake-3.25/Modules/ExternalProject.cmake:3 "
		  "(message):\n"
		  "  error: could not find git for clone of foo\nCall Stack (most recent call "
		  "first):\n  CMakeLists.txt:4 (ExternalProject_Add)\n",
		    "\nCMakeLists.txt:4: a build has no network", "`source`" },
		{ "curl: (6) Could not resolve host: example.org\n", "\na build has no network",
		    "`source`" },
		/* what no need brings */
		{ "CMake Error at /usr/share/x/FindPackageHandleStandardArgs.cmake:230 (message):\n"
		  "  Could NOT find ZLIB (missing: ZLIB_LIBRARY)\nCall Stack (most recent call "
		  "first):\n  CMakeLists.txt:9 (find_package)\n",
		    "\nCMakeLists.txt:9: no need of the recipe brings ZLIB,", "`need`" },
		{ "CMake Error at CMakeLists.txt:3 (find_package):\n  By not providing "
		  "\"Findfmt.cmake\" in CMAKE_MODULE_PATH this project has\n",
		    "\nCMakeLists.txt:3: no need of the recipe brings fmt,", "`need`" },
		/* what is none of these */
		{ "-- Could NOT find Doxygen (missing: DOXYGEN)\na.c:1: error: x\n", NULL, NULL },
		{ "  Could NOT find Z: Found unsuitable version \"1\"\n", NULL, NULL },
		{ "cc -I/build/kiln-build/_deps/foo -c a.c\n", NULL, NULL },
		{ "== configure\nCould not resolve host: x\n== build\na.c:1: error: y\n", NULL,
		    NULL },
		{ "", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		const char *got = advice_cmake(&arena, str_of(row[i].log));
		if (row[i].want == NULL ? got[0] != '\0' :
					  strncmp(got, row[i].want, strlen(row[i].want)) != 0 ||
					      strstr(got, row[i].also) == NULL)
			fail_msg("row %zu: %s", i, got);
	}
}

static void
what_comes_back_is_clean_and_not_too_long(void **state)
{
	struct buf log = { .a = &arena };

	(void)state;
	buf_add_z(&log, "CMake Error: try_run() invoked in cross-compiling mode, please set\n");
	for (int i = 0; i < 500; i++)
		buf_printf(&log, "   A_RATHER_LONG_NAME_OF_A_VARIABLE_%d (advanced)\n", i);
	const char *got = advice_cmake(&arena, buf_str(&log));
	assert_true(strlen(got) <= ADVICE_CMAKE_MAX_BYTES);
	assert_non_null(strstr(got, "VARIABLE_0=STATUS"));
	assert_non_null(strstr(got, "set CMAKE_ANSWERS"));

	got = advice_cmake(&arena, STR("CMake Error at \033x\001.txt:1 (x):\n  Could NOT find "
				       "\001Z\n  Could NOT find Z\n"));
	for (const char *p = got + 1; *p != '\0'; p++)
		assert_true(*p >= ' ');
}

int
main(void)
{
	const struct CMUnitTest test[] = {
		cmocka_unit_test(words_of_tools_become_lines_of_a_recipe),
		cmocka_unit_test(what_comes_back_is_clean_and_not_too_long),
	};

	int rc = cmocka_run_group_tests(test, NULL, NULL);
	arena_free(&arena);
	return rc;
}
