/* SPDX-License-Identifier: ISC */
#include "make/apt.h"

#include <fcntl.h>
#include <strings.h>

#include "base/vec.h"
#include "sys/fs.h"

enum { FILE_MAX_BYTES = 1 << 20 };

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
next_word(struct str *rest, struct str *word)
{
	size_t n = 0;

	while (rest->n != 0 && is_blank(rest->p[0]))
		*rest = str_skip(*rest, 1);
	while (n < rest->n && !is_blank(rest->p[n]))
		n++;
	*word = (struct str){ rest->p, n };
	*rest = str_skip(*rest, n);
	return n != 0;
}

static void
add_uri(struct arena *a, struct str uri, struct str archive, struct apt_places *out)
{
	while (uri.n != 0 && uri.p[uri.n - 1] == '/')
		uri.n--;
	if (!str_starts(uri, STR("http://")) && !str_starts(uri, STR("https://")))
		return;
	if (!str_ends(uri, archive) || uri.p[uri.n - archive.n - 1] != '/')
		return;
	for (int i = 0; i < out->n; i++)
		if (str_eq(out->v[i], uri))
			return;
	VEC_ADD(a, out, str_copy(a, uri));
}

/* "deb [options] uri suite component..." */
static void
add_line(struct arena *a, struct str line, struct str archive, struct apt_places *out)
{
	struct str word;

	if (!next_word(&line, &word) || !str_is(word, "deb") || !next_word(&line, &word))
		return;
	if (word.p[0] == '[') {
		while (!str_ends(word, STR("]")))
			if (!next_word(&line, &word))
				return;
		if (!next_word(&line, &word))
			return;
	}
	add_uri(a, word, archive, out);
}

void
apt_add_list(struct arena *a, struct str text, struct str archive, struct apt_places *out)
{
	struct str line;

	while (str_cut(&text, '\n', &line))
		add_line(a, line, archive, out);
}

/* One stanza of a .sources file. */
struct stanza {
	struct str types, uris;
	struct str *last; /* the value that a continuation line belongs to, NULL: none of ours */
	bool is_off;
};

static void
end_stanza(struct arena *a, struct stanza *s, struct str archive, struct apt_places *out)
{
	struct str word;
	bool has_deb = false;

	while (next_word(&s->types, &word))
		has_deb |= str_is(word, "deb");
	while (has_deb && !s->is_off && next_word(&s->uris, &word))
		add_uri(a, word, archive, out);
	*s = (struct stanza){ 0 };
}

static bool
is_field(struct str name, const char *wanted)
{
	return name.n == str_of(wanted).n && strncasecmp(name.p, wanted, name.n) == 0;
}

static void
add_field(struct stanza *s, struct str name, struct str value)
{
	struct str word;

	s->last = is_field(name, "Types") ? &s->types : is_field(name, "URIs") ? &s->uris : NULL;
	if (s->last != NULL)
		*s->last = value;
	if (is_field(name, "Enabled") && next_word(&value, &word))
		s->is_off = is_field(word, "no") || is_field(word, "false") || str_is(word, "0");
}

void
apt_add_deb822(struct arena *a, struct str text, struct str archive, struct apt_places *out)
{
	struct stanza s = { 0 };
	struct str line, name;

	while (str_cut(&text, '\n', &line)) {
		struct str rest = line, word;
		if (!next_word(&rest, &word)) {
			end_stanza(a, &s, archive, out);
		} else if (is_blank(line.p[0]) && s.last != NULL) {
			s.last->n = (size_t)(line.p + line.n - s.last->p);
		} else if (line.p[0] != '#' && str_cut(&line, ':', &name)) {
			add_field(&s, name, line);
		}
	}
	end_stanza(a, &s, archive, out);
}

struct listing {
	struct arena *a;
	struct str archive;
	struct apt_places *out;
};

static void
add_file(struct listing *l, int dir, const char *name)
{
	struct err ignored = { 0 };
	struct str text;

	if (!str_ends(str_of(name), STR(".list")) && !str_ends(str_of(name), STR(".sources")))
		return;
	if (fs_read(l->a, dir, name, FILE_MAX_BYTES, &text, &ignored) == -1)
		return;
	if (str_ends(str_of(name), STR(".list")))
		apt_add_list(l->a, text, l->archive, l->out);
	else
		apt_add_deb822(l->a, text, l->archive, l->out);
}

static int
add_entry(void *ctx, const struct fs_entry *entry, struct err *e)
{
	(void)e;
	if (S_ISDIR(entry->st.st_mode))
		return FS_WALK_SKIP;
	add_file(ctx, entry->dir, entry->name);
	return 0;
}

void
apt_places(struct arena *a, const char *folder, struct str archive, struct apt_places *out)
{
	struct listing l = { a, archive, out };
	struct err ignored = { 0 };
	CLEANUP(fs_close) int dir = fs_open_dir(AT_FDCWD, folder, &ignored);

	if (dir == -1)
		return;
	add_file(&l, dir, "sources.list");
	if (fs_walk(a, dir, "sources.list.d", add_entry, &l, &ignored) == -1)
		err_clear(&ignored);
}
