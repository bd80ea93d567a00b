/* SPDX-License-Identifier: ISC */
#include "make/inspect_text.h"

#include <string.h>

#include "make/leak.h"

/* Is the absolute path that rest begins with wrong in this line, behind the line before? */
typedef bool wrong_path(struct str before, struct str line, struct str rest);

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_any(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static struct str
trim(struct str s)
{
	while (s.n != 0 && is_blank(s.p[0]))
		s = str_skip(s, 1);
	while (s.n != 0 && (is_blank(s.p[s.n - 1]) || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

/* Is s the path dir, or below it? */
static bool
is_below(struct str s, struct str dir)
{
	if (!str_starts(s, dir))
		return false;
	struct str rest = str_skip(s, dir.n);
	return rest.n == 0 || is_any(rest.p[0], "/ \t\"';,)");
}

static bool
is_below_usr(struct str s)
{
	return is_below(s, STR("/usr"));
}

/* name=value sets a variable, Name: value states a field. */
static bool
cut_pc_line(struct str line, char *sep, struct str *name, struct str *value)
{
	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] != '=' && line.p[i] != ':')
			continue;
		*sep = line.p[i];
		*name = trim((struct str){ line.p, i });
		*value = trim(str_skip(line, i + 1));
		return true;
	}
	return false;
}

static bool
is_for_compiler(struct str field)
{
	return str_starts(field, STR("Libs")) || str_starts(field, STR("Cflags")) ||
	       str_starts(field, STR("CFlags"));
}

/* prefix=/usr is what everything else is relative to; folders for run time, such as /etc
 * and /var, are the device's. */
static bool
is_wrong_in_pc(struct str before, struct str line, struct str rest)
{
	struct str name, value;
	char sep;

	(void)before;
	if (leak_is_build_path(rest))
		return true;
	if (!cut_pc_line(line, &sep, &name, &value))
		return false;
	if (sep == ':')
		return is_for_compiler(name);
	return is_below_usr(rest) && !(str_is(name, "prefix") && str_is(value, "/usr"));
}

/* CMake's own lines compare where it stands with where it was installed, and where they are
 * the same say the name without links. */
static bool
is_of_prefix(struct str before, struct str line)
{
	return str_has(line, STR("REALPATH")) ||
	       (str_starts(trim(line), STR("set(_IMPORT_PREFIX ")) &&
		   str_is(trim(before), "if(_realCurr STREQUAL _realOrig)"));
}

static bool
is_wrong_in_cmake(struct str before, struct str line, struct str rest)
{
	if (leak_is_build_path(rest))
		return true;
	if (is_of_prefix(before, line) || str_starts(trim(line), STR("#")))
		return false;
	return is_below_usr(rest) && !str_starts(rest, STR("/usr\""));
}

static bool
is_wrong_in_script(struct str before, struct str line, struct str rest)
{
	(void)before;
	if (leak_is_build_path(rest))
		return true;
	return !str_starts(trim(line), STR("#")) &&
	       (is_below(rest, STR("/usr/include")) || is_below(rest, STR("/usr/lib")));
}

static bool
is_config_script(struct str path, struct str bytes)
{
	return str_ends(path, STR("-config")) && str_starts(bytes, STR("#!"));
}

struct kind {
	enum rule_id rule;
	wrong_path *is_wrong;
};

static bool
kind_of(struct str path, struct str bytes, struct kind *out)
{
	if (str_ends(path, STR(".pc")))
		*out = (struct kind){ RULE_PC_RELOCATABLE, is_wrong_in_pc };
	else if (str_ends(path, STR(".cmake")))
		*out = (struct kind){ RULE_CMAKE_RELOCATABLE, is_wrong_in_cmake };
	else if (is_config_script(path, bytes))
		*out = (struct kind){ RULE_CONFIG_SCRIPT_RELOCATABLE, is_wrong_in_script };
	else
		return false;
	return true;
}

bool
inspect_text_has_rule(struct str path, struct str bytes)
{
	struct kind unused;

	return kind_of(path, bytes, &unused);
}

/* Could a path begin at `at`: at a word's start, or right behind -I and -L? */
static bool
begins_path(struct str line, size_t at)
{
	if (line.p[at] != '/')
		return false;
	if (at == 0 || is_any(line.p[at - 1], " \t\"';=(,"))
		return true;
	return at >= 2 && line.p[at - 2] == '-' && (line.p[at - 1] == 'I' || line.p[at - 1] == 'L');
}

static bool
line_is_wrong(struct str before, struct str line, wrong_path *is_wrong)
{
	for (size_t i = 0; i < line.n; i++)
		if (begins_path(line, i) && is_wrong(before, line, str_skip(line, i)))
			return true;
	return false;
}

void
inspect_text(struct findings *f, struct str path, struct str bytes)
{
	struct str rest = bytes, line = STR(""), before, first = { 0 };
	struct kind kind;
	int number = 0, first_number = 0, nwrong = 0;

	if (!kind_of(path, bytes, &kind))
		return;
	for (before = line; str_cut(&rest, '\n', &line); before = line) {
		number++;
		if (!line_is_wrong(before, line, kind.is_wrong))
			continue;
		if (nwrong++ == 0) {
			first = trim(line);
			first_number = number;
		}
	}
	if (nwrong == 1)
		findings_add(f, kind.rule, (struct place){ .path = path }, "line %d: " STR_FMT,
		    first_number, STR_ARG(first));
	else if (nwrong > 1)
		findings_add(f, kind.rule, (struct place){ .path = path },
		    "line %d and %d more: " STR_FMT, first_number, nwrong - 1, STR_ARG(first));
}

struct str
inspect_text_interpreter(struct str bytes)
{
	struct str rest = bytes, line, word = STR("");

	if (!str_starts(bytes, STR("#!")) || !str_cut(&rest, '\n', &line))
		return STR("");
	line = trim(str_skip(line, 2));
	if (!str_cut(&line, ' ', &word) || !str_is(word, "/usr/bin/env"))
		return word;
	while (str_cut(&line, ' ', &word) && (word.n == 0 || word.p[0] == '-'))
		;
	return word;
}
