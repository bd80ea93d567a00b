/*
 * fuzz_gobuild.c - any bytes as a program of Go; what comes back is one line of plain text each.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdint.h>
#include <stdlib.h>

#include "lib/gobuild.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
check(struct str s)
{
	if (s.n == 0)
		abort();
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = { 0 };
	struct gobuild got;

	if (gobuild_parse(&a, (struct str){ (const char *)p, n }, &got)) {
		for (int i = 0; i < got.nmodule; i++) {
			check(got.module[i].path);
			check(got.module[i].version);
		}
		if (got.nmodule < 0)
			abort();
	}
	arena_free(&a);
	return 0;
}
