/* SPDX-License-Identifier: ISC */
#include "make/pcfile.h"

#include "base/buf.h"

#define PREFIX "/usr"

/* Places of the sandbox that are the root of what they hold. */
static const struct str roots[] = { { "/sysroot", 8 }, { "/out", 4 } };

/* What a path may stand behind in one word. */
static const struct str leads[] = { { "-I", 2 }, { "-L", 2 }, { "-isystem", 8 } };

static bool
is_below(struct str path, struct str folder)
{
	return str_starts(path, folder) && (path.n == folder.n || path.p[folder.n] == '/');
}

/* Split "-L/usr/lib" and "prefix=/usr" before the path. */
static void
split(struct str word, struct str *lead, struct str *path)
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(leads); i++)
		if (str_starts(word, leads[i]))
			n = leads[i].n;
	for (size_t i = 0; n == 0 && i < word.n && word.p[i] != '/'; i++)
		if (word.p[i] == '=')
			n = i + 1;
	*lead = (struct str){ word.p, n };
	*path = str_skip(word, n);
}

static bool
is_searched_anyway(struct str lead, struct str path)
{
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	if (str_is(lead, "-L"))
		return str_is(path, "/usr/lib") || str_is(path, "/lib");
	return (str_is(lead, "-I") || str_is(lead, "-isystem")) && str_is(path, "/usr/include");
}

/* The name of the library that /usr/lib/libNAME.a is; empty when it is none. */
static struct str
library(struct str lead, struct str path)
{
	struct str start = STR("/usr/lib/lib"), end = STR(".a");

	if (lead.n != 0 || !str_starts(path, start) || !str_ends(path, end) ||
	    path.n <= start.n + end.n)
		return STR("");
	struct str name = { path.p + start.n, path.n - start.n - end.n };
	return str_has(name, STR("/")) ? STR("") : name;
}

/* What stands below the prefix is said by the prefix, but not the prefix itself. */
static void
add_path(struct buf *out, struct str lead, struct str path, bool has_prefix)
{
	bool is_relative = has_prefix && is_below(path, STR(PREFIX)) && !str_is(lead, "prefix=");

	buf_add(out, lead);
	if (is_relative)
		buf_add(out, STR("${prefix}"));
	buf_add(out, is_relative ? str_skip(path, sizeof(PREFIX) - 1) : path);
}

static void
add_word(struct buf *out, struct str word, bool has_prefix)
{
	struct str lead, path, name;
	bool was_inside = false;

	split(word, &lead, &path);
	/* A definition keeps its name: an empty value is better than a syntax error. */
	if (is_below(path, STR("/build"))) {
		if (str_ends(lead, STR("=")))
			buf_add(out, lead);
		return;
	}
	for (size_t i = 0; i < COUNT_OF(roots); i++)
		if (is_below(path, roots[i])) {
			path = str_skip(path, roots[i].n);
			was_inside = true;
		}
	name = was_inside ? library(lead, path) : STR("");
	if (was_inside && is_searched_anyway(lead, path))
		return;
	if (name.n > 0) {
		buf_printf(out, "-l" STR_FMT, STR_ARG(name));
		return;
	}
	add_path(out, lead, path, has_prefix);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
defines_prefix(struct str text)
{
	struct str line;

	while (str_cut(&text, '\n', &line))
		if (str_is(line, "prefix=" PREFIX) || str_is(line, "prefix=/out" PREFIX))
			return true;
	return false;
}

struct str
pcfile_relocate(struct arena *a, struct str text)
{
	struct buf out = { .a = a };
	bool has_prefix = defines_prefix(text);
	size_t i = 0, start;

	while (i < text.n) {
		for (start = i; i < text.n && is_blank(text.p[i]); i++)
			;
		buf_add(&out, (struct str){ text.p + start, i - start });
		for (start = i; i < text.n && !is_blank(text.p[i]); i++)
			;
		if (i > start)
			add_word(&out, (struct str){ text.p + start, i - start }, has_prefix);
	}
	return buf_str(&out);
}
