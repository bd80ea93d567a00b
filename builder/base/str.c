/* SPDX-License-Identifier: ISC */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 64, PATH_MAX_BYTES = 4096, NEAR_MAX = 3, WORD_MAX = 64 };

struct str
str_of(const char *z)
{
	return (struct str){ z, strlen(z) };
}

bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
str_is(struct str a, const char *z)
{
	return str_eq(a, str_of(z));
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (c != 0)
		return c;
	return (a.n > b.n) - (a.n < b.n);
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq((struct str){ s.p, prefix.n }, prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_skip(s, s.n - suffix.n), suffix);
}

bool
str_has(struct str s, struct str part)
{
	return part.n == 0 || (s.n != 0 && memmem(s.p, s.n, part.p, part.n) != NULL);
}

struct str
str_skip(struct str s, size_t n)
{
	if (n > s.n)
		n = s.n;
	return (struct str){ n == 0 ? s.p : s.p + n, s.n - n };
}

bool
str_cut(struct str *rest, char sep, struct str *piece)
{
	if (rest->n == 0)
		return false;
	const char *at = memchr(rest->p, sep, rest->n);
	size_t n = at == NULL ? rest->n : (size_t)(at - rest->p);
	*piece = (struct str){ rest->p, n };
	*rest = str_skip(*rest, at == NULL ? n : n + 1);
	return true;
}

bool
str_fits(struct str s, struct str pattern)
{
	struct str any = STR("*");

	if (!str_ends(pattern, any))
		return str_eq(s, pattern);
	return str_starts(s, (struct str){ pattern.p, pattern.n - any.n });
}

struct str
str_base(struct str path)
{
	size_t at = path.n;

	while (at > 0 && path.p[at - 1] != '/')
		at--;
	return str_skip(path, at);
}

char *
str_z(struct arena *a, struct str s)
{
	char *z = arena_alloc(a, s.n + 1);

	if (s.n != 0)
		memcpy(z, s.p, s.n);
	return z;
}

struct str
str_copy(struct arena *a, struct str s)
{
	return (struct str){ str_z(a, s), s.n };
}

struct str
str_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	char *p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return (struct str){ p, (size_t)n };
}

int
str_u64(struct str s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return -1;
	}
	*out = v;
	return 0;
}

static bool
is_lower_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool
is_name_char(char c)
{
	return is_lower_or_digit(c) || c == '+' || c == '.' || c == '_' || c == '-';
}

bool
str_is_name(struct str s)
{
	if (s.n == 0 || s.n > NAME_MAX_BYTES || !is_lower_or_digit(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!is_name_char(s.p[i]))
			return false;
	return !str_has(s, STR(".."));
}

static bool
is_inner_part(struct str part)
{
	return part.n != 0 && !str_is(part, ".") && !str_is(part, "..");
}

bool
str_is_inner_path(struct str s)
{
	struct str rest = s, part;

	if (s.n == 0 || s.n > PATH_MAX_BYTES || s.p[s.n - 1] == '/')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	while (str_cut(&rest, '/', &part))
		if (!is_inner_part(part))
			return false;
	return true;
}

static int
min3(int a, int b, int c)
{
	int m = a < b ? a : b;

	return m < c ? m : c;
}

/* Optimal string alignment: one row for each of the last two prefixes of a. */
static int
distance(struct str a, struct str b)
{
	int row[3][WORD_MAX + 1];

	if (a.n > WORD_MAX || b.n > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= b.n; j++)
		row[0][j] = (int)j;
	for (size_t i = 1; i <= a.n; i++) {
		int *cur = row[i % 3], *prev = row[(i + 2) % 3], *before = row[(i + 1) % 3];
		cur[0] = (int)i;
		for (size_t j = 1; j <= b.n; j++) {
			int cost = a.p[i - 1] != b.p[j - 1];
			cur[j] = min3(prev[j] + 1, cur[j - 1] + 1, prev[j - 1] + cost);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
			    a.p[i - 2] == b.p[j - 1] && before[j - 2] + 1 < cur[j])
				cur[j] = before[j - 2] + 1;
		}
	}
	return row[a.n % 3][b.n];
}

int
str_nearest(struct str wrong, const struct str *words, int n)
{
	int best = -1, best_distance = NEAR_MAX + 1;

	for (int i = 0; i < n; i++) {
		int d = distance(wrong, words[i]);
		if (d < best_distance && d * 2 <= (int)words[i].n) {
			best = i;
			best_distance = d;
		}
	}
	return best;
}

struct str
str_clean(struct arena *a, struct str s)
{
	char *z = str_z(a, s);

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)z[i];
		if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f)
			z[i] = '?';
	}
	return (struct str){ z, s.n };
}
