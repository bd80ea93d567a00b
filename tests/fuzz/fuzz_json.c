/*
 * fuzz_json.c - any text as JSON; what is read is written, and read the same again.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/jsonread.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
put(struct arena *a, struct json *j, const struct json_value *v)
{
	json_str(j, NULL, v->name);
	json_str(j, NULL, v->text);
	json_int(j, NULL, v->type);
	json_open(j, NULL, '[');
	for (const struct json_value *c = v->child; c != NULL; c = c->next)
		put(a, j, c);
	json_close(j, ']');
}

static struct str
written(struct arena *a, const struct json_value *v)
{
	struct buf out = { .a = a };
	struct json j = { .out = &out };

	json_open(&j, NULL, '[');
	put(a, &j, v);
	json_close(&j, ']');
	return buf_str(&out);
}

/* Three values for each, in the order of put. */
static void
compare(const struct json_value *v, const struct json_value *again)
{
	const struct json_value *text = again->next, *type = text->next, *below = type->next;
	uint64_t number;

	if (!str_eq(v->name, again->text) || !str_eq(v->text, text->text) ||
	    str_u64(type->text, &number) == -1 || number != v->type)
		abort();
	again = below->child;
	for (const struct json_value *c = v->child; c != NULL; c = c->next) {
		compare(c, again);
		for (int i = 0; i < 4; i++)
			again = again->next;
	}
	if (again != NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	const struct json_value *v, *again;
	struct str text = str_copy(&a, (struct str){ (const char *)p, n });

	/* What is written of it has a bracket more for each level. */
	if (json_parse(&a, text, &v, &e) == 0 && json_parse(&a, written(&a, v), &again, &e) == 0)
		compare(v, again->child);
	arena_free(&a);
	return 0;
}
