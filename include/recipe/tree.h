/*
 * tree.h - the recipe trees on disk: names to packages, targets, styles, tools, bundles, mirrors.
 *
 *	<root>/recipes/packages/NAME    one recipe a file
 *	<root>/recipes/targets/NAME     machines to run on
 *	<root>/recipes/styles/NAME      how a kind of build system is driven
 *	<root>/recipes/tools/NAME       programs of the build machine
 *	<root>/recipes/bundles/NAME     profiles: what a device gets
 *	<root>/recipes/mirrors          places for sources
 *	<root>/patches/PACKAGE/NNNN-*.patch and local files
 *	<root>/PATH                     what recipes take with `from-tree PATH`
 *
 * Several roots: an earlier one's file hides a later one's of the same name.  That goes
 * for what stands below patches/ too, for the roots up to the one that has the recipe.
 * Files are read when they are first asked for, each once.  With files.h, which does
 * the reading, this is the only module of its layer that touches the disk.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef RECIPE_TREE_H
#define RECIPE_TREE_H

#include "recipe/bundle.h"
#include "recipe/files.h" /* enum tree_kind */
#include "recipe/package.h"

struct tree;

/* nroot paths of folders, the tree's own last. All that the tree gives lives in run. A root
 * may hold any of it: a target alone, say. ERR_USAGE when one has no folder recipes. */
MUST_USE int tree_open(
    struct arena *run, const char *const *root, int nroot, struct tree **out, struct err *e);

/* The absolute path of root number i; NULL behind the last. */
const char *tree_root(const struct tree *t, int i);

/* Sorted names of what there is, without reading the files. */
MUST_USE int tree_names(
    struct tree *t, enum tree_kind kind, struct str **names, int *n, struct err *e);

/* A recipe read for a target. `option` is a list like "http2", "-idn"; none: the
 * recipe's defaults. Asked for the same again, the same pointer. Unknown name:
 * ERR_USAGE with the nearest one; a wrong recipe: ERR_RECIPE, located. */
MUST_USE int tree_package(struct tree *t, struct str name, struct str target,
    const struct str *option, int noption, const struct package **out, struct err *e);
/* The same, read anew and not kept, so that all its faults are found: each is given to
 * fault, then the call fails. */
struct tree_request {
	struct str name, target;
	struct name_list option;
	void (*fault)(void *ctx, const struct err *e);
	void *ctx;
};
MUST_USE int tree_check(
    struct tree *t, const struct tree_request *q, const struct package **out, struct err *e);

MUST_USE int tree_target(struct tree *t, struct str name, const struct target **out, struct err *e);
MUST_USE int tree_style(struct tree *t, struct str name, const struct style **out, struct err *e);
MUST_USE int tree_bundle(struct tree *t, struct str name, const struct bundle **out, struct err *e);
MUST_USE int tree_tool(struct tree *t, struct str name, const struct tool **out, struct err *e);

/* The mirror group of a name, NULL when there is none. */
MUST_USE int tree_mirror(struct tree *t, struct str name, const struct mirror **out, struct err *e);

/* The names of the mirror groups. */
MUST_USE int tree_mirrors(struct tree *t, struct name_list *out, struct err *e);

/* The statements of a file, in arena a. */
MUST_USE int tree_syntax(struct tree *t, enum tree_kind kind, struct str name, struct arena *a,
    const struct syntax_file **out, struct err *e);

/* Every problem of one recipe (syntax, fields, every target, lint rules), each
 * given to `each`; returns how many, -1 when the file cannot be read. */
MUST_USE int tree_lint(struct tree *t, struct str name, void (*each)(void *ctx, const struct err *),
    void *ctx, struct err *e);

/* The path of a file, as errors name it; it can be opened from the current folder. */
MUST_USE int tree_path(
    struct tree *t, enum tree_kind kind, struct str name, struct str *out, struct err *e);

/* The path of the file of a later root that this one hides; n == 0 when it hides none. */
MUST_USE int tree_hidden(
    struct tree *t, enum tree_kind kind, struct str name, struct str *out, struct err *e);

/* Every file and folder that was read or listed so far, or found missing: what a
 * snapshot stats. Absolute. */
void tree_inputs(const struct tree *t, void (*each)(void *ctx, const char *path), void *ctx);

#endif
