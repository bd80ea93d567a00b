/*
 * syntax.h - the one syntax of recipes, styles, targets, tools, mirrors and
 * bundles: text to statements and back.
 *
 *	file      = { statement | comment | blank }
 *	statement = word { word } ( newline | "{" newline block "}" newline )
 *	block     = { statement }            for groups: source, when, ...
 *	          | text                     for bodies: phase, test
 *	word      = bare | '"' { char | "\" ("\" | '"' | "n" | "t") } '"'
 *	comment   = "#" to the end of the line, where a word could start
 *
 * A bare word is any run of printable characters without blanks, '"', "{", "}"
 * and a leading "#"; braces may stand in it as ${name}.  Words are set apart by
 * blanks.  A body is the lines up to one that holds nothing but "}" at the
 * indentation of the line that opened it; every line of it that is not blank is
 * indented by one tab more than that, which is taken off.  Which statements open
 * a group and which a body is said by the field table, passed in as `is_body`.
 *
 * Text is UTF-8 with Unix line ends and no control characters but the tab.
 * Reading runs nothing and has ceilings: 1 MiB and 10,000 statements a file, 4 KiB
 * a word, 64 KiB a body line, four levels of groups.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef RECIPE_SYNTAX_H
#define RECIPE_SYNTAX_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum { SYNTAX_FILE_MAX = 1 << 20 };

/* Where a word stands. path and text are borrowed from the file they name. */
struct loc {
	const struct syntax_file *file;
	int line, col; /* from 1; a column is a byte */
};

struct word {
	struct str text; /* with quotes and escapes taken off */
	struct loc at;
	bool quoted;
};

struct stmt {
	struct word *word; /* at least one: the field's name */
	int nword;
	bool has_group, has_body;
	struct stmt *sub; /* of a group */
	int nsub;
	struct str body;     /* of a body: whole lines */
	struct str *comment; /* the comment lines right above, "" for a blank line */
	int ncomment;
	struct str trailing;      /* a comment behind the statement (or its "{"), with its "#" */
	struct str *last_comment; /* of a group: below its last statement */
	int nlast_comment;
};

struct syntax_file {
	struct str path; /* as errors name it */
	struct str text;
	struct stmt *stmt;
	int nstmt;
	struct str *last_comment; /* below the last statement */
	int nlast_comment;
};

/* True when statements that start with this word hold a body, not a group. */
typedef bool syntax_is_body(struct str first_word);

/* Text to statements, all in arena a; path and text must live as long. ERR_RECIPE,
 * located, on the first fault. */
MUST_USE int syntax_parse(struct arena *a, struct str path, struct str text,
    syntax_is_body *is_body, struct syntax_file **out, struct err *e);

/* The same for a file whose path and text are set: places point to f, which may outlive
 * the arena with its statements. */
MUST_USE int syntax_read(
    struct arena *a, struct syntax_file *f, syntax_is_body *is_body, struct err *e);

/* The canonical text: values of single lines in column 14 (in groups 8 behind the
 * tabs), one tab a level, quotes only where needed, comments and single blank lines
 * kept. Parsing it gives the same statements, printing those the same text. */
void syntax_print(struct buf *out, const struct syntax_file *f);

/* The length of a "${name}" that s starts with, 0 when it does not. */
size_t syntax_braced(struct str s);

/* Fill e with "path:line:column: sentence", the line, and a caret below it:
 *
 *	recipes/packages/zlib:3:1: unknown field `sumary`; did you mean `summary`?
 *	    3 | sumary     Compression library
 *	      | ^
 *
 * ERR_RECIPE. Control characters are shown as "?", a long line is shown in part. */
MUST_USE int loc_err(struct err *e, struct loc at, const char *fmt, ...) PRINTF(3, 4);

/* For loc_err's sentence: a word as `%.*s`, cut when it is very long. */
#define SHOWN(s) (int)((s).n > 80 ? 80 : (s).n), (s).p

#endif
