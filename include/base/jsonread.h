/*
 * jsonread.h - JSON text as a tree of values (RFC 8259).
 *
 * Strictly: no comments, no trailing commas, no names twice in an object; texts are UTF-8, and
 * a lone surrogate is an error.  Numbers are kept as they are written.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef BASE_JSONREAD_H
#define BASE_JSONREAD_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { JSON_DEPTH_MAX = 64 }; /* of brackets: ours have 5 */

enum json_type {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

struct json_value {
	enum json_type type;
	struct str name; /* in an object */
	struct str text; /* of a string, its escapes resolved; of a number, as it is written */
	const struct json_value *child, *next; /* the first one below, and the one behind */
};

/* Texts are in a or point into text. ERR_CHECK says at which byte it stops to be JSON. */
MUST_USE int json_parse(
    struct arena *a, struct str text, const struct json_value **out, struct err *e);

/* The member of an object, NULL when it is none or has none of that name. v may be NULL. */
const struct json_value *json_get(const struct json_value *v, const char *name);

/* The text of a member that is a string, "" otherwise. */
struct str json_text(const struct json_value *v, const char *name);

/* A member that is a number without sign, point and exponent, 0 otherwise. */
uint64_t json_number(const struct json_value *v, const char *name);

#endif
