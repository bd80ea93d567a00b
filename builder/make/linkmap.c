/* SPDX-License-Identifier: ISC */
#include "make/linkmap.h"

#include <string.h>

#include "base/buf.h"

/* clang's pattern is "NAME-%%%%%%.o", each of them a hexadecimal digit. */
enum { RANDOM_DIGITS = 6 };

static bool
is_name(char c)
{
	return c != ':' && c != '(' && c != ')' && c != '/' && (unsigned char)c > ' ';
}

static bool
is_hex(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'a' && p[i] <= 'f')))
			return false;
	return true;
}

/* A name without its random part, if it has one. */
static void
add_name(struct buf *out, struct str name)
{
	struct str end = STR(".o");
	size_t tail = RANDOM_DIGITS + end.n;

	if (name.n > tail + 1 && str_ends(name, end) && name.p[name.n - tail - 1] == '-' &&
	    is_hex(name.p + name.n - tail, RANDOM_DIGITS)) {
		buf_add(out, (struct str){ name.p, name.n - tail - 1 });
		buf_add(out, end);
		return;
	}
	buf_add(out, name);
}

struct str
linkmap_normalise(struct arena *a, struct str text)
{
	struct buf out = { .a = a };
	struct str tmp = STR("/tmp/");
	const char *p;

	while ((p = text.n == 0 ? NULL : memmem(text.p, text.n, tmp.p, tmp.n)) != NULL) {
		size_t before = (size_t)(p - text.p) + tmp.n, n = 0;
		buf_add(&out, (struct str){ text.p, before });
		text = str_skip(text, before);
		while (n < text.n && is_name(text.p[n]))
			n++;
		add_name(&out, (struct str){ text.p, n });
		text = str_skip(text, n);
	}
	buf_add(&out, text);
	return buf_str(&out);
}

/* ---- reading ---- */

/* How far lines stand in behind their four numbers: an output section, a file's section in
 * it, a symbol. */
enum { FILE_INDENT = 8, SYMBOL_INDENT = 16 };

static bool
take_number(struct str *line, unsigned base, uint64_t *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	while (n < line->n && line->p[n] == ' ')
		n++;
	*line = str_skip(*line, n);
	*out = 0;
	for (n = 0; n < line->n && line->p[n] != ' '; n++) {
		const char *digit = memchr(digits, line->p[n], base);
		if (digit == NULL)
			return false;
		*out = *out * base + (uint64_t)(digit - digits);
	}
	*line = str_skip(*line, n);
	return n != 0;
}

/* "FILE:(SECTION)" or "FILE:(SECTION+0x18)". */
static bool
split_file(struct str s, struct linkmap_row *row)
{
	size_t at = s.n;

	while (at > 1 && !(s.p[at - 2] == ':' && s.p[at - 1] == '('))
		at--;
	if (at < 3 || !str_ends(s, STR(")")))
		return false;
	row->file = (struct str){ s.p, at - 2 };
	row->section = (struct str){ s.p + at, s.n - at - 1 };
	return true;
}

/* Only what is loaded has an address; lld's map does not tell sections apart that have no
 * bytes in the file. */
static enum linkmap_place
place_of(struct str output, uint64_t address)
{
	if (address == 0)
		return LINKMAP_NOT_LOADED;
	return str_starts(output, STR(".bss")) || str_starts(output, STR(".tbss")) ||
		       str_is(output, ".relro_padding") ?
		   LINKMAP_MEMORY :
		   LINKMAP_FILE;
}

static void
read_line(struct str line, struct linkmap_row *row, linkmap_each *each, void *ctx)
{
	uint64_t load, align;
	size_t indent = 0;

	if (!take_number(&line, 16, &row->address) || !take_number(&line, 16, &load) ||
	    !take_number(&line, 16, &row->size_bytes) || !take_number(&line, 10, &align))
		return;
	line = str_skip(line, 1);
	while (indent < line.n && line.p[indent] == ' ')
		indent++;
	line = str_skip(line, indent);
	if (indent < FILE_INDENT) {
		row->output = line;
		row->place = place_of(line, row->address);
	} else if (indent < SYMBOL_INDENT && split_file(line, row)) {
		each(ctx, row);
	}
}

void
linkmap_walk(struct str text, linkmap_each *each, void *ctx)
{
	struct linkmap_row row = { 0 };
	struct str line;

	while (str_cut(&text, '\n', &line))
		read_line(line, &row, each, ctx);
}
