/* SPDX-License-Identifier: ISC */
#include "recipe/machine.h"

enum { EM_386 = 3, EM_MIPS = 8, EM_PPC64 = 21, EM_ARM = 40, EM_X86_64 = 62, EM_AARCH64 = 183 };
enum { EM_RISCV = 243, EM_LOONGARCH = 258 };

static const struct machine row[] = {
	{ "arm", EM_ARM, 32 },
	{ "thumb", EM_ARM, 32 },
	{ "aarch64-", EM_AARCH64, 64 },
	{ "x86_64-", EM_X86_64, 64 },
	{ "i386-", EM_386, 32 },
	{ "i586-", EM_386, 32 },
	{ "i686-", EM_386, 32 },
	{ "riscv64-", EM_RISCV, 64 },
	{ "riscv32-", EM_RISCV, 32 },
	{ "mipsel-", EM_MIPS, 32 },
	{ "mips-", EM_MIPS, 32 },
	{ "powerpc64le-", EM_PPC64, 64 },
	{ "loongarch64-", EM_LOONGARCH, 64 },
};

const struct machine *
machine_of(struct str triple)
{
	for (size_t i = 0; i < COUNT_OF(row); i++)
		if (str_starts(triple, str_of(row[i].start)))
			return &row[i];
	return NULL;
}

const char *
machine_float(struct str triple)
{
	const struct machine *m = machine_of(triple);

	if (m == NULL || m->elf_machine != EM_ARM)
		return "";
	return str_ends(triple, STR("eabihf")) ? "hard" : "soft";
}
