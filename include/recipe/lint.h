/*
 * lint.h - what is wrong with a recipe although it can be read.
 *
 * Pure: the tree reads the recipe for every target and set of options, and gives what
 * it got.  Each problem is reported once, located, however many targets show it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef RECIPE_LINT_H
#define RECIPE_LINT_H

#include "base/map.h"
#include "recipe/field.h"
#include "recipe/package.h"

struct lint {
	struct arena *a;
	void (*each)(void *ctx, const struct err *problem);
	void *ctx;
	struct map said; /* initialise with { .a = arena } */

	struct name_list packages; /* all that there are */
	struct name_list mirrors;  /* groups that a url may name */
};

/* Give a problem to each, unless the same was given before; *problem is emptied. */
void lint_say(struct lint *l, struct err *problem);

/* The text and its statements: written as `kiln fmt` writes it, no blanks at the end of a
 * line, a summary of one line, no name of a goal of the GNUmakefile. */
void lint_text(struct lint *l, const struct syntax_file *f);

/* What it says: digests and sizes, licence texts, known needs and mirrors, something to
 * install, patches with a header, expressions that are some. style may be NULL. */
void lint_package(struct lint *l, const struct package *p);

/* Tools that are there without being named: always, by the style, or named before. */
void lint_tools(struct lint *l, const struct syntax_file *f, const struct style *style);

/* Is it a goal of the GNUmakefile, where `make NAME` builds the package NAME? */
bool lint_is_goal(struct str name);

#endif
