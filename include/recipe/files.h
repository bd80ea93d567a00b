/*
 * files.h - the folders and files of the recipe trees: listed and read once, recorded.
 *
 * The part of tree.h that touches the disk.  Paths in errors are relative when the
 * tree stands in the current folder or below it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef RECIPE_FILES_H
#define RECIPE_FILES_H

#include "base/map.h"
#include "base/vec.h"
#include "recipe/field.h"
#include "recipe/package.h"

/* The kinds of data file, one folder below recipes/ each. */
enum tree_kind {
	TREE_PACKAGES,
	TREE_TARGETS,
	TREE_STYLES,
	TREE_TOOLS,
	TREE_BUNDLES,
	TREE_KIND_COUNT
};

/* "package", "target", "style", "tool", "bundle"; and the folder, "packages", ... */
const char *tree_kind_name(enum tree_kind kind);
const char *tree_kind_folder(enum tree_kind kind);

struct files {
	struct arena *run;
	struct files_root {
		const char *path; /* absolute */
		const char
		    *shown; /* as errors name it, with a last "/"; "" for the current folder */
	} * root;
	int nroot;
	struct files_list {
		bool is_listed;
		struct map root_of; /* by name: the first root that has it */
		struct str *name;   /* sorted */
		int n;
	} list[TREE_KIND_COUNT];
	struct map *has_patches; /* of each root: packages with a folder below patches/ */
	struct map input;        /* paths that were read or listed */
};

/* ERR_USAGE when a root has no recipes/packages. */
MUST_USE int files_open(
    struct files *f, struct arena *run, const char *const *root, int nroot, struct err *e);

/* Sorted names of a kind; what is no name (foo~, README), or a folder, is left out. */
MUST_USE int files_names(
    struct files *f, enum tree_kind kind, struct name_list *out, struct err *e);

/* Which root has a file, -1 when none has. */
MUST_USE int files_find(
    struct files *f, enum tree_kind kind, struct str name, int *root, struct err *e);

/* The path of a file of a root, as errors name it, in a; file is below recipes/. */
struct str files_shown(const struct files *f, struct arena *a, int root, const char *file);

/* Is there such a file? Nothing is recorded: it only serves to be named. */
bool files_exists(const struct files *f, int root, const char *file);

/* The path and the text of such a file. ERR_RECIPE when it is larger than
 * SYNTAX_FILE_MAX; the text has p == NULL when it is not there. */
MUST_USE int files_read(
    struct files *f, int root, const char *file, struct syntax_file *out, struct err *e);

/* What stands below patches/PACKAGE/ of a recipe's root and of those before it: an earlier
 * root's file hides a later one's of the same name, so that a private tree can add to a
 * package of ours without a recipe of its own.
 * The patches, NAME.patch, by name. */
MUST_USE int files_patches(
    struct files *f, int root, struct str package, struct patch **out, int *n, struct err *e);

/* Fill in the path, the digest and the size of a local source, be it from patches/PACKAGE or
 * from the root itself, where it may be missing: then it has no digest. */
MUST_USE int files_measure(
    struct files *f, int root, struct str package, struct source *s, struct err *e);

#endif
