/* SPDX-License-Identifier: ISC */
#include "make/failure.h"

#include "base/buf.h"
#include "make/loglines.h"

enum { AROUND = 3, LAST = 15, LINE_BYTES = 240 };

/* Rank 0 is an error by its own words; rank 1 may be harmless, as when configure looks for
 * something; rank 2 only says that something else failed before. */
static const struct {
	const char *text;
	int rank;
} pattern[] = {
	{ "error:", 0 },
	{ "Error:", 0 },
	{ "ERROR:", 0 },
	{ "CMake Error", 0 },
	{ "undefined reference", 0 },
	{ "undefined symbol", 0 },
	{ "multiple definition", 0 },
	{ "No space left on device", 0 },
	{ "Segmentation fault", 0 },
	{ "panic:", 0 },
	{ "Assertion", 0 },
	{ "No rule to make target", 0 },
	{ "no shared library is made here", 0 },
	{ "command not found", 1 },
	{ ": not found", 1 },
	{ "No such file or directory", 1 },
	{ "Permission denied", 1 },
	{ "fatal:", 1 },
	{ "FAILED:", 1 },
	{ "FAIL:", 1 },
	{ "*** ", 2 },
};

enum { RANK_NONE = 3 };

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "error:" but not "perror:", "fatal:" but not "nonfatal:". */
static bool
has_word(struct str line, struct str word)
{
	for (size_t i = 0; i + word.n <= line.n; i++)
		if (str_starts(str_skip(line, i), word) &&
		    (i == 0 || !is_letter(word.p[0]) || !is_letter(line.p[i - 1])))
			return true;
	return false;
}

/* Configure tries things out, and make goes on after some errors. What configure ends with
 * may stand on the line of its last question. */
static bool
is_innocent(struct str line)
{
	bool asks = str_starts(line, STR("checking ")) && !str_has(line, STR(": error: "));

	return asks || str_has(line, STR("(ignored)"));
}

static int
rank_of(struct str line)
{
	if (is_innocent(line))
		return RANK_NONE;
	for (size_t i = 0; i < COUNT_OF(pattern); i++)
		if (has_word(line, str_of(pattern[i].text)))
			return pattern[i].rank;
	return RANK_NONE;
}

/* The first line of the best rank there is, -1 when no line looks like an error. */
static int
find_error(const struct loglines *l)
{
	int best = RANK_NONE, at = -1;

	for (int i = l->first; i < l->n && best != 0; i++) {
		int rank = rank_of(l->v[i]);
		if (rank < best) {
			best = rank;
			at = i;
		}
	}
	return at;
}

static void
add_line(struct buf *out, struct arena *a, struct str line, bool is_error)
{
	bool is_long = line.n > LINE_BYTES;

	line.n = is_long ? LINE_BYTES : line.n;
	buf_printf(out, "\n  %c " STR_FMT "%s", is_error ? '>' : ' ', STR_ARG(str_clean(a, line)),
	    is_long ? " ..." : "");
}

static void
add_lines(struct buf *out, struct arena *a, const struct loglines *l, int from, int to, int error)
{
	for (int i = from; i < to; i++)
		add_line(out, a, l->v[i], i == error);
}

static int
larger(int a, int b)
{
	return a > b ? a : b;
}

/* With nlast lines of the end. */
static struct str
compose(struct arena *a, const struct loglines *l, int error, int nlast)
{
	struct buf out = { .a = a };
	int n = l->n, last = larger(l->first, n - nlast);
	int from = larger(l->first, error - AROUND), to = error + AROUND + 1;

	if (error == -1) {
		buf_add_z(&out, "\nthe last lines:");
		add_lines(&out, a, l, last, n, -1);
	} else if (to >= last) {
		buf_printf(&out, "\nfrom line %d on:", from + 1);
		add_lines(&out, a, l, from, n, error);
	} else {
		buf_printf(&out, "\nthe first error, line %d:", error + 1);
		add_lines(&out, a, l, from, to, error);
		buf_add_z(&out, nlast == 0 ? "" : "\nthe last lines:");
		add_lines(&out, a, l, last, n, -1);
	}
	return buf_str(&out);
}

const char *
failure_text(struct arena *a, struct str log)
{
	struct loglines l = loglines_split(a, log);
	struct str text = STR("");

	if (l.first == l.n)
		return "";
	int error = find_error(&l);
	for (int nlast = LAST; nlast >= 0; nlast--) {
		text = compose(a, &l, error, nlast);
		if (text.n <= FAILURE_MAX_BYTES)
			break;
	}
	return text.p;
}
