/*
 * str.h - byte views by value, and the rules for names.
 *
 * A view borrows its bytes; it may hold NUL and need not end with one.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/arena.h"
#include "base/base.h"

struct str {
	const char *p;
	size_t n;
};

#define STR(lit)   ((struct str){ (lit), sizeof(lit) - 1 })
#define STR_FMT    "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p

struct str str_of(const char *z);
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *z);
int str_cmp(struct str a, struct str b); /* bytewise; a prefix sorts first */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_has(struct str s, struct str part);

/* The part of s after its first n bytes; empty when s is shorter. */
struct str str_skip(struct str s, size_t n);

/* Cut the next piece of *rest that ends in sep (or at its end) off; false when
 * *rest is used up. "a\n" gives one piece, "" gives none. */
bool str_cut(struct str *rest, char sep, struct str *piece);

/* Whether it is the pattern, whose last "*" stands for any rest. */
bool str_fits(struct str s, struct str pattern);

/* What stands behind the last "/"; all of it when there is none. */
struct str str_base(struct str path);

/* A NUL-terminated copy, for the system's functions. */
char *str_z(struct arena *a, struct str s);
struct str str_copy(struct arena *a, struct str s);
struct str str_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

/* Decimal digits only, the whole of s; -1 when it is something else or too large. */
MUST_USE int str_u64(struct str s, uint64_t *out);

/* A name of a package, target, option, tool: [a-z0-9][a-z0-9+._-]*, at most 64
 * bytes, no "..". It can stand in a path, a shell word or a URL unquoted. */
bool str_is_name(struct str s);

/* A relative path that stays below its folder: no empty part, no "." or "..",
 * no leading "/", no control characters, at most 4096 bytes. */
bool str_is_inner_path(struct str s);

/* The one of n words nearest to `wrong` by Damerau-Levenshtein distance, -1 when
 * none is within 3 (or within half of its length). */
int str_nearest(struct str wrong, const struct str *words, int n);

/* A copy with control characters (but not tab and newline) replaced by '?', so
 * that text from outside cannot steer a terminal. */
struct str str_clean(struct arena *a, struct str s);

#endif
