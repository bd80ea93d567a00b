/* SPDX-License-Identifier: ISC */
#include "make/failure.h"

#include "base/buf.h"
#include "base/vec.h"

enum { AROUND = 3, LAST = 15, LINE_MAX_BYTES = 400 };

static const char *const sign[] = { "error:", "Error:", "ERROR:", "undefined reference",
	"undefined symbol", "No such file or directory", "command not found", ": not found",
	"Permission denied", "No rule to make target", "fatal:", "Segmentation fault", "Assertion",
	"kiln-cc:", "cannot find", "CMake Error", "*** " };

/* What looks like an error and is none: configure trying things out. */
static const char *const innocent[] = { "checking ", "Werror", "-error", "error.o", "error.c",
	"(ignored)", "strerror", "perror" };

static bool
has_any(struct str line, const char *const *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_has(line, str_of(word[i])))
			return true;
	return false;
}

static bool
is_error(struct str line)
{
	return has_any(line, sign, COUNT_OF(sign)) && !has_any(line, innocent, COUNT_OF(innocent));
}

int
failure_line(struct str log)
{
	struct str line;

	for (int n = 0; str_cut(&log, '\n', &line); n++)
		if (is_error(line))
			return n;
	return -1;
}

static void
put_line(struct buf *out, struct str line)
{
	if (line.n > LINE_MAX_BYTES)
		line.n = LINE_MAX_BYTES;
	buf_add(out, STR("\n    "));
	buf_add(out, str_clean(out->a, line));
}

const char *
failure_text(struct arena *a, struct str log)
{
	VEC(struct str) lines = { 0 };
	struct buf out = { .a = a };
	int first = failure_line(log), last_from, upto = 0;
	struct str line;

	while (str_cut(&log, '\n', &line))
		VEC_ADD(a, &lines, line);
	last_from = lines.n > LAST ? lines.n - LAST : 0;
	if (first != -1 && first < last_from) {
		int from = first > AROUND ? first - AROUND : 0;
		upto = first + AROUND + 1 < last_from ? first + AROUND + 1 : last_from;
		buf_printf(&out, "\n  first error, line %d of the log:", first + 1);
		for (int i = from; i < upto; i++)
			put_line(&out, lines.v[i]);
	}
	if (last_from < lines.n && upto < last_from)
		buf_add_z(&out, "\n  the log's end:");
	for (int i = last_from; i < lines.n; i++)
		put_line(&out, lines.v[i]);
	buf_add_char(&out, '\0');
	return out.p;
}
