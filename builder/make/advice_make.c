/* SPDX-License-Identifier: ISC */
#include "make/advice_make.h"

#include <string.h>

#include "make/loglines.h"

enum { NAME_MAX_BYTES = 100 };

typedef const char *advice_say(struct arena *a, struct str name);

static const char *
no_install(struct arena *a, struct str name)
{
	(void)a, (void)name;
	return "its Makefile installs nothing: the recipe has to, with `phase install {`, "
	       "mkdir -p \"$DESTDIR$PREFIX/bin\" and cp";
}

static const char *
foreign_program(struct arena *a, struct str name)
{
	(void)a, (void)name;
	return "a program made for the target was started here: what runs while the package is "
	       "built is compiled by $CC_FOR_BUILD, which `need sysroot for build` brings, or is "
	       "a package's, which `need NAME for build` brings";
}

static const char *
no_header(struct arena *a, struct str name)
{
	if (!str_has(name, STR(".")))
		return arena_printf(a,
		    "<" STR_FMT "> is the C++ library's: the recipe has to say `need sysroot-c++`",
		    STR_ARG(name));
	return arena_printf(a,
	    "nothing that the recipe needs brings " STR_FMT
	    "; when it is a library's, add the `need` for that, when it is written on the way, "
	    "see what should have",
	    STR_ARG(name));
}

static const char *
no_program(struct arena *a, struct str name)
{
	return arena_printf(a,
	    "only programs that were asked for are there: add `tool` and what brings " STR_FMT
	    ", or `need NAME for build`",
	    STR_ARG(name));
}

static const char *
not_run(struct arena *a, struct str name)
{
	return arena_printf(a,
	    "if " STR_FMT " is a program of the package, say `run " STR_FMT
	    "`; if it is one of this machine, add the `tool` that brings it",
	    STR_ARG(name), STR_ARG(name));
}

/* A line that holds the text; what is between `start` and `end` is the name, and there has to
 * be one. NULL: there is none. */
static const struct {
	const char *text, *start, *end;
	advice_say *say;
} row[] = {
	{ "No rule to make target 'install'", NULL, NULL, no_install },
	{ "Exec format error", NULL, NULL, foreign_program },
	{ " file not found", "fatal error: '", "' file not found", no_header },
	{ "/phase-test: ", ": ", ": not found", not_run },
	{ "/phase-", ": ", ": not found", no_program },
};

/* Between the last `start` before the first `end`, and that. */
static bool
name_of(struct str line, const char *start, const char *end, struct str *name)
{
	size_t nstart = strlen(start), nend = strlen(end), at = 0, from;

	while (at + nend <= line.n && memcmp(line.p + at, end, nend) != 0)
		at++;
	if (at + nend > line.n)
		return false;
	for (from = at; from >= nstart && memcmp(line.p + from - nstart, start, nstart) != 0;)
		from--;
	*name = (struct str){ line.p + from, at - from };
	return from >= nstart && name->n != 0 && name->n <= NAME_MAX_BYTES;
}

static const char *
advice_for(struct arena *a, struct str line)
{
	struct str name = STR("");

	for (size_t i = 0; i < COUNT_OF(row); i++)
		if (str_has(line, str_of(row[i].text)) &&
		    (row[i].end == NULL || name_of(line, row[i].start, row[i].end, &name)))
			return row[i].say(a, name);
	return NULL;
}

const char *
advice_make(struct arena *a, struct str log)
{
	struct loglines l = loglines_split(a, log);

	for (int i = l.first; i < l.n; i++) {
		const char *text = advice_for(a, l.v[i]);
		if (text != NULL)
			return arena_printf(a, "\n" STR_FMT, STR_ARG(str_clean(a, str_of(text))));
	}
	return "";
}
