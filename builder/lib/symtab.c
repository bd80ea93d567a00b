/* SPDX-License-Identifier: ISC */
#include "lib/symtab.h"

#include "lib/elfread.h"

/* Values of the gABI, under its own names. */
enum {
	SHT_SYMTAB = 2,
	SHT_GROUP = 17,
	SHT_SYMTAB_SHNDX = 18,
	GRP_COMDAT = 1,
	SHN_UNDEF = 0,
	SHN_LORESERVE = 0xff00,
	SHN_COMMON = 0xfff2,
	SHN_XINDEX = 0xffff,
	STB_GLOBAL = 1,
	STB_WEAK = 2,
	STB_GNU_UNIQUE = 10,
	STT_COMMON = 5,
};

struct symtab {
	struct elfread r;
	struct str rows, names, wide_index; /* wide_index: of SHN_XINDEX */
	bool *is_comdat;                    /* by section */
};

struct symbol {
	uint32_t name;
	unsigned binding, type, section;
};

static size_t
row_bytes(const struct symtab *t)
{
	return t->r.is_wide ? 24 : 16;
}

static struct symbol
symbol(const struct symtab *t, size_t i)
{
	struct str s = str_skip(t->rows, i * row_bytes(t));
	unsigned info = (unsigned)elfread_number(&t->r, s, t->r.is_wide ? 4 : 12, 1);
	unsigned section = elfread_half(&t->r, s, 14, 6);

	if (section == SHN_XINDEX)
		section = (unsigned)elfread_number(&t->r, t->wide_index, 4 * i, 4);
	return (struct symbol){ elfread_full(&t->r, s, 0, 0), info >> 4, info & 15, section };
}

/* A group's words: its flags, then the sections in it. */
static int
read_group(struct symtab *t, struct elf_section s)
{
	struct str words = { 0 };

	if (elfread_range(&t->r, "section group", s.offset, s.size, &words) == -1)
		return -1;
	if (!(elfread_number(&t->r, words, 0, 4) & GRP_COMDAT))
		return 0;
	for (uint64_t at = 4; at + 4 <= words.n; at += 4) {
		uint64_t member = elfread_number(&t->r, words, at, 4);
		if (member < t->r.shnum)
			t->is_comdat[member] = true;
	}
	return 0;
}

static int
read_section(struct symtab *t, uint64_t i)
{
	struct elf_section s = elfread_section(&t->r, i), strings;

	/* How groups were written before there were groups. */
	if (str_starts(elfread_text(t->r.section_names, s.name), STR(".gnu.linkonce.")))
		t->is_comdat[i] = true;
	if (s.type == SHT_GROUP)
		return read_group(t, s);
	if (s.type == SHT_SYMTAB_SHNDX)
		return elfread_range(
		    &t->r, "table of section numbers", s.offset, s.size, &t->wide_index);
	if (s.type != SHT_SYMTAB)
		return 0;
	if (s.link >= t->r.shnum)
		return err_set(t->r.e, ERR_CHECK, "its symbols' names stand in section %u of %llu",
		    s.link, (unsigned long long)t->r.shnum);
	strings = elfread_section(&t->r, s.link);
	if (elfread_range(&t->r, "symbol table", s.offset, s.size, &t->rows) == -1)
		return -1;
	return elfread_range(
	    &t->r, "table of symbol names", strings.offset, strings.size, &t->names);
}

static enum symtab_kind
kind_of(const struct symtab *t, struct symbol s)
{
	if (s.section == SHN_COMMON || s.type == STT_COMMON)
		return SYMTAB_COMMON;
	if (s.binding != STB_GLOBAL)
		return SYMTAB_WEAK;
	return s.section < t->r.shnum && t->is_comdat[s.section] ? SYMTAB_COMDAT : SYMTAB_STRONG;
}

int
symtab_walk(struct arena *a, struct str object, symtab_each *each, void *ctx, struct err *e)
{
	struct symtab t = { 0 };

	if (elfread_open(&t.r, object, e) == -1 || elfread_section_names(&t.r) == -1)
		return -1;
	t.is_comdat = ARENA_NEW(a, bool, (size_t)t.r.shnum + 1);
	for (uint64_t i = 0; i < t.r.shnum; i++)
		if (read_section(&t, i) == -1)
			return -1;
	for (size_t i = 1; i < t.rows.n / row_bytes(&t); i++) {
		struct symbol s = symbol(&t, i);
		bool is_global =
		    s.binding == STB_GLOBAL || s.binding == STB_WEAK || s.binding == STB_GNU_UNIQUE;
		if (is_global && s.section != SHN_UNDEF)
			each(ctx, elfread_text(t.names, s.name), kind_of(&t, s));
	}
	return 0;
}
