/*
 * Manifests.  A first byte of 'r' leaves the rest as it is; else the last line,
 * with the sum that nobody guesses, is added.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>

#include "base/crc.h"
#include "store/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct buf text = { .a = &a }, again = { .a = &a };
	struct object o;

	if (n == 0)
		return 0;
	buf_add(&text, (struct str){ (const char *)p + 1, n - 1 });
	if (p[0] != 'r')
		buf_printf(&text, "end %08x\n", (unsigned)crc32_of(buf_str(&text)));
	if (manifest_parse(&a, buf_str(&text), &o, &e) == 0) {
		manifest_print(&again, &o);
		if (!str_eq(buf_str(&text), buf_str(&again)))
			abort();
		manifest_seal(&o);
		if (manifest_check(&o, &e) == -1)
			abort();
	}
	arena_free(&a);
	return 0;
}
