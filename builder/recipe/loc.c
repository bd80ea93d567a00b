/* SPDX-License-Identifier: ISC */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "recipe/syntax.h"

/* What of a long line is shown, and how much of that stands before the column. */
enum { LINE_SHOWN = 120, BEFORE_SHOWN = 80, SENTENCE_MAX = 1536 };

static struct str
line_of(struct loc at)
{
	struct str rest = at.file->text, line = { 0 };

	for (int i = 0; i < at.line; i++)
		if (!str_cut(&rest, '\n', &line))
			return (struct str){ 0 };
	return line;
}

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The part of the line around the column; *before is how much of it the caret skips. */
static struct str
window(struct str line, size_t col, size_t *before)
{
	size_t skip = col > BEFORE_SHOWN ? col - BEFORE_SHOWN : 0;

	if (col > line.n)
		col = line.n;
	while (skip > 0 && skip < line.n && is_continuation(line.p[skip]))
		skip--;
	if (skip > col)
		skip = col;
	line = str_skip(line, skip);
	*before = col - skip;
	if (line.n > LINE_SHOWN) {
		line.n = LINE_SHOWN;
		while (line.n > 0 && is_continuation(line.p[line.n]))
			line.n--;
	}
	return line;
}

static void
clean(char *z)
{
	for (; *z != '\0'; z++)
		if ((unsigned char)*z < 0x20 || *z == 0x7f)
			*z = *z == '\t' ? '\t' : '?';
}

/* Blanks as wide as s on a terminal: tabs stay, a character is one column. */
static void
blank_out(struct str s, char *out)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_continuation(s.p[i]))
			*out++ = s.p[i] == '\t' ? '\t' : ' ';
	*out = '\0';
}

int
loc_err(struct err *e, struct loc at, const char *fmt, ...)
{
	char sentence[SENTENCE_MAX], shown[LINE_SHOWN + 1], blanks[LINE_SHOWN + 1];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	clean(sentence);
	if (at.file == NULL)
		return err_set(e, ERR_RECIPE, "%s", sentence);

	size_t before;
	struct str line = window(line_of(at), (size_t)at.col - 1, &before);
	snprintf(shown, sizeof(shown), STR_FMT, STR_ARG(line));
	clean(shown);
	blank_out((struct str){ line.p, before }, blanks);
	return err_set(e, ERR_RECIPE, STR_FMT ":%d:%d: %s\n%5d | %s\n      | %s^",
	    STR_ARG(at.file->path), at.line, at.col, sentence, at.line, shown, blanks);
}
