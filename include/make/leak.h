/*
 * leak.h - texts that tell where, on what or by whom a file was made.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_LEAK_H
#define MAKE_LEAK_H

#include "make/finding.h"

/* Made by leak_prepare; texts are borrowed. */
struct leaks {
	const struct leak *v;
	int n;
};

/* Look for these n texts (rule leak-path) and for the sandbox's own folders (rule
 * leak-build-path). A text that starts with "/" is a path and must end where a part of
 * one ends; a path of one part, such as /root, says nothing of a machine and is passed
 * over. Any other text is a name: a word of at least six letters, shorter ones are
 * passed over. */
struct leaks leak_prepare(struct arena *a, const struct str *text, int n);

/* Report the first place of each text in bytes: offset, and what surrounds it.
 * build_paths: the sandbox's folders too. */
void leak_search(
    const struct leaks *l, struct findings *f, struct place at, struct str bytes, bool build_paths);

/* Does a path that the sandbox alone has begin at s, a place of a text? */
bool leak_is_build_path(struct str s);

#endif
