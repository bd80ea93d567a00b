/*
 * elfread.h - numbers and tables of an ELF file, for the modules that know what they mean.
 *
 * Every table that elfread_open has seen lies within the bytes.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef LIB_ELFREAD_H
#define LIB_ELFREAD_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct elfread {
	struct arena *a; /* of the caller */
	struct str bytes, header;
	bool is_wide, is_big; /* 64 bits, big endian */
	uint64_t phoff, phnum, shoff, shnum, shstrndx;
	struct str section_names; /* after elfread_section_names */
	struct err *e;
};

struct elf_segment {
	uint32_t type, flags;
	uint64_t offset, address, size, align;
};

struct elf_section {
	uint32_t name, type, link, info;
	uint64_t flags, offset, size;
};

/* Header and tables. ERR_CHECK: what is wrong with the file. */
MUST_USE int elfread_open(struct elfread *r, struct str bytes, struct err *e);
MUST_USE int elfread_section_names(struct elfread *r);

/* Row i of the tables. */
struct elf_segment elfread_segment(const struct elfread *r, uint64_t i);
struct elf_section elfread_section(const struct elfread *r, uint64_t i);

/* The number of n bytes at `at`; 0 outside of s, so that no table can lead astray. */
uint64_t elfread_number(const struct elfread *r, struct str s, uint64_t at, size_t n);

/* The same for fields that stand at different places in 32 and 64 bits: `word` is as
 * wide as an address, `half` has two bytes and `full` four in both. */
uint64_t elfread_word(const struct elfread *r, struct str s, unsigned at32, unsigned at64);
uint16_t elfread_half(const struct elfread *r, struct str s, unsigned at32, unsigned at64);
uint32_t elfread_full(const struct elfread *r, struct str s, unsigned at32, unsigned at64);

/* size bytes at offset; `what` names them in the error. */
MUST_USE int elfread_range(
    const struct elfread *r, const char *what, uint64_t offset, uint64_t size, struct str *out);

/* The text at `at` of a string table; empty when it does not end there. */
struct str elfread_text(struct str table, uint64_t at);

#endif
