/* SPDX-License-Identifier: ISC */
#include "base/jsonread.h"

#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"

struct reader {
	struct arena *a;
	struct str text;
	size_t at;
	int depth;
	struct err *e;
};

static int read_value(struct reader *r, struct json_value **out);

static int
wrong(struct reader *r, const char *wanted)
{
	return err_set(r->e, ERR_CHECK, "it is no JSON at byte %zu: expected %s", r->at, wanted);
}

static int
peek(const struct reader *r)
{
	return r->at < r->text.n ? (unsigned char)r->text.p[r->at] : -1;
}

static bool
accept(struct reader *r, char c)
{
	if (peek(r) != (unsigned char)c)
		return false;
	r->at++;
	return true;
}

static void
skip_blanks(struct reader *r)
{
	while (peek(r) != -1 && strchr(" \t\r\n", peek(r)) != NULL && peek(r) != 0)
		r->at++;
}

/* ---- texts ---- */

static int
hex_digit(int c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	       c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	       c >= 'A' && c <= 'F' ? c - 'A' + 10 :
				      -1;
}

static int
read_hex(struct reader *r, unsigned *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(peek(r));
		if (digit == -1)
			return wrong(r, "four hexadecimal digits");
		*out = *out << 4 | (unsigned)digit;
		r->at++;
	}
	return 0;
}

static bool
is_high(unsigned c)
{
	return c >= 0xd800 && c < 0xdc00;
}

static bool
is_low(unsigned c)
{
	return c >= 0xdc00 && c < 0xe000;
}

/* Behind "\u". */
static int
read_code(struct reader *r, struct buf *out)
{
	unsigned c, second;

	if (read_hex(r, &c) == -1)
		return -1;
	if (is_high(c)) {
		if (!accept(r, '\\') || !accept(r, 'u'))
			return wrong(r, "the second half of a surrogate pair");
		if (read_hex(r, &second) == -1)
			return -1;
		if (!is_low(second))
			return wrong(r, "the second half of a surrogate pair");
		c = 0x10000 + ((c - 0xd800) << 10) + (second - 0xdc00);
	} else if (is_low(c)) {
		return wrong(r, "the first half of a surrogate pair");
	}
	utf8_add(out, c);
	return 0;
}

/* Behind a backslash. */
static int
read_escape(struct reader *r, struct buf *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	int c = peek(r);
	const char *p = c <= 0 ? NULL : strchr(from, c);

	if (accept(r, 'u'))
		return read_code(r, out);
	if (p == NULL)
		return wrong(r, "an escape");
	r->at++;
	buf_add_char(out, to[p - from]);
	return 0;
}

static int
read_string(struct reader *r, struct str *out)
{
	struct buf text = { .a = r->a };

	if (!accept(r, '"'))
		return wrong(r, "a string");
	buf_add_z(&text, "");
	while (!accept(r, '"')) {
		size_t n = utf8_length(r->text.p + r->at, r->text.n - r->at);
		if (accept(r, '\\')) {
			if (read_escape(r, &text) == -1)
				return -1;
			continue;
		}
		if (n == 0 || peek(r) < 0x20)
			return wrong(r, "a character of a string, or its end");
		buf_add(&text, (struct str){ r->text.p + r->at, n });
		r->at += n;
	}
	*out = buf_str(&text);
	return 0;
}

/* ---- numbers and words ---- */

static bool
skip_digits(struct reader *r)
{
	size_t start = r->at;

	while (peek(r) >= '0' && peek(r) <= '9')
		r->at++;
	return r->at != start;
}

static int
read_number(struct reader *r, struct str *out)
{
	size_t start = r->at;

	(void)accept(r, '-');
	if (!accept(r, '0') && !skip_digits(r))
		return wrong(r, "a digit");
	if (accept(r, '.') && !skip_digits(r))
		return wrong(r, "a digit");
	if (accept(r, 'e') || accept(r, 'E')) {
		if (!accept(r, '+'))
			(void)accept(r, '-');
		if (!skip_digits(r))
			return wrong(r, "a digit");
	}
	*out = (struct str){ r->text.p + start, r->at - start };
	return 0;
}

static int
read_word(struct reader *r, struct json_value *v)
{
	static const struct {
		const char *word;
		enum json_type type;
	} row[] = { { "null", JSON_NULL }, { "false", JSON_FALSE }, { "true", JSON_TRUE } };

	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct str word = str_of(row[i].word);
		if (!str_starts(str_skip(r->text, r->at), word))
			continue;
		r->at += word.n;
		v->type = row[i].type;
		return 0;
	}
	return wrong(r, "a value");
}

/* ---- what holds others ---- */

/* A name and ":" before a member. */
static int
read_name(struct reader *r, struct map *seen, struct str *out)
{
	skip_blanks(r);
	if (read_string(r, out) == -1)
		return -1;
	if (map_get(seen, *out) != -1)
		return wrong(r, "a name that was not there before");
	map_put(seen, *out, 1);
	skip_blanks(r);
	return accept(r, ':') ? 0 : wrong(r, "`:`");
}

static int
read_members(struct reader *r, struct json_value *v, char close)
{
	struct map seen = { .a = r->a };
	const struct json_value **last = &v->child;

	skip_blanks(r);
	if (accept(r, close))
		return 0;
	do {
		struct str name = STR("");
		struct json_value *member;
		if ((close == '}' && read_name(r, &seen, &name) == -1) ||
		    read_value(r, &member) == -1)
			return -1;
		member->name = name;
		*last = member;
		last = &member->next;
		skip_blanks(r);
	} while (accept(r, ','));
	return accept(r, close) ? 0 : wrong(r, close == '}' ? "`,` or `}`" : "`,` or `]`");
}

static int
read_brackets(struct reader *r, struct json_value *v)
{
	bool is_object = peek(r) == '{';

	if (r->depth == JSON_DEPTH_MAX)
		return wrong(r, "fewer brackets within each other");
	r->at++;
	r->depth++;
	v->type = is_object ? JSON_OBJECT : JSON_ARRAY;
	int rc = read_members(r, v, is_object ? '}' : ']');
	r->depth--;
	return rc;
}

static int
read_value(struct reader *r, struct json_value **out)
{
	struct json_value *v = ARENA_NEW(r->a, struct json_value, 1);

	skip_blanks(r);
	*out = v;
	int c = peek(r);
	if (c == '{' || c == '[')
		return read_brackets(r, v);
	if (c == '"') {
		v->type = JSON_STRING;
		return read_string(r, &v->text);
	}
	if (c != '-' && (c < '0' || c > '9'))
		return read_word(r, v);
	v->type = JSON_NUMBER;
	return read_number(r, &v->text);
}

int
json_parse(struct arena *a, struct str text, const struct json_value **out, struct err *e)
{
	struct reader r = { .a = a, .text = text, .e = e };
	struct json_value *v;

	if (read_value(&r, &v) == -1)
		return -1;
	skip_blanks(&r);
	if (r.at != text.n)
		return wrong(&r, "the end");
	*out = v;
	return 0;
}

/* ---- looking at it ---- */

const struct json_value *
json_get(const struct json_value *v, const char *name)
{
	if (v == NULL || v->type != JSON_OBJECT)
		return NULL;
	for (v = v->child; v != NULL && !str_is(v->name, name);)
		v = v->next;
	return v;
}

struct str
json_text(const struct json_value *v, const char *name)
{
	v = json_get(v, name);
	return v != NULL && v->type == JSON_STRING ? v->text : STR("");
}

uint64_t
json_number(const struct json_value *v, const char *name)
{
	uint64_t n = 0;

	v = json_get(v, name);
	return v != NULL && v->type == JSON_NUMBER && str_u64(v->text, &n) == 0 ? n : 0;
}
