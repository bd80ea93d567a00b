/* SPDX-License-Identifier: ISC */
#include "make/diff.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/vec.h"

enum { SHOWN_MAX = 200 };

/* A file that is half read. */
struct reader {
	struct arena *a;
	struct str rest;
	int line; /* of what was cut last, from 1 */
	VEC(struct diff_file) file;
	VEC(struct diff_hunk) hunk;
	enum diff_mode mode; /* as git's lines said it, for the file that follows */
	bool has_mode;       /* and nothing has followed yet */
};

static int
malformed(const struct reader *r, const char *what, struct err *e)
{
	return err_set(e, ERR_PACKAGE, "line %d: %s", r->line, what);
}

/* A line with its newline, if it has one. */
static bool
next_line(struct reader *r, struct str *line)
{
	struct str piece;
	const char *start = r->rest.p;

	if (!str_cut(&r->rest, '\n', &piece))
		return false;
	r->line++;
	*line = (struct str){ start, (size_t)(r->rest.p - start) };
	return true;
}

static struct str
without_end(struct str line)
{
	if (line.n != 0 && line.p[line.n - 1] == '\n')
		line.n--;
	if (line.n != 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static bool
peek(const struct reader *r, struct str start)
{
	return str_starts(r->rest, start);
}

/* "12" or "12,3" behind the sign. */
static int
read_range(struct str *rest, char sign, uint64_t *line, uint64_t *count)
{
	struct str word, first;

	if (!str_cut(rest, ' ', &word) || word.n < 2 || word.p[0] != sign)
		return -1;
	word = str_skip(word, 1);
	*count = 1;
	if (!str_cut(&word, ',', &first) || str_u64(first, line) == -1)
		return -1;
	return word.n == 0 ? 0 : str_u64(word, count);
}

/* @@ -1,2 +3,4 @@ */
static int
read_hunk_head(struct str line, struct diff_hunk *h)
{
	uint64_t new_line;
	struct str rest = str_skip(without_end(line), 3);

	if (!str_starts(line, STR("@@ ")) ||
	    read_range(&rest, '-', &h->old_line, &h->old_count) == -1)
		return -1;
	if (read_range(&rest, '+', &new_line, &h->new_count) == -1 || !str_starts(rest, STR("@@")))
		return -1;
	return h->old_line == 0 && h->old_count != 0 ? -1 : 0;
}

/* Mailers cut the blank of an empty line of context. */
static char
kind_of(struct str line)
{
	if (line.p[0] == '\n' || line.p[0] == '\r')
		return ' ';
	return line.p[0];
}

/* The counts that are still owed go down by what the line is; -1: it is not owed. */
static int
pay(char kind, uint64_t *old, uint64_t *new)
{
	if (kind != ' ' && kind != '-' && kind != '+')
		return -1;
	if ((kind != '+' && *old == 0) || (kind != '-' && *new == 0))
		return -1;
	*old -= kind != '+';
	*new -= kind != '-';
	return 0;
}

static int
read_hunk_lines(struct reader *r, struct diff_hunk *h, struct err *e)
{
	uint64_t old = h->old_count, new = h->new_count;
	VEC(struct diff_line) lines = { 0 };
	struct str line;

	while (old != 0 || new != 0) {
		if (!next_line(r, &line))
			return malformed(r, "the hunk ends before its last line", e);
		struct diff_line l = { kind_of(line), line };
		if (pay(l.kind, &old, &new) == -1)
			return malformed(
			    r, "the hunk's lines are not those that its head counts", e);
		if (l.kind == line.p[0])
			l.text = str_skip(line, 1);
		if (peek(r, STR("\\")) && next_line(r, &line) && str_ends(l.text, STR("\n")))
			l.text.n--;
		VEC_ADD(r->a, &lines, l);
	}
	h->line = lines.v;
	h->nline = lines.n;
	return 0;
}

/* Taken for prose, they would be lost in silence. "-- " is how mails sign. */
static bool
has_more_lines(const struct reader *r)
{
	if (peek(r, STR("--- ")) || peek(r, STR("-- \n")) || peek(r, STR("-- \r")))
		return false;
	return peek(r, STR("-")) || peek(r, STR("+")) || peek(r, STR(" "));
}

static int
read_hunks(struct reader *r, struct diff_file *f, struct err *e)
{
	struct str line;

	r->hunk.v = NULL;
	r->hunk.n = r->hunk.cap = 0;
	while (peek(r, STR("@@ ")) && next_line(r, &line)) {
		struct diff_hunk h = { 0 };
		if (read_hunk_head(line, &h) == -1)
			return malformed(r, "a hunk's head is wrong", e);
		if (read_hunk_lines(r, &h, e) == -1)
			return -1;
		if (has_more_lines(r))
			return malformed(
			    r, "the hunk goes on behind the end that its head says", e);
		VEC_ADD(r->a, &r->hunk, h);
	}
	if (r->hunk.n == 0)
		return malformed(r, "a file without a hunk", e);
	f->hunk = r->hunk.v;
	f->nhunk = r->hunk.n;
	return 0;
}

/* The name behind "--- ", without the time that may follow a tab. */
static struct str
name_of(struct str line)
{
	struct str rest = str_skip(without_end(line), 4), name = STR("");

	if (!str_cut(&rest, '\t', &name))
		return STR("");
	while (name.n != 0 && name.p[name.n - 1] == ' ')
		name.n--;
	return name;
}

static int
set_path(struct reader *r, struct diff_file *f, struct str name, struct err *e)
{
	const char *slash = name.n == 0 ? NULL : memchr(name.p, '/', name.n);

	if (slash == NULL)
		return malformed(r, "a file name like a/PATH is wanted", e);
	if (name.p[0] == '"')
		return malformed(r, "a quoted file name is not understood", e);
	f->path = str_skip(name, (size_t)(slash + 1 - name.p));
	if (!str_is_inner_path(f->path))
		return malformed(r, "the file name leads out of the folder", e);
	return 0;
}

/* "--- old" was cut, "+++ new" comes. */
static int
read_file(struct reader *r, struct str old_line, struct err *e)
{
	struct diff_file f = { .mode = r->mode };
	struct str line, old = name_of(old_line), new;

	if (!next_line(r, &line))
		return malformed(r, "+++ is missing", e);
	new = name_of(line);
	f.is_new = str_is(old, "/dev/null");
	f.is_deleted = str_is(new, "/dev/null");
	if (set_path(r, &f, f.is_deleted ? old : new, e) == -1 || read_hunks(r, &f, e) == -1)
		return -1;
	VEC_ADD(r->a, &r->file, f);
	r->mode = DIFF_MODE_KEEP;
	r->has_mode = false;
	return 0;
}

static int
read_mode(struct reader *r, struct str mode, struct err *e)
{
	if (str_is(mode, "100644"))
		r->mode = DIFF_MODE_PLAIN;
	else if (str_is(mode, "100755"))
		r->mode = DIFF_MODE_PROGRAM;
	else
		return malformed(r, "neither a plain file nor a program: not understood", e);
	r->has_mode = true;
	return 0;
}

/* Git's own lines between "diff --git" and "---". */
static int
read_git_line(struct reader *r, struct str line, struct err *e)
{
	static const struct {
		const char *start;
		const char *fault; /* NULL: a mode follows */
	} known[] = {
		{ "new file mode ", NULL },
		{ "new mode ", NULL },
		{ "deleted file mode ", NULL },
		{ "rename from ", "a rename is not understood; use git's --no-renames" },
		{ "copy from ", "a copy is not understood; use git's --no-renames" },
		{ "GIT binary patch", "a binary patch is not understood" },
		{ "Binary files ", "a binary patch is not understood" },
	};

	line = without_end(line);
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		struct str start = str_of(known[i].start);
		if (!str_starts(line, start))
			continue;
		if (known[i].fault != NULL)
			return malformed(r, known[i].fault, e);
		return read_mode(r, str_skip(line, start.n), e);
	}
	return 0;
}

/* A git header that no hunk followed changes a mode, or makes an empty file. */
static int
check_mode_used(struct reader *r, struct err *e)
{
	if (!r->has_mode)
		return 0;
	return malformed(r, "a change of a mode alone, or an empty file: not understood", e);
}

int
diff_parse(struct arena *a, struct str text, struct diff *out, struct err *e)
{
	struct reader r = { .a = a, .rest = text };
	struct str line;
	bool in_git = false;

	while (next_line(&r, &line)) {
		if (str_starts(line, STR("diff --git "))) {
			if (check_mode_used(&r, e) == -1)
				return -1;
			in_git = true;
		} else if (str_starts(line, STR("--- ")) && peek(&r, STR("+++ "))) {
			if (read_file(&r, line, e) == -1)
				return -1;
			in_git = false;
		} else if (str_starts(line, STR("@@ -"))) {
			return malformed(&r, "a hunk without a file", e);
		} else if (in_git && read_git_line(&r, line, e) == -1) {
			return -1;
		}
	}
	if (check_mode_used(&r, e) == -1)
		return -1;
	if (r.file.n == 0)
		return err_set(
		    e, ERR_PACKAGE, "it changes no file: no \"--- \" and \"+++ \" lines");
	*out = (struct diff){ r.file.v, r.file.n };
	return 0;
}

/* A text as its lines, each with its newline. */
struct lines {
	struct str *v;
	int n, cap;
};

static void
split(struct arena *a, struct str text, struct lines *out)
{
	struct str piece;

	for (const char *start = text.p; str_cut(&text, '\n', &piece); start = text.p)
		VEC_ADD(a, out, (struct str){ start, (size_t)(text.p - start) });
}

/* The index in the hunk of the first line that differs from old at `at`; -1: it fits. */
static int
differs(const struct diff_hunk *h, const struct lines *old, uint64_t at)
{
	for (int i = 0; i < h->nline; i++) {
		if (h->line[i].kind == '+')
			continue;
		if (at >= (uint64_t)old->n || !str_eq(old->v[at], h->line[i].text))
			return i;
		at++;
	}
	return -1;
}

/* The one place from `from` on where the hunk fits, -1 when there is none or more. */
static int64_t
only_place(const struct diff_hunk *h, const struct lines *old, uint64_t from, int *nplace)
{
	int64_t place = -1;

	*nplace = 0;
	for (uint64_t at = from; at + h->old_count <= (uint64_t)old->n; at++) {
		if (differs(h, old, at) != -1)
			continue;
		place = (int64_t)at;
		if (++*nplace > 1)
			return -1;
	}
	return place;
}

/* A hunk, looked for. */
struct seek {
	const struct diff_file *file;
	int number; /* of the hunk, from 1 */
	const struct lines *old;
	uint64_t from; /* the end of the hunk before */
};

static struct str
shown(struct str line)
{
	line = without_end(line);
	if (line.n > SHOWN_MAX)
		line.n = SHOWN_MAX;
	return line;
}

static int
does_not_fit(const struct seek *s, uint64_t at, int nplace, struct err *e)
{
	const struct diff_hunk *h = &s->file->hunk[s->number - 1];
	struct str found = STR("(the end of the file)"), wanted = STR("(nothing)");
	int i = differs(h, s->old, at);
	uint64_t line = at;

	for (int k = 0; k < i; k++)
		line += h->line[k].kind != '+';
	if (line < (uint64_t)s->old->n)
		found = shown(s->old->v[line]);
	if (i >= 0)
		wanted = shown(h->line[i].text);
	return err_set(e, ERR_PACKAGE,
	    "hunk %d of " STR_FMT " does not fit at line %" PRIu64 "%s\n  line %" PRIu64
	    " wanted: " STR_FMT "\n  line %" PRIu64 " found:  " STR_FMT,
	    s->number, STR_ARG(s->file->path), at + 1,
	    nplace > 1 ? ", and in more than one other place" : "", line + 1, STR_ARG(wanted),
	    line + 1, STR_ARG(found));
}

/* Where the hunk goes, as an index into the old lines. */
static int
find_place(const struct seek *s, uint64_t *place, struct err *e)
{
	const struct diff_hunk *h = &s->file->hunk[s->number - 1];
	/* A hunk that takes nothing away stands behind its line. */
	uint64_t at = h->old_count == 0 ? h->old_line : h->old_line - 1;
	int nplace = 0;

	*place = at;
	if (at >= s->from && at <= (uint64_t)s->old->n && differs(h, s->old, at) == -1)
		return 0;
	int64_t other = h->old_count == 0 ? -1 : only_place(h, s->old, s->from, &nplace);
	if (other == -1)
		return does_not_fit(s, at, nplace, e);
	*place = (uint64_t)other;
	return 0;
}

static void
add_lines(struct buf *b, const struct lines *old, uint64_t from, uint64_t to)
{
	assert(to <= (uint64_t)old->n);
	for (uint64_t i = from; i < to; i++)
		buf_add(b, old->v[i]);
}

int
diff_apply(
    struct arena *a, const struct diff_file *f, struct str old, struct str *new, struct err *e)
{
	struct buf b = { .a = a };
	struct lines lines = { 0 };
	uint64_t done = 0, place;

	split(a, old, &lines);
	for (int i = 0; i < f->nhunk; i++) {
		const struct diff_hunk *h = &f->hunk[i];
		struct seek s = { f, i + 1, &lines, done };
		if (find_place(&s, &place, e) == -1)
			return -1;
		add_lines(&b, &lines, done, place);
		for (int k = 0; k < h->nline; k++)
			if (h->line[k].kind != '-')
				buf_add(&b, h->line[k].text);
		done = place + h->old_count;
	}
	add_lines(&b, &lines, done, (uint64_t)lines.n);
	*new = buf_str(&b);
	return 0;
}
