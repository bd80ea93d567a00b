/*
 * What the compiler driver reads: response files, command lines, its configuration; and
 * what collect rewrites: pkg-config files, link maps.  The first byte says which.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>

#include "base/buf.h"
#include "driver/args.h"
#include "driver/conf.h"
#include "driver/record.h"
#include "driver/response.h"
#include "make/linkmap.h"
#include "make/pcfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct words {
	struct arena *a;
	VEC(const char *) word;
};

static void
add(void *ctx, const char *word)
{
	struct words *w = ctx;

	VEC_ADD(w->a, &w->word, word);
}

static void
read_args(struct arena *a, struct str text, uint8_t how)
{
	struct words w = { .a = a };
	struct cc_rules rules = { how & 1, how & 2, how & 4 };
	struct cc_args args;

	response_split(a, text, add, &w);
	add(&w, NULL);
	if (how & 8)
		args_read_linker(a, w.word.v, &rules, &args);
	else
		args_read_compiler(a, w.word.v, &rules, &args);
	for (int i = 0; i < args.word.n; i++)
		if (args.word.v[i] == NULL)
			abort();
	if (args.output == NULL)
		abort();
}

static void
read_conf(struct arena *a, struct str text)
{
	struct err e = { 0 };
	struct driver_conf c, again;
	struct buf one = { .a = a }, two = { .a = a };

	if (driver_conf_parse(a, text, &c, &e) == -1)
		return;
	driver_conf_print(&one, &c);
	if (driver_conf_parse(a, buf_str(&one), &again, &e) == -1)
		abort();
	driver_conf_print(&two, &again);
	if (!str_eq(buf_str(&one), buf_str(&two)))
		abort();
}

/* The text as lld's two files, and as a record. */
static void
read_record(struct arena *a, struct str text)
{
	struct err e = { 0 };
	struct record r = { .folder = STR("/b") }, again;

	record_add_inputs(a, &r, text);
	record_add_taken(a, &r, text);
	struct str one = record_print(a, &r);
	if (record_parse(a, one, &again, &e) == -1 || !str_eq(one, record_print(a, &again)))
		abort();
	e = (struct err){ 0 };
	if (record_parse(a, text, &r, &e) == 0)
		(void)record_print(a, &r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = { 0 };
	struct str text = { (const char *)p + 1, n - 1 };

	if (n < 2)
		return 0;
	switch (p[0]) {
	case 'c':
		read_conf(&a, text);
		break;
	case 'm':
		linkmap_normalise(&a, text);
		break;
	case 'r':
		read_record(&a, text);
		break;
	case 'p':
		pcfile_relocate(&a, text);
		break;
	default:
		read_args(&a, text, p[0]);
	}
	arena_free(&a);
	return 0;
}
