/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "make/advice.h"

/* As autoconf 2.69, 2.71 and 2.59 write a check that they look up first. */
#define ASK_269                                                                                    \
	"$as_echo_n \"checking for the moon... \" >&6; }\n"                                        \
	"if ${my_cv_moon+:} false; then :\n  $as_echo_n \"(cached) \" >&6\nelse\n"
#define ASK_271                                                                                    \
	"{ printf \"%s\\n\" \"$as_me:${as_lineno-$LINENO}: checking for the moon\" >&5\n"          \
	"printf %s \"checking for the moon... \" >&6; }\n"                                         \
	"if test ${my_cv_moon+y}\nthen :\n"
#define ASK_259                                                                                    \
	"echo $ECHO_N \"checking for the moon... $ECHO_C\" >&6\n"                                  \
	"if test \"${my_cv_moon+set}\" = set; then\n"
/* One that is never looked up, and another one behind it. */
#define ASK_BARE                                                                                   \
	"printf %s \"checking for the moon... \" >&6; }\n"                                         \
	"if test \"$cross_compiling\" = yes\nthen :\n  as_fn_error $? \"cannot\" \"$LINENO\" 5\n"  \
	"fi\nif test ${my_cv_sun+y}\nthen :\n"
#define NO_RUN                                                                                     \
	"configure: error: cannot run test program while cross compiling\n"                        \
	"See `config.log' for more details\n"

struct file {
	const char *path, *text;
};

static struct str
read_file(void *ctx, struct arena *a, const char *path)
{
	const struct file *f = ctx;

	(void)a;
	return strcmp(f->path, path) == 0 ? str_of(f->text) : STR("");
}

static void
a_complaint_is_answered_with_the_line_for_the_recipe(void **state)
{
	static const struct {
		const char *log;
		struct file file;
		const char *want; /* NULL: there is no advice */
	} row[] = {
		{ "checking for the moon... configure: error: in `/build':\n" NO_RUN,
		    { "configure", ASK_271 }, "in R what holds there: configure my_cv_moon=yes" },
		{ "checking for the moon... configure: error: in `/build':\n" NO_RUN,
		    { "configure", ASK_269 }, "configure my_cv_moon=yes" },
		{ "checking for the moon... " NO_RUN, { "configure", ASK_259 },
		    "`checking for the moon` cannot be tried on the target; say in R what holds "
		    "there: "
		    "configure my_cv_moon=yes" },
		/* a script of a folder below, and one of the top that works there */
		{ "checking for the moon... configure: error: in `/build/lib/x':\n" NO_RUN,
		    { "lib/x/configure", ASK_271 }, "configure my_cv_moon=yes" },
		{ "checking for the moon... configure: error: in `/build/obj':\n" NO_RUN,
		    { "configure", ASK_271 }, "configure my_cv_moon=yes" },
		{ "checking for the moon... configure.gnu: error: in `/build':\n"
		  "configure.gnu: error: cannot run test program while cross compiling\n",
		    { "configure.gnu", ASK_271 }, "configure my_cv_moon=yes" },
		/* the last question counts */
		{ "checking for the sun... yes\nchecking for the moon... configure: error: in "
		  "`/build':\n" NO_RUN,
		    { "configure", ASK_271 }, "configure my_cv_moon=yes" },
		/* nothing answers it, or the script is not there */
		{ "checking for the moon... " NO_RUN, { "configure", ASK_BARE },
		    "R has to take it out with an edit" },
		{ "checking for the moon... " NO_RUN, { "", "" },
		    "R has to take it out with an edit" },
		{ "checking for /dev/moon-1... configure: error: cannot check for file existence "
		  "when cross compiling\n",
		    { "", "" }, "configure ac_cv_file__dev_moon_1=yes" },
		/* Meson, whose paths start where it runs */
		{ "\nmeson.build:3:2: ERROR: Can not run test applications in this cross "
		  "environment.\n",
		    { "meson.build",
			"project('x')\nx = meson.get_external_property('moon', 0)\nif x\n" },
		    "in R what holds there: set MESON_PROPERTIES moon=true" },
		{ "../src/meson.build:2:2: ERROR: Can not run test applications in this cross "
		  "environment.\n",
		    { "src/meson.build", "x = meson.get_cross_property('moon')\ncc.run()\n" },
		    "set MESON_PROPERTIES moon=true" },
		{ "meson.build:1:2: ERROR: Can not run test applications in this cross "
		  "environment.\n",
		    { "meson.build", "cc.run()\nx = meson.get_external_property('moon')\n" },
		    "R has to decide it with an option" },
		{ "meson.build:2:0: ERROR: Automatic wrap-based subproject downloading is "
		  "disabled\n",
		    { "meson.build", "project('x')\nsubproject('moon')\n" },
		    "R has to say `need moon`" },
		{ "meson.build:9:0: ERROR: Automatic wrap-based subproject downloading is "
		  "disabled\n",
		    { "", "" }, "R has to say `need NAME`" },
		{ "meson.build:2:0: ERROR: Dependency \"moon\" not found, tried pkgconfig\n",
		    { "", "" }, "meson.build:2:0: nothing of the machine is used: R has to name" },
		{ "meson.build:2:0: ERROR: Program 'gperf' not found or not executable\n",
		    { "", "" }, "R has to say `tool` and what brings gperf" },
		{ "meson.build:2:0: ERROR: Program 'gperf' failed\n", { "", "" }, NULL },
		{ "checking for the moon... configure: error: can not run test program while cross "
		  "compiling\n",
		    { "configure", ASK_259 }, "configure my_cv_moon=yes" },
		{ "meson.build:2:0: ERROR: Unhandled python exception\n",
		    { "meson.build", "project('x')\ns = dependency('openssl')\n" },
		    "as in `need openssl`" },
		{ "meson.build:1:0: ERROR: Unhandled python exception\n",
		    { "meson.build", "project('x')\ns = dependency('openssl')\n" }, NULL },
		{ "meson.build:2:0: ERROR: Unknown compiler(s): [['build-cc']]\n", { "", "" },
		    "R has to say `need sysroot for build`" },
		{ "ERROR: An exe_wrapper is needed but was not found. Please define one\n",
		    { "", "" }, "`native: true`" },
		/* what is known stands in front, or in an earlier phase, or not at all */
		{ "configure: error: no moon\n", { "", "" }, NULL },
		{ "checking for the moon... " NO_RUN "== build\nx.c:1: error: y\n",
		    { "configure", ASK_271 }, NULL },
		{ "", { "", "" }, NULL },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct file f = row[i].file;
		const char *got = advice_text(&a, STR("R"), str_of(row[i].log), read_file, &f);
		if (row[i].want == NULL ? got != NULL :
					  got == NULL || strstr(got, row[i].want) == NULL)
			fail_msg("row %zu: wanted '%s' in: %s", i,
			    row[i].want == NULL ? "nothing" : row[i].want,
			    got == NULL ? "nothing" : got);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_complaint_is_answered_with_the_line_for_the_recipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
