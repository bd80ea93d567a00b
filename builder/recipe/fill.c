/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "recipe/block.h"

enum { VARIABLES = 4 };
static const struct str variable[VARIABLES] = {
	{ "name", 4 },
	{ "version", 7 },
	{ "target", 6 },
	{ "triple", 6 },
};

static struct str
meaning(const struct fill *f, int i)
{
	const struct str value[VARIABLES] = { f->name, f->version, f->target, f->triple };

	return value[i];
}

static bool
is_identifier(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* The name that "$name" or "${name}" at the start of s asks for; *n bytes in all. */
static struct str
reference(struct str s, size_t *n)
{
	size_t braced = syntax_braced(s), end = 1;

	if (braced != 0) {
		*n = braced;
		return (struct str){ s.p + 2, braced - 3 };
	}
	while (end < s.n && is_identifier(s.p[end]))
		end++;
	*n = end;
	return (struct str){ s.p + 1, end - 1 };
}

static struct loc
inside(const struct word *w, size_t i)
{
	struct loc at = w->at;

	at.col += (int)i + (w->quoted ? 1 : 0);
	return at;
}

static int
unknown(const struct word *w, size_t i, struct str name, struct err *e)
{
	int near = str_nearest(name, variable, VARIABLES);

	if (near != -1)
		return loc_err(e, inside(w, i), "unknown `$" STR_FMT "`; did you mean `$%s`?",
		    SHOWN(name), variable[near].p);
	return loc_err(e, inside(w, i),
	    "unknown `$" STR_FMT "`: expected $name, $version, $target or $triple", SHOWN(name));
}

int
fill_word(const struct reader *r, const struct word *w, struct str *out, struct err *e)
{
	struct buf text = { .a = r->tmp };

	*out = w->text;
	if (w->text.n == 0 || memchr(w->text.p, '$', w->text.n) == NULL)
		return 0;
	for (size_t i = 0, n; i < w->text.n; i += n) {
		if (w->text.p[i] != '$') {
			buf_add_char(&text, w->text.p[i]);
			n = 1;
			continue;
		}
		struct str name = reference(str_skip(w->text, i), &n);
		int which = 0;
		while (which < VARIABLES && !str_eq(name, variable[which]))
			which++;
		if (which == VARIABLES)
			return unknown(w, i, name, e);
		if (meaning(r->fill, which).n == 0)
			return loc_err(
			    e, inside(w, i), "`$%s` stands for nothing here", variable[which].p);
		buf_add(&text, meaning(r->fill, which));
	}
	*out = str_copy(r->run, buf_str(&text));
	return 0;
}
