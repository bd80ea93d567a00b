/*
 * fuzz_ar.c - any bytes as an archive, its members judged as the judge does.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdint.h>
#include <stdlib.h>

#include "lib/ar.h"
#include "make/inspect_archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct walk {
	struct str archive;
	size_t total;
};

/* Names and bytes lie within the archive and never overlap, so they are not more than it. */
static int
check(void *ctx, struct str name, struct str bytes, struct err *e)
{
	struct walk *w = ctx;

	(void)e;
	if (bytes.p < w->archive.p || bytes.n > w->archive.n ||
	    bytes.p + bytes.n > w->archive.p + w->archive.n || name.n > w->archive.n)
		abort();
	w->total += bytes.n;
	return 0;
}

static void
check_symbol(void *ctx, struct str symbol, uint64_t at)
{
	struct walk *w = ctx;
	struct str name, bytes;
	struct err e = { 0 };

	if (symbol.p < w->archive.p || symbol.p + symbol.n > w->archive.p + w->archive.n)
		abort();
	if (ar_member(w->archive, at, &name, &bytes, &e) == -1)
		return;
	w->total = 0;
	check(w, name, bytes, &e);
}

static void
read_index(struct walk *w)
{
	struct err e = { 0 };
	bool has_index;

	if ((ar_index(w->archive, check_symbol, w, &has_index, &e) == -1) != (e.kind == ERR_CHECK))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct target target = { .elf_machine = 40, .elf_bits = 32 };
	const struct package package = { .target = &target };
	struct str bytes = { (const char *)p, n };
	struct walk w = { bytes, 0 };
	struct arena a = { 0 };
	struct err e = { 0 };
	struct findings f = { .a = &a, .package = &package };
	struct leaks leaks = leak_prepare(&a, NULL, 0);

	if ((ar_walk(bytes, check, &w, &e) == -1) != (e.kind == ERR_CHECK) || w.total > n)
		abort();
	read_index(&w);
	inspect_archive(&f, &a, STR("x.a"), bytes, &leaks);
	arena_free(&a);
	return 0;
}
