/*
 * fuzz_diff.c - bytes as a patch, up to a line "====", and the text it is applied to.
 *
 * SPDX-License-Identifier: ISC
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "make/diff.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct diff d = { 0 };
	struct str all = { (const char *)bytes, n }, text = all, old = STR(""), new;
	const char *at = n == 0 ? NULL : memmem(bytes, n, "\n====\n", 6);

	if (at != NULL) {
		text.n = (size_t)(at - all.p) + 1;
		old = str_skip(all, text.n + 5);
	}
	int result = diff_parse(&a, text, &d, &e);
	assert((result == -1) == (e.kind != ERR_NONE));
	for (int i = 0; i < d.nfile; i++) {
		struct err why = { 0 };
		assert(str_is_inner_path(d.file[i].path));
		result = diff_apply(&a, &d.file[i], old, &new, &why);
		assert((result == -1) == (why.kind != ERR_NONE));
	}
	arena_free(&a);
	return 0;
}
