/* SPDX-License-Identifier: ISC */
#include "make/advice_cmake.h"

#include <ctype.h>

#include "base/buf.h"
#include "make/loglines.h"

enum { STACK_LINES = 24, PLACE_BYTES = 200 };

#define NAME_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+.-"

/* Where a complaint stands. */
struct spot {
	const struct loglines *l;
	int line;
	struct str name; /* what the complaint is about */
};

typedef void advice_say(struct arena *a, const struct spot *s, struct buf *out);

static bool
is_of_name(char c)
{
	return str_has(STR(NAME_BYTES), (struct str){ &c, 1 });
}

static struct str
name_at(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_of_name(s.p[n]))
		n++;
	return (struct str){ s.p, n };
}

/* "NAME" or "NAME (advanced)", indented: one of the variables that CMake lists. */
static bool
is_variable(struct str line, struct str *name)
{
	struct str rest = line;

	while (rest.n > 0 && rest.p[0] == ' ')
		rest = str_skip(rest, 1);
	*name = name_at(rest);
	rest = str_skip(rest, name->n);
	return name->n > 0 && rest.p != line.p + name->n &&
	       (rest.n == 0 || str_eq(rest, STR(" (advanced)")));
}

/* Two kinds of questions: CMake's own list wants exit statuses and outputs, the checks of
 * styles/cmake want a yes or a no. */
static void
say_answer(struct buf *out, struct str name, bool is_check)
{
	bool is_output = str_ends(name, STR("__TRYRUN_OUTPUT"));

	if (out->n + name.n + 32 < ADVICE_CMAKE_MAX_BYTES / 2)
		buf_printf(out, " -D" STR_FMT "=%s", STR_ARG(name),
		    is_check  ? "1|0" :
		    is_output ? "OUTPUT" :
				"STATUS");
}

/* All questions that the log holds are answered with one line. */
static void
say_questions(struct arena *a, const struct spot *s, struct buf *out)
{
	struct buf answer = { .a = a };
	struct str name;

	for (int i = s->line; i < s->l->n; i++) {
		bool is_check = str_has(s->l->v[i], STR("check_source_runs()"));
		if (!is_check && !str_has(s->l->v[i], STR("try_run() invoked")))
			continue;
		while (i + 1 < s->l->n && is_variable(s->l->v[i + 1], &name)) {
			say_answer(&answer, name, is_check);
			i++;
		}
	}
	buf_printf(out,
	    "the project asks what its programs do on the target, which nothing can try here; "
	    "add to the recipe: configure" STR_FMT
	    " (or, for all packages, to the target's file: set CMAKE_ANSWERS)",
	    STR_ARG(buf_str(&answer)));
}

static void
say_download(struct arena *a, const struct spot *s, struct buf *out)
{
	struct str name = s->name;
	char *variable = str_z(a, name);

	for (char *p = variable; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	buf_printf(out,
	    "the project would download " STR_FMT
	    ", and a build has no network; say `need` with a package that find_package(" STR_FMT
	    ") finds, or add a `source` with `dir deps/" STR_FMT
	    "` and the line: configure -DFETCHCONTENT_SOURCE_DIR_%s=/build/deps/" STR_FMT,
	    STR_ARG(name), STR_ARG(name), STR_ARG(name), variable, STR_ARG(name));
}

static void
say_network(struct arena *a, const struct spot *s, struct buf *out)
{
	(void)a, (void)s;
	buf_add_z(out, "a build has no network; add what is downloaded here to the recipe as a "
		       "`source`, and tell the project where it is");
}

static void
say_need(struct arena *a, const struct spot *s, struct buf *out)
{
	(void)a;
	buf_printf(out,
	    "no need of the recipe brings " STR_FMT
	    ", and what this machine has is never used; add the `need`, or a `configure` line "
	    "that builds without it",
	    STR_ARG(s->name));
}

/* A line that holds the text, and not the other one. The name stands behind the text and ends
 * before `end`; NULL: there is none, "": it ends by itself. */
static const struct {
	const char *text, *except, *end;
	advice_say *say;
} row[] = {
	{ "try_run() invoked in cross-compiling mode", NULL, NULL, say_questions },
	{ "check_source_runs() in cross-compiling mode", NULL, NULL, say_questions },
	{ "  FetchContent_MakeAvailable() of ", NULL, "", say_download },
	{ "/_deps/", NULL, "-src", say_download },
	{ "could not find git for clone of ", NULL, "-populate", say_download },
	{ "could not find git for clone of ", NULL, NULL, say_network },
	{ "Could not resolve host", NULL, NULL, say_network },
	{ "Couldn't resolve host", NULL, NULL, say_network },
	{ "Temporary failure in name resolution", NULL, NULL, say_network },
	{ "Network is unreachable", NULL, NULL, say_network },
	{ "  Could NOT find ", ": Found unsuitable version", "", say_need },
	{ "  By not providing \"Find", NULL, ".cmake", say_need },
};

/* What stands behind the first `text` in s. */
static bool
behind(struct str s, const char *text, struct str *rest)
{
	struct str want = str_of(text);

	for (*rest = s; rest->n >= want.n; *rest = str_skip(*rest, 1))
		if (str_starts(*rest, want)) {
			*rest = str_skip(*rest, want.n);
			return true;
		}
	return false;
}

static bool
fits(size_t i, struct str line, struct str *name)
{
	struct str rest;

	*name = STR("");
	if (!behind(line, row[i].text, &rest) ||
	    (row[i].except != NULL && str_has(line, str_of(row[i].except))))
		return false;
	if (row[i].end == NULL)
		return true;
	*name = name_at(rest);
	if (row[i].end[0] == '\0')
		return name->n > 0;
	if (!behind(*name, row[i].end, &rest))
		return false;
	name->n -= rest.n + str_of(row[i].end).n;
	return name->n > 0;
}

/* "FILE:LINE (COMMAND)" at the start of s, of a file of the project and not of CMake or ours. */
static bool
is_place(struct str s, struct str *place)
{
	struct str rest;
	size_t n = 0, digits = 0;

	while (n < s.n && s.p[n] != ':' && s.p[n] != ' ')
		n++;
	rest = str_skip(s, n + 1);
	while (digits < rest.n && rest.p[digits] >= '0' && rest.p[digits] <= '9')
		digits++;
	*place = (struct str){ s.p, n + 1 + digits };
	return n > 0 && n < PLACE_BYTES && digits > 0 && s.p[0] != '/' &&
	       !str_starts(s, STR("kiln-build/")) && str_starts(str_skip(rest, digits), STR(" ("));
}

/* The line of the project where it happened: CMake says it before its message, or behind it
 * as the innermost call that is not of a module of CMake's. */
static struct str
place_of(const struct spot *s)
{
	struct str at, place;

	for (int i = s->line; i >= s->l->first && i > s->line - 4; i--)
		if (behind(s->l->v[i], "CMake Error at ", &at)) {
			if (is_place(at, &place))
				return place;
			break;
		}
	for (int i = s->line + 1; i < s->l->n && i < s->line + STACK_LINES; i++)
		if (str_starts(s->l->v[i], STR("  ")) && is_place(str_skip(s->l->v[i], 2), &place))
			return place;
	return STR("");
}

static const char *
compose(struct arena *a, const struct spot *s, size_t i)
{
	struct buf text = { .a = a };
	struct str place = place_of(s);

	buf_add_char(&text, '\n');
	if (place.n > 0)
		buf_printf(&text, STR_FMT ": ", STR_ARG(place));
	row[i].say(a, s, &text);
	if (text.n > ADVICE_CMAKE_MAX_BYTES)
		text.n = ADVICE_CMAKE_MAX_BYTES;
	return str_z(a, str_clean(a, buf_str(&text)));
}

const char *
advice_cmake(struct arena *a, struct str log)
{
	struct loglines l = loglines_split(a, log);
	struct spot s = { .l = &l };

	for (s.line = l.first; s.line < l.n; s.line++)
		for (size_t i = 0; i < COUNT_OF(row); i++)
			if (fits(i, l.v[s.line], &s.name))
				return compose(a, &s, i);
	return "";
}
