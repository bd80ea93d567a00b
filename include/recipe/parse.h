/*
 * parse.h - statements to packages, targets, styles, tools and mirrors.
 *
 * Pure: names that must exist are given as lists.  What is made lives in the run
 * arena and borrows from the text of the file, which must live as long as places in
 * it may be shown; the statements themselves need not.  Errors are
 * ERR_RECIPE and located.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef RECIPE_PARSE_H
#define RECIPE_PARSE_H

#include "recipe/block.h"
#include "recipe/package.h"

struct parse {
	struct arena *run, *tmp;
	struct name_list targets, styles, tools; /* those that there are */
	struct name_list packages;               /* for bundles alone */

	/* When set, reading goes on behind a fault: each is given here, and the call fails
	 * with their number. */
	void (*fault)(void *ctx, const struct err *e);
	void *ctx;
};

/* The recipe's own part of a package, read for a target with options ("http2",
 * "-idn"). Patches, digests of local files, and what merge.h adds are not in it. An
 * option that the recipe does not have is ERR_USAGE. */
MUST_USE int parse_package(const struct parse *ps, const struct syntax_file *f,
    const struct target *t, struct name_list option, struct package *out, struct err *e);

MUST_USE int parse_target(
    const struct parse *ps, const struct syntax_file *f, struct target *out, struct err *e);
MUST_USE int parse_style(
    const struct parse *ps, const struct syntax_file *f, struct style *out, struct err *e);
MUST_USE int parse_tool(
    const struct parse *ps, const struct syntax_file *f, struct tool *out, struct err *e);
MUST_USE int parse_mirrors(const struct parse *ps, const struct syntax_file *f, struct mirror **out,
    int *n, struct err *e);

/* The body of a phase or test; an empty one is "\n", so that it counts as said. */
struct body parse_body(const struct reader *r, const struct value *v);

#endif
