/*
 * fuzz_elf.c - any bytes as an ELF file; every view that comes back is read.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdint.h>
#include <stdlib.h>

#include "lib/elf.h"
#include "lib/symtab.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static unsigned
sum(struct str s)
{
	unsigned v = 0;

	for (size_t i = 0; i < s.n; i++)
		v += (unsigned char)s.p[i];
	return v;
}

static volatile unsigned sink;

static void
note(void *ctx, struct str name, enum symtab_kind kind)
{
	(void)ctx;
	sink += sum(name) + (unsigned)kind;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct elf elf;
	int result = elf_parse(&a, (struct str){ (const char *)p, n }, &elf, &e);

	if ((result == -1) != (e.kind == ERR_CHECK))
		abort();
	if (result == 0) {
		sink += sum(elf.interp) + sum(elf.runpath) + sum(elf.soname) + sum(elf.build_id);
		for (int i = 0; i < elf.nneeded; i++)
			sink += sum(elf.needed[i]);
	}
	e = (struct err){ 0 };
	result = symtab_walk(&a, (struct str){ (const char *)p, n }, note, NULL, &e);
	if ((result == -1) != (e.kind == ERR_CHECK))
		abort();
	arena_free(&a);
	return 0;
}
