/* SPDX-License-Identifier: ISC */
#include "driver/record.h"

#include <string.h>

#include "base/buf.h"

static const char version_line[] = "kiln-link 1";

/* ---- names ---- */

/* One more part of a path behind those that are there. */
static void
add_part(struct buf *out, struct str part)
{
	if (part.n == 0 || str_is(part, "."))
		return;
	if (!str_is(part, "..")) {
		buf_add_char(out, '/');
		buf_add(out, part);
		return;
	}
	while (out->n > 0 && out->p[--out->n] != '/')
		;
	out->p[out->n] = '\0';
}

static void
add_parts(struct buf *out, struct str path)
{
	struct str part;

	while (str_cut(&path, '/', &part))
		add_part(out, part);
}

struct str
record_path(struct arena *a, struct str folder, struct str name)
{
	struct buf out = { .a = a };

	buf_add_z(&out, "");
	if (!str_starts(name, STR("/")))
		add_parts(&out, folder);
	add_parts(&out, name);
	return out.n == 0 ? STR("/") : buf_str(&out);
}

bool
record_split(struct str name, struct str *archive, struct str *member)
{
	size_t open = name.n;

	if (!str_ends(name, STR(")")))
		return false;
	while (open > 0 && name.p[open - 1] != '(')
		open--;
	if (open < 2)
		return false;
	*archive = (struct str){ name.p, open - 1 };
	*member = (struct str){ name.p + open, name.n - open - 1 };
	return true;
}

/* ---- what lld writes ---- */

/* A name of a makefile: "\ " is a blank, "\#" a '#', "$$" a dollar; backslashes in front of
 * a blank stand twice. */
static struct str
makefile_name(struct arena *a, struct str word)
{
	struct buf out = { .a = a };

	buf_add_z(&out, "");
	for (size_t i = 0; i < word.n; i++) {
		size_t slashes = strspn(word.p + i, "\\");
		if (i + slashes < word.n && word.p[i + slashes] == ' ') {
			for (size_t k = 0; k < slashes / 2; k++)
				buf_add_char(&out, '\\');
			i += slashes;
		} else if (i + 1 < word.n && (str_starts(str_skip(word, i), STR("\\#")) ||
						 str_starts(str_skip(word, i), STR("$$")))) {
			i++;
		}
		buf_add_char(&out, word.p[i]);
	}
	return buf_str(&out);
}

void
record_add_inputs(struct arena *a, struct record *r, struct str dependencies)
{
	struct str line = { 0 }, end = STR(" \\");
	bool more = str_cut(&dependencies, '\n', &line) && str_ends(line, end);

	while (more && str_cut(&dependencies, '\n', &line)) {
		more = str_ends(line, end);
		if (more)
			line.n -= end.n;
		struct str name = makefile_name(a, str_of(str_z(a, str_skip(line, 1))));
		struct str path = record_path(a, r->folder, name);
		VEC_ADD(a, &r->input, (struct record_input){ path, path });
	}
}

void
record_add_taken(struct arena *a, struct record *r, struct str reasons)
{
	struct str line, reference, member;

	(void)str_cut(&reasons, '\n', &line);
	while (str_cut(&reasons, '\n', &line)) {
		if (!str_cut(&line, '\t', &reference) || !str_cut(&line, '\t', &member))
			continue;
		VEC_ADD(a, &r->taken,
		    (struct record_taken){ record_path(a, r->folder, member), line,
			/* "<internal>" and "--entry" are no files. */
			str_starts(reference, STR("<")) || str_starts(reference, STR("-")) ?
			    reference :
			    record_path(a, r->folder, reference) });
	}
}

/* ---- the text ---- */

static bool
fits(struct str s)
{
	return s.n != 0 && memchr(s.p, '\n', s.n) == NULL && memchr(s.p, '\t', s.n) == NULL;
}

struct str
record_print(struct arena *a, const struct record *r)
{
	struct buf out = { .a = a };

	buf_printf(&out, "%s\nfolder " STR_FMT "\n", version_line, STR_ARG(r->folder));
	for (int i = 0; i < r->input.n; i++) {
		const struct record_input *in = &r->input.v[i];
		if (!fits(in->path) || !fits(in->real))
			continue;
		buf_printf(&out, "input " STR_FMT, STR_ARG(in->path));
		if (!str_eq(in->path, in->real))
			buf_printf(&out, "\t" STR_FMT, STR_ARG(in->real));
		buf_add_char(&out, '\n');
	}
	for (int i = 0; i < r->taken.n; i++) {
		const struct record_taken *t = &r->taken.v[i];
		if (fits(t->member) && fits(t->symbol) && fits(t->reference))
			buf_printf(&out, "took " STR_FMT "\t" STR_FMT "\t" STR_FMT "\n",
			    STR_ARG(t->member), STR_ARG(t->symbol), STR_ARG(t->reference));
	}
	return buf_str(&out);
}

static bool
parse_line(struct arena *a, struct str line, struct record *r)
{
	struct str key, one, two = { 0 };

	if (!str_cut(&line, ' ', &key) || !str_cut(&line, '\t', &one) || one.n == 0)
		return false;
	if (str_is(key, "folder")) {
		r->folder = one;
	} else if (str_is(key, "input")) {
		VEC_ADD(a, &r->input, (struct record_input){ one, line.n == 0 ? one : line });
	} else if (str_is(key, "took")) {
		if (!str_cut(&line, '\t', &two) || line.n == 0)
			return false;
		VEC_ADD(a, &r->taken, (struct record_taken){ one, two, line });
	} else {
		return false;
	}
	return true;
}

int
record_parse(struct arena *a, struct str text, struct record *out, struct err *e)
{
	struct str line;

	*out = (struct record){ 0 };
	if (!str_cut(&text, '\n', &line) || !str_is(line, version_line))
		return err_set(e, ERR_CHECK, "the first line is not \"%s\"", version_line);
	for (int number = 2; str_cut(&text, '\n', &line); number++)
		if (!parse_line(a, line, out))
			return err_set(e, ERR_CHECK, "line %d cannot be read: \"" STR_FMT "\"",
			    number, STR_ARG(line));
	return out->folder.n == 0 ? err_set(e, ERR_CHECK, "it has no line \"folder\"") : 0;
}
