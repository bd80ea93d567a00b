/*
 * Recipes and data files.  The first byte chooses the kind of file.  What is read is
 * printed, and must be read the same and printed the same again; a package that was
 * found right must have a key.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>

#include "recipe/merge.h"
#include "recipe/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const struct str names[] = { { "armv7", 5 }, { "make", 4 }, { "perl", 4 } };
static const struct target target = { .name = { "armv7", 5 }, .triple = { "arm-linux-musl", 14 } };

static void
need(bool condition)
{
	if (!condition)
		abort();
}

static struct str
print(struct arena *a, const struct syntax_file *f)
{
	struct buf b = { .a = a };

	syntax_print(&b, f);
	return buf_str(&b);
}

static void
check_printing(struct arena *a, const struct syntax_file *f)
{
	struct str once = print(a, f);
	struct syntax_file *again;
	struct err e = { 0 };

	if (once.n > SYNTAX_FILE_MAX)
		return;
	need(syntax_parse(a, STR("x"), once, field_is_body, &again, &e) == 0);
	need(again->nstmt == f->nstmt && again->nlast_comment == f->nlast_comment);
	need(str_eq(once, print(a, again)));
}

static void
count(void *ctx, const char *tag, struct str value)
{
	(void)tag, (void)value;
	++*(int *)ctx;
}

static void
note(void *ctx, const struct err *fault)
{
	need(fault->kind == ERR_RECIPE);
	++*(int *)ctx;
}

/* One fault at most, or all of them: both ways agree on whether there is one. */
static void
check_package(const struct parse *ps, const struct syntax_file *f)
{
	struct arena tmp = { 0 };
	struct syntax_file kept = { .path = f->path, .text = f->text };
	struct parse all = *ps;
	struct package p, q;
	struct err e = { 0 }, every = { 0 };
	struct digest_ctx c;
	int nfault = 0, ninput = 0;

	all.tmp = &tmp;
	all.fault = note;
	all.ctx = &nfault;
	int one = parse_package(ps, f, &target, (struct name_list){ 0 }, &q, &e);
	need(syntax_read(&tmp, &kept, field_is_body, &every) == 0);
	int many = parse_package(&all, &kept, &target, (struct name_list){ 0 }, &p, &every);
	arena_free(&tmp); /* what the package says must not stand there */
	need(one == many && (many == -1) == (nfault > 0));
	if (one == -1)
		return;
	merge(ps->run, &p, NULL);
	digest_init(&c);
	package_digest(&c, &p);
	(void)digest_end(&c);
	package_each_input(&p, count, &ninput);
	need(ninput >= 2);
}

static void
check_data(const struct parse *ps, const struct syntax_file *f, uint8_t kind)
{
	struct target t;
	struct style s;
	struct tool o;
	struct mirror *m;
	struct err e = { 0 };
	int n, result;

	switch (kind % 4) {
	case 0:
		result = parse_target(ps, f, &t, &e);
		break;
	case 1:
		result = parse_style(ps, f, &s, &e);
		break;
	case 2:
		result = parse_tool(ps, f, &o, &e);
		break;
	default:
		result = parse_mirrors(ps, f, &m, &n, &e);
		break;
	}
	need((result == -1) == (e.kind == ERR_RECIPE));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = { 0 };
	struct name_list known = { names, COUNT_OF(names) };
	struct parse ps = {
		.run = &a, .tmp = &a, .targets = known, .styles = known, .tools = known
	};
	struct syntax_file *f;
	struct err e = { 0 };

	if (n == 0)
		return 0;
	struct str text = { (const char *)p + 1, n - 1 };
	if (syntax_parse(&a, STR("x"), text, field_is_body, &f, &e) == 0) {
		check_printing(&a, f);
		if (p[0] >= 'm')
			check_package(&ps, f);
		else
			check_data(&ps, f, p[0]);
	} else {
		need(e.kind == ERR_RECIPE);
	}
	arena_free(&a);
	return 0;
}
