/* SPDX-License-Identifier: ISC */
#include "make/edit.h"

#include <inttypes.h>
#include <regex.h>
#include <string.h>

#include "base/buf.h"
#include "make/staged.h"

enum { GROUPS = 10, LINES_TOLD = 4 };

/* An edit that is being made. */
struct editor {
	struct arena *a;
	const struct edit *ed;
	regex_t re;
	struct buf out, lines;
	uint64_t times;
	int nline;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Every backslash of the replacement stands before a group that exists, or a backslash. */
static int
check_with(const struct editor *x, struct err *e)
{
	struct str with = x->ed->with;

	for (size_t i = 0; i < with.n; i++) {
		if (with.p[i] != '\\')
			continue;
		char c = '\0';
		if (i + 1 < with.n)
			c = with.p[++i];
		if (c != '\\' && !is_digit(c))
			return loc_err(e, x->ed->at,
			    "edit of %.*s: a backslash in `with` stands before a digit or another "
			    "backslash",
			    SHOWN(x->ed->file));
		if (is_digit(c) && (size_t)(c - '0') > x->re.re_nsub)
			return loc_err(e, x->ed->at,
			    "edit of %.*s: `with` names group %c, the pattern has %zu",
			    SHOWN(x->ed->file), c, x->re.re_nsub);
	}
	return 0;
}

static int
compile(struct editor *x, struct err *e)
{
	char why[128];
	int code = regcomp(&x->re, str_z(x->a, x->ed->pattern), REG_EXTENDED);

	if (code == 0)
		return 0;
	regerror(code, &x->re, why, sizeof(why));
	return loc_err(e, x->ed->at, "edit of %.*s: the pattern is no regular expression: %s",
	    SHOWN(x->ed->file), why);
}

static void
add_replacement(struct editor *x, const char *line, const regmatch_t *group)
{
	struct str with = x->ed->with;

	for (size_t i = 0; i < with.n; i++) {
		if (with.p[i] != '\\') {
			buf_add_char(&x->out, with.p[i]);
			continue;
		}
		char c = with.p[++i];
		const regmatch_t *g = is_digit(c) ? &group[c - '0'] : NULL;
		if (g == NULL)
			buf_add_char(&x->out, c);
		else if (g->rm_so != -1)
			buf_add(&x->out,
			    (struct str){ line + g->rm_so, (size_t)(g->rm_eo - g->rm_so) });
	}
}

/* line holds no newline and no NUL. Like sed, an empty match right behind another is none. */
static void
edit_line(struct editor *x, const char *line)
{
	regmatch_t group[GROUPS];
	bool behind = false;
	int flags = 0;

	while (regexec(&x->re, line, GROUPS, group, flags) == 0) {
		bool is_empty = group[0].rm_eo == group[0].rm_so;
		buf_add(&x->out, (struct str){ line, (size_t)group[0].rm_so });
		if (!is_empty || !behind || group[0].rm_so != 0) {
			x->times++;
			add_replacement(x, line, group);
		}
		line += group[0].rm_eo;
		if (*line == '\0')
			return;
		/* One byte goes on as it is, or there is no end. */
		if (is_empty)
			buf_add_char(&x->out, *line++);
		behind = !is_empty;
		flags = REG_NOTBOL;
	}
	buf_add_z(&x->out, line);
}

static void
tell_line(struct editor *x, int number)
{
	if (++x->nline <= LINES_TOLD)
		buf_printf(&x->lines, "%s%d", x->nline == 1 ? "" : ", ", number);
	else if (x->nline == LINES_TOLD + 1)
		buf_add_z(&x->lines, ", ...");
}

static void
edit_lines(struct editor *x, struct str text)
{
	struct str line;

	for (int number = 1; text.n != 0; number++) {
		const char *end = memchr(text.p, '\n', text.n);
		uint64_t before = x->times;
		if (!str_cut(&text, '\n', &line))
			return;
		/* What holds NUL is no text. */
		if (memchr(line.p, '\0', line.n) != NULL)
			buf_add(&x->out, line);
		else
			edit_line(x, str_z(x->a, line));
		if (x->times != before)
			tell_line(x, number);
		if (end != NULL)
			buf_add_char(&x->out, '\n');
	}
}

int
edit_text(
    struct arena *a, const struct edit *ed, struct str text, struct edited *out, struct err *e)
{
	struct editor x = { .a = a, .ed = ed, .out = { .a = a }, .lines = { .a = a } };

	if (compile(&x, e) == -1)
		return -1;
	int result = check_with(&x, e);
	if (result == 0)
		edit_lines(&x, text);
	regfree(&x.re);
	*out = (struct edited){ buf_str(&x.out), buf_str(&x.lines), x.times, x.nline };
	return result;
}

static int
edit_staged(struct arena *a, const struct edit *ed, struct staged *f, struct err *e)
{
	struct edited done;

	if (edit_text(a, ed, f->text, &done, e) == -1)
		return -1;
	if (done.times != ed->times)
		return loc_err(e, ed->at,
		    "edit of %.*s: the pattern was found %" PRIu64 " times%s%.*s%s, `times %" PRIu64
		    "` is wanted",
		    SHOWN(ed->file), done.times,
		    done.nline == 0 ? "" :
		    done.nline == 1 ? " (line " :
				      " (lines ",
		    SHOWN(done.lines), done.nline == 0 ? "" : ")", ed->times);
	return staged_write(f, done.text, e);
}

int
edit_apply(int dir, const struct edit *ed, struct err *e)
{
	struct arena a = { 0 };
	struct staged f = { .dir = -1 };
	struct err why = { 0 };
	int result = 0;

	if (staged_open(&a, dir, ed->file, &f, &why) == -1 || staged_read(&a, &f, &why) == -1)
		result = loc_err(e, ed->at, "edit: %s", why.text);
	if (result == 0)
		result = edit_staged(&a, ed, &f, e);
	staged_close(&f);
	arena_free(&a);
	return result;
}
