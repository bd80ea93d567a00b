/*
 * json.h - JSON written into a buf (RFC 8259).
 *
 * Commas are put by the writer; a name of NULL stands for an array's element.
 * Bytes that are not UTF-8 come out as U+FFFD.
 *
 *	struct json j = { .out = &b };
 *	json_open(&j, NULL, '{');
 *	json_str(&j, "name", name);
 *	json_open(&j, "needs", '[');
 *	json_str(&j, NULL, need);
 *	json_close(&j, ']');
 *	json_close(&j, '}');
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"
#include "base/str.h"

struct json {
	struct buf *out;
	bool need_comma;
};

void json_open(struct json *j, const char *name, char bracket);
void json_close(struct json *j, char bracket);
void json_str(struct json *j, const char *name, struct str value);
void json_int(struct json *j, const char *name, int64_t value);
void json_bool(struct json *j, const char *name, bool value);
void json_null(struct json *j, const char *name);

#endif
