/*
 * field.h - the one table of the recipe language.
 *
 * One row for each field: its name, what may stand behind it, where it is allowed,
 * how often, whether it must be there, whether it is in the key, and its help.
 * Parsing, checking, printing, hashing, `kiln help recipe` and the manual page all
 * walk this table, in its order.
 *
 * What may stand behind a field is written as it is shown to people:
 *
 *	KIND     one word of that kind (field_kind): NAME, PATH, SECONDS, ...
 *	KIND...  one word or more
 *	a|b      one of these words
 *	[ ... ]  nothing, or what is in the brackets; last
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef RECIPE_FIELD_H
#define RECIPE_FIELD_H

#include "base/buf.h"
#include "base/str.h"

/* Names that there are, for what must name one of them. */
struct name_list {
	const struct str *v;
	int n;
};

struct str_vec {
	struct str *v;
	int n, cap;
};

enum field_id {
	F_NAME,
	F_VERSION,
	F_SUMMARY,
	F_HOME,
	F_LICENCE,
	F_LICENCE_FILE,
	F_CPE,
	F_SOURCE,
	F_SOURCE_URL,
	F_SHA256,
	F_SIZE,
	F_DIR,
	F_ONLY,
	F_STRIP,
	F_KEEP,
	F_LOCAL,
	F_FROM_TREE,
	F_NEED,
	F_TOOL,
	F_STYLE,
	F_CONFIGURE,
	F_MAKE,
	F_INSTALL,
	F_SET,
	F_EDIT,
	F_MATCH,
	F_WITH,
	F_TIMES,
	F_PHASE,
	F_TEST_BODY,
	F_OPTION,
	F_WHEN,
	F_PART_OF,
	F_ONLY_TARGET,
	F_WAIVE,
	F_WAIVE_PATH,
	F_LIMIT,
	F_TRIPLE,
	F_MACHINE,
	F_BITS,
	F_FLAGS,
	F_FLOAT,
	F_LEVEL,
	F_EMULATION,
	F_PLATFORM,
	F_UNAME,
	F_ARCH,
	F_CFLAGS,
	F_LDFLAGS,
	F_EMULATOR,
	F_SYSROOT,
	F_SYSROOT_CXX,
	F_PROGRAM,
	F_DATA,
	F_DEBIAN,
	F_IDENTITY,
	F_MIRROR,
	F_ENV,
	F_APT,
	F_MIRROR_URL,
	F_PACKAGE,
	F_PART_OPTION,
	F_PART_PROGRAM,
	F_PART_WITHOUT,
	F_PART_OPTIONAL,
	F_RENAME,
	F_WITHOUT,
	F_LINK,
	F_OVERLAY,
	F_CAP,
	F_FORMAT,
	F_COUNT
};

/* Places where statements stand: the top of each kind of file, and the groups. */
enum field_place {
	IN_PACKAGE = 1 << 0,
	IN_TARGET = 1 << 1,
	IN_STYLE = 1 << 2,
	IN_TOOL = 1 << 3,
	IN_MIRRORS = 1 << 4,
	IN_WHEN = 1 << 5,
	IN_SOURCE = 1 << 6,
	IN_EDIT = 1 << 7,
	IN_WAIVE = 1 << 8,
	IN_MIRROR = 1 << 9,
	IN_BUNDLE = 1 << 10,
	IN_PART = 1 << 11,
};
enum { FIELD_PLACES = 12 };

enum field_shape { SHAPE_LINE, SHAPE_GROUP, SHAPE_MAYBE_GROUP, SHAPE_BODY };

enum field_times {
	TIMES_ONCE,      /* at most once in a block; a `when` may say it anew */
	TIMES_ONCE_EACH, /* the same for each first word */
	TIMES_DISTINCT,  /* repeated, but never with the same first word */
	TIMES_MANY,      /* repeated ones append */
};

enum field_must {
	MAY_BE,
	MUST_BE,  /* reading fails without it */
	LINT_ASKS /* reading goes on, `kiln lint` reports it */
};

enum field_key {
	KEY_NO,
	KEY_TEXT, /* what stands there is hashed */
	KEY_EDGE, /* what it stands for is: another package's digest, a tool's identity */
};

enum field_dollar {
	DOLLAR_NO,     /* "$" is an error: a value never becomes shell text */
	DOLLAR_FILLED, /* $name $version $target $triple are filled in */
};

struct field {
	enum field_id id;
	const char *name, *args;
	unsigned where; /* of enum field_place */
	enum field_shape shape;
	enum field_times times;
	enum field_must must;
	enum field_key key;
	enum field_dollar dollar;
	const char *help; /* without a full stop */
};

/* Row number i, in the table's order; NULL behind the last. */
const struct field *field_row(int i);

/* The row of a name at one place; NULL when no such field stands there. */
const struct field *field_find(struct str name, enum field_place place);

/* The row of a name at any place; NULL when there is none. */
const struct field *field_anywhere(struct str name);

/* The name nearest to a wrong one among those of a place; NULL when none is near. */
const char *field_nearest(struct str wrong, enum field_place place);

/* "a package", "the group of `source`": for sentences. */
const char *field_place_name(enum field_place place);

/* For syntax_parse: phase and test hold bodies. */
bool field_is_body(struct str first_word);

/* A kind of word, as signatures name it. */
struct kind {
	const char *name;
	bool (*is)(struct str word);
	const char *expected; /* "a decimal number": for sentences and the manual */
	bool raw_dollar;      /* "$" is itself here: expressions and their replacements */
};
const struct kind *field_kind(struct str name);

/* Kind number i; NULL behind the last. */
const struct kind *field_kind_row(int i);

/* The table as text, for `kiln help recipe`. */
void recipe_help(struct buf *out);

/* The table as mdoc(7), for the manual page kiln-recipe(5). */
void recipe_help_mdoc(struct buf *out);

#endif
