/* SPDX-License-Identifier: ISC */
#include "recipe/syntax.h"

#include <string.h>

#include "base/vec.h"
#include "recipe/text.h"

enum { WORD_MAX = 4096, BODY_LINE_MAX = 64 * 1024, LEVEL_MAX = 4, STMT_MAX = 10000 };

struct comments {
	struct str *v;
	int n, cap;
};

struct parser {
	struct arena *a;
	struct syntax_file *file;
	syntax_is_body *is_body;
	const char *p, *end;
	const char *line_start;
	int line;
	int nstmt; /* in all */
};

struct block {
	struct stmt *v;
	int n, cap;
	struct comments comment; /* seen since the last statement */
};

static struct loc
here(const struct parser *ps)
{
	return (struct loc){ ps->file, ps->line, (int)(ps->p - ps->line_start) + 1 };
}

static bool
at_end_of_line(const struct parser *ps)
{
	return ps->p == ps->end || *ps->p == '\n';
}

static void
skip_blanks(struct parser *ps)
{
	while (ps->p < ps->end && (*ps->p == ' ' || *ps->p == '\t'))
		ps->p++;
}

static void
next_line(struct parser *ps)
{
	if (ps->p == ps->end)
		return;
	ps->p++;
	ps->line++;
	ps->line_start = ps->p;
}

static int
wrong_byte(const struct parser *ps, unsigned char c, struct err *e)
{
	if (c == '\r')
		return loc_err(e, here(ps),
		    "carriage return: expected Unix line ends; save the file without \\r");
	if (c >= 0x80)
		return loc_err(e, here(ps), "byte 0x%02x is not UTF-8: expected text in UTF-8", c);
	return loc_err(e, here(ps), "control character 0x%02x: expected text", c);
}

/* Everything is text: after this the parser meets no other control characters. */
static int
check_text(struct parser ps, struct err *e)
{
	const char *wrong = ps.p + text_length(ps.file->text);

	if (wrong == ps.end)
		return 0;
	while (ps.p < wrong) {
		if (*ps.p == '\n')
			next_line(&ps);
		else
			ps.p++;
	}
	return wrong_byte(&ps, (unsigned char)*wrong, e);
}

static struct str
rest_of_line(const struct parser *ps)
{
	struct str rest = { ps->p, (size_t)(ps->end - ps->p) };
	struct str line = { ps->p, 0 };

	(void)str_cut(&rest, '\n', &line);
	return line;
}

static struct str
without_last_blanks(struct str s)
{
	while (s.n != 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static struct str
take_comment(struct parser *ps)
{
	struct str line = rest_of_line(ps);

	ps->p += line.n;
	return without_last_blanks(line);
}

/* Blank lines: none at the start of a block, never two in a row. */
static void
add_comment(struct parser *ps, struct block *b, struct str text)
{
	struct comments *c = &b->comment;

	if (text.n == 0 && (c->n == 0 ? b->n == 0 : c->v[c->n - 1].n == 0))
		return;
	VEC_ADD(ps->a, c, text);
}

size_t
syntax_braced(struct str s)
{
	size_t n = 2;

	if (!str_starts(s, STR("${")))
		return 0;
	while (n < s.n && ((s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= 'A' && s.p[n] <= 'Z') ||
			      (s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == '_' || s.p[n] == '-'))
		n++;
	return n > 2 && n < s.n && s.p[n] == '}' ? n + 1 : 0;
}

static bool
ends_bare(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '"' || c == '{' || c == '}';
}

static int
bare_word(struct parser *ps, struct word *w, struct err *e)
{
	const char *start = ps->p;

	while (ps->p < ps->end) {
		size_t braced = syntax_braced((struct str){ ps->p, (size_t)(ps->end - ps->p) });
		if (braced == 0 && *ps->p == '$' && ps->p + 1 < ps->end && ps->p[1] == '{')
			return loc_err(e, here(ps),
			    "expected ${name} after `$`; put a word with other braces in quotes");
		if (braced == 0 && ends_bare(*ps->p))
			break;
		ps->p += braced == 0 ? 1 : braced;
	}
	w->text = (struct str){ start, (size_t)(ps->p - start) };
	return 0;
}

/* What "\c" in quotes stands for; '\0' when it is nothing. */
static char
escaped(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case '\\':
	case '"':
		return c;
	default:
		return '\0';
	}
}

static int
add_escape(struct parser *ps, struct buf *text, struct err *e)
{
	char c = '\0';

	if (ps->p + 1 < ps->end)
		c = escaped(ps->p[1]);
	if (c == '\0')
		return loc_err(e, here(ps),
		    "expected one of \\\\ \\\" \\n \\t in quotes; a backslash is written \\\\");
	buf_add_char(text, c);
	ps->p += 2;
	return 0;
}

static int
quoted_word(struct parser *ps, struct word *w, struct err *e)
{
	const char *start = ++ps->p;
	struct buf text = { .a = ps->a };
	bool plain = true;

	while (!at_end_of_line(ps) && *ps->p != '"') {
		if (*ps->p != '\\') {
			if (!plain)
				buf_add_char(&text, *ps->p);
			ps->p++;
			continue;
		}
		if (plain)
			buf_add(&text, (struct str){ start, (size_t)(ps->p - start) });
		plain = false;
		if (add_escape(ps, &text, e) == -1)
			return -1;
	}
	if (at_end_of_line(ps))
		return loc_err(e, w->at, "no closing quote on this line: expected `\"`");
	w->text = plain ? (struct str){ start, (size_t)(ps->p - start) } : buf_str(&text);
	w->quoted = true;
	ps->p++;
	return 0;
}

static int
take_word(struct parser *ps, struct word *w, struct err *e)
{
	*w = (struct word){ .at = here(ps) };
	if (*ps->p == '}')
		return loc_err(e, w->at,
		    "found `}` inside a line: a group is closed by `}` on a line of its own");
	if ((*ps->p == '"' ? quoted_word(ps, w, e) : bare_word(ps, w, e)) == -1)
		return -1;
	if (w->text.n > WORD_MAX)
		return loc_err(
		    e, w->at, "a word of %zu bytes: expected at most %d", w->text.n, WORD_MAX);
	if (!at_end_of_line(ps) && (*ps->p == '"' || *ps->p == '}'))
		return loc_err(e, here(ps), "expected a blank between two words");
	return 0;
}

/* The words of a line up to its end, a comment or the "{" that opens a block. */
static int
take_words(struct parser *ps, struct stmt *s, bool *opens, struct err *e)
{
	VEC(struct word) words = { 0 };

	*opens = false;
	for (skip_blanks(ps); !at_end_of_line(ps) && *ps->p != '#'; skip_blanks(ps)) {
		struct word w;
		if (*ps->p == '{') {
			*opens = true;
			ps->p++;
			skip_blanks(ps);
			break;
		}
		if (take_word(ps, &w, e) == -1)
			return -1;
		VEC_ADD(ps->a, &words, w);
	}
	s->word = words.v;
	s->nword = words.n;
	if (!at_end_of_line(ps) && *ps->p == '#')
		s->trailing = take_comment(ps);
	if (!at_end_of_line(ps))
		return loc_err(e, here(ps), "expected the end of the line after `{`");
	return 0;
}

static struct str
indentation(const struct parser *ps)
{
	const char *p = ps->line_start;

	while (p < ps->end && (*p == ' ' || *p == '\t'))
		p++;
	return (struct str){ ps->line_start, (size_t)(p - ps->line_start) };
}

static int
body_line(
    struct parser *ps, const struct stmt *s, struct str indent, struct buf *body, struct err *e)
{
	struct str line = rest_of_line(ps);

	if (without_last_blanks(line).n == 0)
		line.n = 0;
	if (line.n != 0) {
		if (!str_starts(line, indent) || line.n == indent.n || line.p[indent.n] != '\t') {
			skip_blanks(ps);
			return loc_err(e, here(ps),
			    "expected a line of the body of `" STR_FMT
			    "` (line %d), one tab deeper than it, or its closing `}`",
			    SHOWN(s->word[0].text), s->word[0].at.line);
		}
		line = str_skip(line, indent.n + 1);
	}
	if (line.n > BODY_LINE_MAX)
		return loc_err(e, here(ps), "a body line of %zu bytes: expected at most %d", line.n,
		    BODY_LINE_MAX);
	buf_add(body, line);
	buf_add_char(body, '\n');
	return 0;
}

static int
read_body(struct parser *ps, struct stmt *s, struct str indent, struct err *e)
{
	struct buf body = { .a = ps->a };

	s->has_body = true;
	for (next_line(ps); ps->p < ps->end; next_line(ps)) {
		struct str line = without_last_blanks(rest_of_line(ps));
		if (line.n == indent.n + 1 && str_starts(line, indent) && line.p[indent.n] == '}') {
			ps->p += rest_of_line(ps).n;
			s->body = buf_str(&body);
			return 0;
		}
		if (body_line(ps, s, indent, &body, e) == -1)
			return -1;
		ps->p += rest_of_line(ps).n;
	}
	return loc_err(e, s->word[0].at,
	    "the body of `" STR_FMT
	    "` has no end: expected a line with `}` alone, indented as this one",
	    SHOWN(s->word[0].text));
}

static int read_block(
    struct parser *ps, struct stmt *opener, int level, struct block *b, struct err *e);

static int
read_group(struct parser *ps, struct stmt *s, int level, struct err *e)
{
	struct block b = { 0 };

	if (level > LEVEL_MAX)
		return loc_err(
		    e, s->word[0].at, "groups stand in groups more than %d levels deep", LEVEL_MAX);
	s->has_group = true;
	next_line(ps);
	if (read_block(ps, s, level, &b, e) == -1)
		return -1;
	s->sub = b.v;
	s->nsub = b.n;
	s->last_comment = b.comment.v;
	s->nlast_comment = b.comment.n;
	return 0;
}

static int
read_stmt(struct parser *ps, int level, struct block *b, struct err *e)
{
	struct stmt s = { .comment = b->comment.v, .ncomment = b->comment.n };
	struct str indent = indentation(ps);
	struct loc at = here(ps);
	bool opens;

	b->comment = (struct comments){ 0 };
	if (take_words(ps, &s, &opens, e) == -1)
		return -1;
	if (++ps->nstmt > STMT_MAX)
		return loc_err(e, at, "more than %d statements in a file", STMT_MAX);
	if (s.nword == 0)
		return loc_err(e, at, "found `{` at the start of a line: expected a field's name");
	if (opens && ps->is_body(s.word[0].text)) {
		if (read_body(ps, &s, indent, e) == -1)
			return -1;
	} else if (opens && read_group(ps, &s, level + 1, e) == -1) {
		return -1;
	}
	VEC_ADD(ps->a, b, s);
	return 0;
}

/* The "}" that closes a group. */
static int
close_group(struct parser *ps, const struct stmt *opener, struct err *e)
{
	if (opener == NULL)
		return loc_err(e, here(ps), "found `}`, but no group is open here");
	ps->p++;
	skip_blanks(ps);
	if (!at_end_of_line(ps))
		return loc_err(e, here(ps), "expected the end of the line after `}`");
	return 0;
}

static void
drop_last_blank(struct comments *c)
{
	if (c->n != 0 && c->v[c->n - 1].n == 0)
		c->n--;
}

/* Statements up to the "}" of opener, or to the end of the file where it is NULL. */
static int
read_block(struct parser *ps, struct stmt *opener, int level, struct block *b, struct err *e)
{
	for (;; next_line(ps)) {
		skip_blanks(ps);
		if (ps->p == ps->end)
			break;
		if (*ps->p == '}') {
			drop_last_blank(&b->comment);
			return close_group(ps, opener, e);
		}
		if (*ps->p == '\n')
			add_comment(ps, b, (struct str){ 0 });
		else if (*ps->p == '#')
			add_comment(ps, b, take_comment(ps));
		else if (read_stmt(ps, level, b, e) == -1)
			return -1;
	}
	drop_last_blank(&b->comment);
	if (opener != NULL)
		return loc_err(e, opener->word[0].at,
		    "the group of `" STR_FMT "` has no end: expected a line with `}`",
		    SHOWN(opener->word[0].text));
	return 0;
}

int
syntax_read(struct arena *a, struct syntax_file *f, syntax_is_body *is_body, struct err *e)
{
	struct parser ps = { .a = a, .file = f, .is_body = is_body, .line = 1 };
	struct block b = { 0 };

	ps.p = ps.line_start = f->text.n == 0 ? "" : f->text.p;
	ps.end = ps.p + f->text.n;
	if (check_text(ps, e) == -1 || read_block(&ps, NULL, 0, &b, e) == -1)
		return -1;
	f->stmt = b.v;
	f->nstmt = b.n;
	f->last_comment = b.comment.v;
	f->nlast_comment = b.comment.n;
	return 0;
}

int
syntax_parse(struct arena *a, struct str path, struct str text, syntax_is_body *is_body,
    struct syntax_file **out, struct err *e)
{
	struct syntax_file *f = ARENA_NEW(a, struct syntax_file, 1);

	f->path = path;
	if (text.n > SYNTAX_FILE_MAX)
		return loc_err(e, (struct loc){ f, 1, 1 },
		    "the file has %zu bytes: expected at most %d", text.n, SYNTAX_FILE_MAX);
	f->text = text;
	*out = f;
	return syntax_read(a, f, is_body, e);
}
