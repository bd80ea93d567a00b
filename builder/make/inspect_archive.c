/* SPDX-License-Identifier: ISC */
#include "make/inspect_archive.h"

#include "lib/ar.h"
#include "make/inspect_elf.h"

struct archive {
	struct findings *f;
	struct arena *tmp;
	const struct leaks *leaks;
	struct str path;
	int nmember;
};

static int
judge_member(void *ctx, struct str name, struct str bytes, struct err *e)
{
	struct archive *a = ctx;
	struct place at = { a->path, name.n == 0 ? STR("no name") : name };

	(void)e;
	a->nmember++;
	inspect_object(a->f, a->tmp, at, bytes);
	leak_search(a->leaks, a->f, at, bytes, true);
	leak_search(a->leaks, a->f, at, name, true);
	return 0;
}

void
inspect_archive(struct findings *f, struct arena *tmp, struct str path, struct str bytes,
    const struct leaks *leaks)
{
	struct archive a = { f, tmp, leaks, path, 0 };
	struct place at = { .path = path };
	struct err e = { 0 };

	if (ar_walk(bytes, judge_member, &a, &e) == -1)
		findings_add(f, RULE_ARCHIVE_DAMAGED, at, "%s", e.text);
	else if (a.nmember == 0)
		findings_add(f, RULE_ARCHIVE_EMPTY, at, "has no members");
}
