/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "recipe/syntax.h"

/* Where values start: as in `licence-file PATH` at the top, `sha256  HEX` in groups. */
enum { TOP_WIDTH = 13, GROUP_WIDTH = 8 };

static void
add_tabs(struct buf *out, int n)
{
	while (n-- > 0)
		buf_add_char(out, '\t');
}

static bool
needs_quotes(struct str s)
{
	if (s.n == 0 || s.p[0] == '#')
		return true;
	for (size_t i = 0; i < s.n; i++) {
		size_t braced = syntax_braced(str_skip(s, i));
		if (braced != 0)
			i += braced - 1;
		else if (strchr(" \t\n\"{}", s.p[i]) != NULL)
			return true;
	}
	return false;
}

static void
add_quoted_char(struct buf *out, char c)
{
	if (c == '\n' || c == '\t') {
		buf_add_z(out, c == '\n' ? "\\n" : "\\t");
		return;
	}
	if (c == '"' || c == '\\')
		buf_add_char(out, '\\');
	buf_add_char(out, c);
}

static void
add_word(struct buf *out, struct str s)
{
	if (!needs_quotes(s)) {
		buf_add(out, s);
		return;
	}
	buf_add_char(out, '"');
	for (size_t i = 0; i < s.n; i++)
		add_quoted_char(out, s.p[i]);
	buf_add_char(out, '"');
}

static void
add_words(struct buf *out, const struct stmt *s, int level)
{
	size_t width = level == 0 ? TOP_WIDTH : GROUP_WIDTH;
	size_t start = out->n;

	for (int i = 0; i < s->nword; i++) {
		if (i != 0)
			buf_add_char(out, ' ');
		while (i == 1 && !s->has_group && !s->has_body && out->n - start < width)
			buf_add_char(out, ' ');
		add_word(out, s->word[i].text);
	}
}

static void
add_comments(struct buf *out, const struct str *comment, int n, int level)
{
	for (int i = 0; i < n; i++) {
		if (comment[i].n != 0)
			add_tabs(out, level);
		buf_add(out, comment[i]);
		buf_add_char(out, '\n');
	}
}

static void
add_body(struct buf *out, struct str body, int level)
{
	struct str line;

	while (str_cut(&body, '\n', &line)) {
		if (line.n != 0)
			add_tabs(out, level);
		buf_add(out, line);
		buf_add_char(out, '\n');
	}
}

static void
add_stmts(struct buf *out, const struct stmt *s, int n, int level)
{
	for (int i = 0; i < n; i++, s++) {
		bool opens = s->has_group || s->has_body;
		add_comments(out, s->comment, s->ncomment, level);
		add_tabs(out, level);
		add_words(out, s, level);
		if (opens)
			buf_add_z(out, " {");
		if (s->trailing.n != 0)
			buf_add_char(out, ' ');
		buf_add(out, s->trailing);
		buf_add_char(out, '\n');
		add_body(out, s->body, level + 1);
		add_stmts(out, s->sub, s->nsub, level + 1);
		if (!opens)
			continue;
		add_comments(out, s->last_comment, s->nlast_comment, level + 1);
		add_tabs(out, level);
		buf_add_z(out, "}\n");
	}
}

void
syntax_print(struct buf *out, const struct syntax_file *f)
{
	add_stmts(out, f->stmt, f->nstmt, 0);
	add_comments(out, f->last_comment, f->nlast_comment, 0);
}
