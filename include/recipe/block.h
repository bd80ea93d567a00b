/*
 * block.h - statements read by the field table: known, allowed here, often enough,
 * with the words their field wants, `$` filled in; then given to a setter.
 *
 * A block is the top of a file or the inside of a group.  Every fault is located.
 * With a `fault` function reading goes on behind a wrong statement, so that all
 * faults of a file are found; without one the first ends it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef RECIPE_BLOCK_H
#define RECIPE_BLOCK_H

#include "base/vec.h"
#include "recipe/field.h"
#include "recipe/syntax.h"

/* What $name ... stand for; an empty one is an error where it is used. */
struct fill {
	struct str name, version, target, triple;
};

struct reader;
struct value;
typedef int block_set(struct reader *r, void *record, const struct value *v, struct err *e);

/* Where the words of a field go in a record: one row by field id. */
struct slot {
	enum slot_kind {
		SLOT_NONE,   /* nowhere */
		SLOT_WORD,   /* struct str: the first word */
		SLOT_TEXT,   /* struct str: all of them, joined by one blank */
		SLOT_LIST,   /* struct str_vec: all of them, appended, in tmp */
		SLOT_JOIN,   /* struct buf: the same, with a blank between */
		SLOT_NUMBER, /* uint64_t */
		SLOT_FLAG,   /* bool: true */
		SLOT_SET,    /* the function does it */
	} kind;
	size_t offset;
	block_set *set;
};

/* A row that the compiler warns about when the member has another type. */
#define SLOT(kind, type, record, member)                                                           \
	{                                                                                          \
		(kind),                                                                            \
		    offsetof(record, member) + 0 * sizeof((type *)0 == &((record *)0)->member),    \
		    NULL                                                                           \
	}
#define SLOT_BY(function)                                                                          \
	{                                                                                          \
		SLOT_SET, 0, (function)                                                            \
	}

struct block {
	enum field_place place;
	struct loc at;           /* where a missing field is reported */
	int depth;               /* of conditions around it */
	bool applies;            /* false in a `when` that does not hold: checked, not kept */
	const struct slot *slot; /* F_COUNT rows, by field id */
	void *record;            /* for the rows */
};

struct seen { /* a field that may stand once, where it stood */
	const struct field *field;
	struct str first_word; /* of TIMES_ONCE_EACH, TIMES_DISTINCT */
	int block_number;
	struct block block;
	struct loc at;
};

struct reader {
	struct arena *run, *tmp; /* words are kept in run; lists grow in tmp */
	const struct fill *fill; /* NULL: `$` is an error everywhere */
	void (*fault)(void *ctx, const struct err *e);
	void *ctx;
	int nfault; /* given to fault so far */
	int nblock;
	VEC(struct seen) seen;
	VEC(struct str) word;
};

/* A statement that was found right. */
struct value {
	const struct field *field;
	const struct stmt *stmt;
	const struct str *word; /* behind the field's name; valid while the setter runs */
	int n;
	const struct block *block; /* that it stands in */
};

MUST_USE int block_read(
    struct reader *r, const struct block *b, const struct stmt *stmt, int n, struct err *e);

/* The same for the top of a file; fails when faults were given away. */
MUST_USE int block_read_file(struct reader *r, const struct syntax_file *f, enum field_place place,
    const struct slot *slot, void *record, struct err *e);

/* Word i must be one of the known names: "unknown tool `x`; did you mean `y`?" */
MUST_USE int block_check_known(
    const struct value *v, int i, const char *what, struct name_list known, struct err *e);

/* The first word must be the name of the file it stands in. */
MUST_USE int block_check_name(const struct value *v, struct err *e);

/* The words of v from number i on, joined by one blank, in the run arena. */
struct str value_text(const struct reader *r, const struct value *v, int i);

/* An exact copy of a list that grew in tmp. */
#define BLOCK_KEEP(r, vec) block_keep((r)->run, (vec)->v, (vec)->n, sizeof(*(vec)->v))
void *block_keep(struct arena *run, const void *v, int n, size_t each_bytes);

/* Where word i behind the field's name stands. */
struct loc value_at(const struct value *v, int i);

/* s with $name, ${name}, ... filled in; ERR_RECIPE, located, on another name. */
MUST_USE int fill_word(
    const struct reader *r, const struct word *w, struct str *out, struct err *e);

/* The words of a statement against its field's signature; v->word is filled. */
MUST_USE int match_words(struct reader *r, struct value *v, struct err *e);

#endif
