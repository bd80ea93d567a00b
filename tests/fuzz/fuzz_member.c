/*
 * fuzz_member.c - bytes as a member's name and, behind a newline, as its link's target.
 *
 * What is let through stays inside, by another measure than the one that let it.
 *
 * SPDX-License-Identifier: ISC
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "fetch/member.h"

/* The folders that following target from path leads through never are fewer than none. */
static bool
stays_inside(const struct member_path *path, struct str target)
{
	int depth = path->nfolder;
	struct str part;

	while (str_cut(&target, '/', &part)) {
		if (str_is(part, ".."))
			depth--;
		else if (part.n != 0 && !str_is(part, "."))
			depth++;
		if (depth < 0)
			return false;
	}
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str rest = { (const char *)bytes, n }, name = STR("");
	struct member_path path;

	(void)str_cut(&rest, '\n', &name);
	for (int strip = 0; strip < 3; strip++) {
		if (member_path(name, strip, &path) != NULL)
			continue;
		struct str clean = { path.z, path.n };
		assert(strlen(path.z) == path.n);
		assert(path.n == 0 || str_is_inner_path(clean));
		if (member_link_fault(&path, rest) == NULL)
			assert(rest.p[0] != '/' && stays_inside(&path, rest));
	}
	return 0;
}
