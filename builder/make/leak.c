/* SPDX-License-Identifier: ISC */
#include "make/leak.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

/* A name below six letters stands in too many words; the detail shows some text around. */
enum { NAME_MIN = 6, SHOWN_BYTES = 60, TEXT_MAX = 64 - 3 };

struct leak {
	struct str text;
	enum rule_id rule;
};

static const struct str build_path[] = {
	{ "/build/", 7 },
	{ "/out/usr", 8 },
	{ "/sysroot", 8 },
};

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

/* Could c stand in front of "/" within one and the same path? */
static bool
is_path_byte(char c)
{
	return is_word(c) || (c != '\0' && strchr("/.~+}])$%", c) != NULL);
}

/* Compiler flags are written with the folder right behind the letter. */
static bool
is_flag_before(struct str s, size_t at)
{
	return at >= 2 && s.p[at - 2] == '-' && (s.p[at - 1] == 'I' || s.p[at - 1] == 'L');
}

static bool
ends_part(struct str s, size_t end)
{
	return s.p[end - 1] == '/' || end == s.n || !is_word(s.p[end]);
}

static bool
is_whole(const struct leak *l, struct str s, size_t at)
{
	if (!ends_part(s, at + l->text.n))
		return false;
	if (l->rule == RULE_LEAK_BUILD_PATH)
		return at == 0 || !is_path_byte(s.p[at - 1]) || is_flag_before(s, at);
	return l->text.p[0] == '/' || at == 0 || !is_word(s.p[at - 1]);
}

bool
leak_is_build_path(struct str s)
{
	for (size_t i = 0; i < COUNT_OF(build_path); i++)
		if (str_starts(s, build_path[i]) && ends_part(s, build_path[i].n))
			return true;
	return false;
}

static bool
says_something(struct str text)
{
	if (text.n == 0 || text.p[0] != '/')
		return text.n >= NAME_MIN;
	return memchr(text.p + 1, '/', text.n - 1) != NULL;
}

struct leaks
leak_prepare(struct arena *a, const struct str *text, int n)
{
	struct leak *v = ARENA_NEW(a, struct leak, (size_t)n + COUNT_OF(build_path));
	struct leaks out = { .v = v };

	assert(n <= TEXT_MAX); /* struct search has a bit for each */
	for (int i = 0; i < n; i++) {
		struct str s = text[i];
		while (s.n > 1 && s.p[s.n - 1] == '/')
			s.n--;
		if (says_something(s))
			v[out.n++] = (struct leak){ s, RULE_LEAK_PATH };
	}
	for (size_t i = 0; i < COUNT_OF(build_path); i++)
		v[out.n++] = (struct leak){ build_path[i], RULE_LEAK_BUILD_PATH };
	return out;
}

static bool
is_printable(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x7f;
}

/* The printable text around the n bytes at `at`, some before and more behind. */
static struct str
surroundings(struct str s, size_t at, size_t n)
{
	size_t from = at, to = at + n;

	while (from > 0 && at - from < SHOWN_BYTES / 3 && is_printable(s.p[from - 1]))
		from--;
	while (to < s.n && to - at < SHOWN_BYTES && is_printable(s.p[to]))
		to++;
	return (struct str){ s.p + from, to - from };
}

/* The first place of any text that begins with c is looked for with memchr, which is many
 * times faster than looking for each text on its own. */
struct search {
	const struct leaks *l;
	struct findings *f;
	struct place at;
	struct str bytes;
	uint64_t seen; /* one bit for each text that was reported */
};

static void
look_at(struct search *s, size_t at, bool build_paths)
{
	struct str rest = str_skip(s->bytes, at);

	for (int i = 0; i < s->l->n; i++) {
		const struct leak *l = &s->l->v[i];
		if (l->rule == RULE_LEAK_BUILD_PATH && !build_paths)
			continue;
		if (!str_starts(rest, l->text) || (s->seen >> i & 1) || !is_whole(l, s->bytes, at))
			continue;
		struct str around = surroundings(s->bytes, at, l->text.n);
		s->seen |= UINT64_C(1) << i;
		findings_add(s->f, l->rule, s->at, "holds " STR_FMT " at byte %zu: \"" STR_FMT "\"",
		    STR_ARG(l->text), at, STR_ARG(around));
	}
}

void
leak_search(
    const struct leaks *l, struct findings *f, struct place at, struct str bytes, bool build_paths)
{
	struct search s = { .l = l, .f = f, .at = at, .bytes = bytes };
	bool done[UCHAR_MAX + 1] = { false };

	for (int i = 0; i < l->n; i++) {
		char first = l->v[i].text.p[0];
		if (done[(unsigned char)first])
			continue;
		done[(unsigned char)first] = true;
		for (struct str rest = bytes; rest.n != 0;) {
			const char *hit = memchr(rest.p, first, rest.n);
			if (hit == NULL)
				break;
			look_at(&s, (size_t)(hit - bytes.p), build_paths);
			rest = str_skip(rest, (size_t)(hit - rest.p) + 1);
		}
	}
}
