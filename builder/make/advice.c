/* SPDX-License-Identifier: ISC */
#include "make/advice.h"

#include <string.h>

#include "base/buf.h"

/* How far around a line of a script names that belong to it stand. */
enum { NEAR_LINES = 3, PROPERTY_LINES = 10 };

/* So that the sentence stays one that is read. */
enum { CHECK_MAX_BYTES = 200 };

/* A complaint, and what stood in the log before it. */
struct complaint {
	struct arena *a;
	struct str recipe, line;
	struct str check;  /* what configure was checking: "for working mktime" */
	struct str folder; /* where it ran, below the stage */
	advice_read *read;
	void *ctx;
};

static bool
find(struct str s, struct str part, size_t *at)
{
	for (size_t i = 0; i + part.n <= s.n; i++)
		if (memcmp(s.p + i, part.p, part.n) == 0) {
			*at = i;
			return true;
		}
	return false;
}

/* What stands between the first `from` of s and the next `to`; "" when there is none. */
static struct str
between(struct str s, struct str from, struct str to)
{
	size_t at, n;

	if (!find(s, from, &at))
		return STR("");
	s = str_skip(s, at + from.n);
	return find(s, to, &n) ? (struct str){ s.p, n } : STR("");
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* The variable with "_cv_" in its name that a line asks for: ${NAME+y}, ${NAME+:}. */
static struct str
cache_variable(struct str line)
{
	size_t at;

	while (find(line, STR("${"), &at)) {
		line = str_skip(line, at + 2);
		struct str name = { line.p, 0 };
		while (name.n < line.n && is_word(line.p[name.n]))
			name.n++;
		if (name.n < line.n && line.p[name.n] == '+' && str_has(name, STR("_cv_")))
			return name;
	}
	return STR("");
}

/* The variable that a configure script looks for before it makes a check itself. */
static struct str
variable_of(struct complaint *c, struct str script)
{
	struct str said = str_printf(c->a, "checking " STR_FMT "... ", STR_ARG(c->check)), line;
	struct str name = STR("");
	size_t at;

	if (c->check.n == 0 || !find(script, said, &at))
		return name;
	script = str_skip(script, at);
	for (int i = 0; i <= NEAR_LINES && name.n == 0 && str_cut(&script, '\n', &line); i++)
		name = cache_variable(line);
	return name;
}

/* Of the script that complained: it runs in its own folder, or is the one of the top. */
static struct str
variable_find(struct complaint *c)
{
	struct str own = c->line;
	size_t at;

	while (find(own, STR("... "), &at))
		own = str_skip(own, at + 4);
	if (!find(own, STR(": error:"), &at))
		return STR("");
	own.n = at;
	const char *path[] = { arena_printf(
				   c->a, STR_FMT STR_FMT, STR_ARG(c->folder), STR_ARG(own)),
		str_z(c->a, own) };
	struct str name = STR("");
	for (size_t i = 0; i < COUNT_OF(path) && name.n == 0; i++)
		name = variable_of(c, c->read(c->ctx, c->a, path[i]));
	return name;
}

static const char *
answer_with(struct complaint *c, struct str name)
{
	return arena_printf(c->a,
	    "`checking " STR_FMT "` cannot be tried on the target; say in " STR_FMT
	    " what holds there: configure " STR_FMT "=yes (or no, or another word it knows)",
	    STR_ARG(c->check), STR_ARG(c->recipe), STR_ARG(name));
}

static const char *
open_check(struct complaint *c)
{
	struct str name = variable_find(c);

	if (name.n != 0)
		return answer_with(c, name);
	return arena_printf(c->a,
	    "`checking " STR_FMT "` cannot be tried on the target, and no variable that answers "
	    "it was found in the script; " STR_FMT " has to take it out with an edit or a patch",
	    STR_ARG(c->check), STR_ARG(c->recipe));
}

/* Named by autoconf after the path. */
static const char *
open_file(struct complaint *c)
{
	struct buf name = { .a = c->a };

	if (!str_starts(c->check, STR("for ")))
		return open_check(c);
	buf_add_z(&name, "ac_cv_file_");
	for (size_t i = 4; i < c->check.n; i++) {
		char ch = c->check.p[i];
		if (!is_word(ch))
			ch = '_';
		buf_add_char(&name, ch);
	}
	return answer_with(c, buf_str(&name));
}

/* "meson.build:12:4: ERROR: ...": that line of the file, and at most so many before it. */
static struct str
meson_lines(struct complaint *c, uint64_t before)
{
	struct str rest = c->line, path, number, text, line;
	struct buf out = { .a = c->a };
	uint64_t n;

	if (!str_cut(&rest, ':', &path) || !str_cut(&rest, ':', &number) ||
	    str_u64(number, &n) == -1)
		return STR("");
	while (str_starts(path, STR("../")))
		path = str_skip(path, 3);
	text = c->read(c->ctx, c->a, str_z(c->a, path));
	for (uint64_t i = 1; i <= n && str_cut(&text, '\n', &line); i++)
		if (i + before >= n)
			buf_printf(&out, STR_FMT "\n", STR_ARG(line));
	return buf_str(&out);
}

/* The property that is asked for last before a program is to run. */
static struct str
property_find(struct complaint *c)
{
	static const char *const call[] = { "get_external_property('", "get_cross_property('" };
	struct str text = meson_lines(c, PROPERTY_LINES), line, name = STR("");

	while (str_cut(&text, '\n', &line))
		for (size_t k = 0; k < COUNT_OF(call); k++)
			if (str_has(line, str_of(call[k])))
				name = between(line, str_of(call[k]), STR("'"));
	return name;
}

static const char *
open_run(struct complaint *c)
{
	struct str name = property_find(c);

	if (name.n != 0)
		return arena_printf(c->a,
		    "this cannot be tried on the target; say in " STR_FMT
		    " what holds there: set MESON_PROPERTIES " STR_FMT "=true (or another value)",
		    STR_ARG(c->recipe), STR_ARG(name));
	return arena_printf(c->a,
	    "a program would have to run on the target, and no property is asked for that answers "
	    "instead; " STR_FMT " has to decide it with an option of the project or an edit",
	    STR_ARG(c->recipe));
}

static const char *
no_download(struct complaint *c)
{
	struct str name = between(meson_lines(c, 0), STR("'"), STR("'"));

	if (name.n == 0)
		name = STR("NAME");
	return arena_printf(c->a,
	    "the subproject " STR_FMT " would be downloaded, and builds have no network; " STR_FMT
	    " has to say `need " STR_FMT "`, or turn it off with an option of the project",
	    STR_ARG(name), STR_ARG(c->recipe), STR_ARG(name));
}

static const char *
need(struct complaint *c, struct str name)
{
	return arena_printf(c->a,
	    "nothing of the machine is used: " STR_FMT
	    " has to name the package that brings " STR_FMT ", as in `need " STR_FMT "`, "
	    "or turn it off with an option of the project",
	    STR_ARG(c->recipe), STR_ARG(name), STR_ARG(name));
}

static const char *
no_dependency(struct complaint *c)
{
	struct str name = between(c->line, STR("Dependency \""), STR("\""));

	return name.n == 0 || !str_has(c->line, STR(" not found")) ? NULL : need(c, name);
}

/* Meson 1.0 cannot say that OpenSSL is missing. */
static const char *
lost_dependency(struct complaint *c)
{
	struct str name = between(meson_lines(c, 0), STR("dependency('"), STR("'"));

	return name.n == 0 ? NULL : need(c, name);
}

static const char *
no_program(struct complaint *c)
{
	struct str name = between(c->line, STR("ERROR: Program '"), STR("'"));

	if (name.n == 0 || !str_has(c->line, STR(" not found")))
		return NULL;
	return arena_printf(c->a,
	    "only programs that were asked for are there: " STR_FMT
	    " has to say `tool` and what brings " STR_FMT ", or `need NAME for build`",
	    STR_ARG(c->recipe), STR_ARG(name));
}

static const char *
no_compiler(struct complaint *c)
{
	return arena_printf(c->a,
	    "programs for the build machine are compiled here: " STR_FMT
	    " has to say `need sysroot for build`",
	    STR_ARG(c->recipe));
}

static const char *
no_wrapper(struct complaint *c)
{
	return arena_printf(c->a,
	    "a program made for the target would have to run here: in the project it has to be "
	    "one of the build machine, `native: true`, by a patch or an edit, and " STR_FMT
	    " has to say `need sysroot for build`",
	    STR_ARG(c->recipe));
}

/* make gives NULL when the line is about something else after all. */
static const struct {
	const char *text;
	const char *(*make)(struct complaint *c);
} row[] = {
	{ "error: cannot run test program while cross compiling", open_check },
	{ "error: can not run test program while cross compiling", open_check }, /* before 2.60 */
	{ "error: cannot check for file existence when cross compiling", open_file },
	{ "ERROR: Can not run test applications in this cross environment", open_run },
	{ "ERROR: Automatic wrap-based subproject downloading is disabled", no_download },
	{ "ERROR: Dependency \"", no_dependency },
	{ "ERROR: Program '", no_program },
	{ "ERROR: Unhandled python exception", lost_dependency },
	{ "ERROR: Unknown compiler(s): [['build-", no_compiler },
	{ "An exe_wrapper is needed but was not found", no_wrapper },
};

/* What a line says about complaints that come after it. */
static void
remember(struct complaint *c)
{
	struct str folder = between(c->line, STR("error: in `/build/"), STR("'"));

	if (str_starts(c->line, STR("checking ")))
		c->check = between(c->line, STR("checking "), STR("... "));
	if (c->check.n > CHECK_MAX_BYTES)
		c->check.n = 0;
	if (str_has(c->line, STR("error: in `/build")))
		c->folder =
		    folder.n == 0 ? STR("") : str_printf(c->a, STR_FMT "/", STR_ARG(folder));
}

/* Meson says where in the project it stopped: "meson.build:12:4: ERROR: ...". */
static const char *
located(struct complaint *c, const char *sentence)
{
	struct str where = c->line;
	size_t at;

	if (sentence == NULL || !find(where, STR(": ERROR: "), &at))
		return sentence;
	where.n = at;
	return arena_printf(c->a, STR_FMT ": %s", STR_ARG(where), sentence);
}

static const char *
advice_for(struct complaint *c)
{
	for (size_t i = 0; i < COUNT_OF(row); i++)
		if (str_has(c->line, str_of(row[i].text)))
			return located(c, row[i].make(c));
	return NULL;
}

const char *
advice_text(struct arena *a, struct str recipe, struct str log, advice_read *read, void *ctx)
{
	struct complaint c = { .a = a, .recipe = recipe, .read = read, .ctx = ctx };
	const char *text = NULL;

	while (str_cut(&log, '\n', &c.line)) {
		if (str_starts(c.line, STR("== ")))
			text = NULL;
		remember(&c);
		if (text == NULL)
			text = advice_for(&c);
	}
	return text;
}
