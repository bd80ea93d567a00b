/* Recipes as text for tests of the recipe layer. SPDX-License-Identifier: ISC */
#ifndef RECIPE_FIXTURE_H
#define RECIPE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "recipe/merge.h"
#include "recipe/parse.h"

#define HEX64       "60dd315c07f616887caa029408308a018ace66e3d142726a97db164b3b8f69fb"
#define HEX64_OTHER "70dd315c07f616887caa029408308a018ace66e3d142726a97db164b3b8f69fb"

/* The fields that every package must have. */
#define HEAD                                                                                       \
	"name x\n"                                                                                 \
	"version 1.2\n"                                                                            \
	"summary an example\n"                                                                     \
	"home https://example.org/\n"                                                              \
	"licence MIT\n"
enum { HEAD_LINES = 5 };

static const struct str fixture_target[] = { { "aarch64", 7 }, { "armv7", 5 }, { "x86_64", 6 } };
static const struct str fixture_style[] = { { "autotools", 9 }, { "make", 4 } };
static const struct str fixture_tool[] = { { "bison", 5 }, { "flex", 4 }, { "perl", 4 } };

static inline struct parse
fixture_parse(struct arena *a)
{
	return (struct parse){ .run = a,
		.tmp = a,
		.targets = { fixture_target, COUNT_OF(fixture_target) },
		.styles = { fixture_style, COUNT_OF(fixture_style) },
		.tools = { fixture_tool, COUNT_OF(fixture_tool) } };
}

static const struct str fixture_sysroot[] = { { "headers", 7 }, { "libc", 4 } };
static const struct setting fixture_setting[] = { { { "ARCH", 4 }, { "arm", 3 } } };
static const struct target fixture_armv7 = { .name = { "armv7", 5 },
	.triple = { "armv7-linux-musleabihf", 22 },
	.sysroot = (struct str *)fixture_sysroot,
	.nsysroot = COUNT_OF(fixture_sysroot),
	.setting = (struct setting *)fixture_setting,
	.nsetting = COUNT_OF(fixture_setting) };
static const struct target fixture_x86_64 = { .name = { "x86_64", 6 },
	.triple = { "x86_64-linux-musl", 17 } };

/* A recipe called x, read for a target; options as "a -b". What was only needed to read
 * is gone when it returns. */
static inline int
fixture_package_for(struct arena *a, const struct target *t, const char *options, const char *text,
    struct package *p, struct err *e)
{
	struct arena tmp = { 0 };
	struct parse ps = fixture_parse(a);
	struct str rest = str_of(options);
	struct str_vec option = { 0 };
	struct str one;
	struct syntax_file *f = ARENA_NEW(a, struct syntax_file, 1);

	ps.tmp = &tmp;
	while (str_cut(&rest, ' ', &one))
		VEC_ADD(a, &option, one);
	*f = (struct syntax_file){ .path = STR("recipes/packages/x"), .text = str_of(text) };
	int result = syntax_read(&tmp, f, field_is_body, e);
	if (result == 0)
		result = parse_package(&ps, f, t, (struct name_list){ option.v, option.n }, p, e);
	arena_free(&tmp);
	return result;
}

static inline int
fixture_package(struct arena *a, const char *text, struct package *p, struct err *e)
{
	return fixture_package_for(a, &fixture_armv7, "", text, p, e);
}

/* "a b c" of a list of words. */
static inline const char *
fixture_joined(struct arena *a, const struct str *v, int n)
{
	struct buf b = { .a = a };

	for (int i = 0; i < n; i++)
		buf_printf(&b, "%s" STR_FMT, i == 0 ? "" : " ", STR_ARG(v[i]));
	return n == 0 ? "" : b.p;
}

#endif
