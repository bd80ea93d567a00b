/* SPDX-License-Identifier: ISC */
#include "make/loglines.h"

#include "base/vec.h"

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Tools that think they talk to a terminal colour their words: ESC [ ... letter. */
static struct str
without_colour(struct arena *a, struct str line)
{
	char *p = arena_alloc(a, line.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < line.n; i++) {
		if (!str_starts(str_skip(line, i), STR("\033["))) {
			p[n++] = line.p[i];
			continue;
		}
		for (i += 2; i < line.n && !is_letter(line.p[i]);)
			i++;
	}
	return (struct str){ p, n };
}

struct loglines
loglines_split(struct arena *a, struct str log)
{
	struct loglines out = { 0 };
	struct str line;

	while (str_cut(&log, '\n', &line)) {
		while (line.n != 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (str_has(line, STR("\033")))
			line = without_colour(a, line);
		VEC_ADD(a, &out, line);
		if (str_starts(line, STR("== ")))
			out.first = out.n;
	}
	return out;
}
