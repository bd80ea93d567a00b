/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "recipe/field.h"

static const char letters_and_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/* The longest word of its kind that some file system or protocol must hold. */
enum { FILE_NAME_MAX = 128, URL_MAX = 2048, VERSION_MAX = 64, PARTS_MAX = 64 };

static bool
is_of(char c, const char *more)
{
	return c != '\0' && (strchr(letters_and_digits, c) != NULL || strchr(more, c) != NULL);
}

/* Starts with a letter or digit, goes on with those or one of `more`. */
static bool
is_made_of(struct str s, const char *more)
{
	if (s.n == 0 || !is_of(s.p[0], ""))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!is_of(s.p[i], more))
			return false;
	return true;
}

static bool
is_version(struct str s)
{
	return s.n <= VERSION_MAX && is_made_of(s, ".+_~-");
}

static bool
is_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

static bool
is_some_text(struct str s)
{
	return s.n != 0 && is_text(s);
}

static bool
is_raw(struct str s)
{
	return memchr(s.n == 0 ? "" : s.p, '\0', s.n) == NULL;
}

static bool
is_ere(struct str s)
{
	return s.n != 0 && is_raw(s);
}

/* RFC 3986's characters, without those that quote. */
static bool
is_url_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_of(s.p[i], "-._~:/?#[]@!&*+,;=%()"))
			return false;
	return s.n != 0 && s.n <= URL_MAX;
}

static bool
is_url(struct str s)
{
	struct str rest = s, host;

	if (str_starts(s, STR("https://")))
		rest = str_skip(s, sizeof("https://") - 1);
	else if (str_starts(s, STR("http://")))
		rest = str_skip(s, sizeof("http://") - 1);
	else
		return false;
	return str_cut(&rest, '/', &host) && host.n != 0 && is_of(host.p[0], "[") && is_url_text(s);
}

static bool
is_place(struct str s)
{
	struct str rest = s, group;

	if (is_url(s))
		return true;
	return str_cut(&rest, ':', &group) && str_is_name(group) && str_is_inner_path(rest) &&
	       is_url_text(rest);
}

static bool
is_spdx(struct str s)
{
	return is_made_of(s, ".+-");
}

/* Two names with a ":" between them, as CPE 2.3 has them. */
static bool
is_cpe(struct str s)
{
	struct str vendor;

	return str_cut(&s, ':', &vendor) && is_made_of(vendor, "._-") && is_made_of(s, "._-");
}

static bool
is_platform(struct str s)
{
	struct str part;
	int n = 0;

	for (; str_cut(&s, '/', &part); n++)
		if (!is_made_of(part, "._-"))
			return false;
	return n == 2 || n == 3;
}

static bool
is_file(struct str s)
{
	return s.n <= FILE_NAME_MAX && is_made_of(s, ".+_~@,=-");
}

/* What a tool's program is called: "[" is one. */
static bool
is_program_name(struct str s)
{
	return str_is(s, "[") || is_file(s);
}

static bool
is_absolute(struct str s)
{
	return s.n > 1 && s.p[0] == '/' && str_is_inner_path(str_skip(s, 1));
}

static bool
is_hex(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return s.n == 64;
}

static bool
is_number(struct str s)
{
	uint64_t v;

	return (s.n == 1 || (s.n > 0 && s.p[0] != '0')) && str_u64(s, &v) == 0 && v <= INT64_MAX;
}

static bool
is_parts(struct str s)
{
	uint64_t v;

	return is_number(s) && str_u64(s, &v) == 0 && v <= PARTS_MAX;
}

/* A word of a list that bodies expand without quotes. */
static bool
is_arg(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_of(s.p[i], "-_=+./:,@%^"))
			return false;
	return s.n != 0;
}

static bool
is_var(struct str s)
{
	if (s.n == 0 || s.p[0] < 'A' || s.p[0] > 'Z')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!((s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
			s.p[i] == '_'))
			return false;
	return true;
}

static bool
is_pattern(struct str s)
{
	if (s.n > 1 && s.p[s.n - 1] == '*')
		s.n--;
	if (s.n > 1 && s.p[s.n - 1] == '/')
		s.n--;
	return str_is_inner_path(s) && memchr(s.p, '*', s.n) == NULL;
}

static const struct kind table[] = {
	{ "NAME", str_is_name,
	    "a name: lower-case letters, digits and . + _ -, starting with a letter or digit",
	    false },
	{ "VERSION", is_version, "a version: letters, digits and . + _ ~ -", false },
	{ "TEXT", is_some_text, "text without control characters", false },
	{ "URL", is_url, "an https:// or http:// URL", false },
	{ "PLACE", is_place, "an https:// or http:// URL, or GROUP:PATH", false },
	{ "SPDX", is_spdx, "an SPDX licence identifier", false },
	{ "CPE", is_cpe, "VENDOR:PRODUCT", false },
	{ "PLATFORM", is_platform, "OS/ARCHITECTURE, or OS/ARCHITECTURE/VARIANT", false },
	{ "PATH", str_is_inner_path, "a path that stays below its folder: no leading /, no . or ..",
	    false },
	{ "FILE", is_file, "a file name: letters, digits and . + _ ~ @ , = -", false },
	{ "PROGRAM", is_program_name, "the name of a program", false },
	{ "ABSOLUTE", is_absolute, "an absolute path without . and ..", false },
	{ "HEX", is_hex, "64 lower-case hexadecimal digits", false },
	{ "BYTES", is_number, "a decimal number of bytes", false },
	{ "SECONDS", is_number, "a decimal number of seconds", false },
	{ "N", is_number, "a decimal number", false },
	{ "PARTS", is_parts, "a number of at most 64", false },
	{ "ARG", is_arg, "a word without blanks, quotes and characters that a shell expands",
	    false },
	{ "VAR", is_var, "a variable's name: capital letters, digits and _", false },
	{ "VALUE", is_text, "text without control characters, in quotes if it has blanks", false },
	{ "ERE", is_ere, "a POSIX extended regular expression", true },
	{ "REPLACEMENT", is_raw, "text", true },
	{ "RULE", str_is_name, "the id of a rule of the judge", false },
	{ "PATTERN", is_pattern, "a path below the object, which may end in *", false },
};

const struct kind *
field_kind_row(int i)
{
	return i < (int)COUNT_OF(table) ? &table[i] : NULL;
}

const struct kind *
field_kind(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (name.n != 0 && name.p[0] == table[i].name[0] && str_is(name, table[i].name))
			return &table[i];
	return NULL;
}
