/* SPDX-License-Identifier: ISC */
#include "lib/elfread.h"

#include <string.h>

/* Values of the gABI, under its own names so that they can be looked up; <elf.h> is not
 * used because machines differ in how much of it they have. */
enum { EI_CLASS = 4, EI_DATA = 5, PN_XNUM = 0xffff, SHN_XINDEX = 0xffff, SHT_NOBITS = 8 };

/* Linkers write some dozen segments; more is an attempt to keep us busy. */
enum { SEGMENT_MAX = 1024, TEXT_MAX = 4096 };

/* The number of n bytes at `at`; 0 outside of s, so that no table can lead astray. */
uint64_t
elfread_number(const struct elfread *r, struct str s, uint64_t at, size_t n)
{
	uint64_t v = 0;

	if (at > s.n || n > s.n - at)
		return 0;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | (unsigned char)s.p[at + (r->is_big ? i : n - 1 - i)];
	return v;
}

/* The same for fields that stand at different places in 32 and 64 bits: `word` is as
 * wide as an address, `half` has two bytes and `full` four in both. */
uint64_t
elfread_word(const struct elfread *r, struct str s, unsigned at32, unsigned at64)
{
	return elfread_number(r, s, r->is_wide ? at64 : at32, r->is_wide ? 8 : 4);
}

uint16_t
elfread_half(const struct elfread *r, struct str s, unsigned at32, unsigned at64)
{
	return (uint16_t)elfread_number(r, s, r->is_wide ? at64 : at32, 2);
}

uint32_t
elfread_full(const struct elfread *r, struct str s, unsigned at32, unsigned at64)
{
	return (uint32_t)elfread_number(r, s, r->is_wide ? at64 : at32, 4);
}

/* size bytes at offset; `what` names them in the error. */
int
elfread_range(
    const struct elfread *r, const char *what, uint64_t offset, uint64_t size, struct str *out)
{
	if (offset > r->bytes.n || size > r->bytes.n - offset)
		return err_set(r->e, ERR_CHECK,
		    "the %s (%llu bytes at %llu) lies outside of the file of %zu bytes", what,
		    (unsigned long long)size, (unsigned long long)offset, r->bytes.n);
	*out = (struct str){ r->bytes.p + offset, (size_t)size };
	return 0;
}

/* Row i of a table that table_check has seen. */
static struct str
row(const struct elfread *r, uint64_t offset, size_t row_bytes, uint64_t i)
{
	return (struct str){ r->bytes.p + offset + i * row_bytes, row_bytes };
}

static int
table_check(
    const struct elfread *r, const char *what, uint64_t offset, uint64_t n, size_t row_bytes)
{
	struct str unused = { 0 };
	uint64_t size;

	if (__builtin_mul_overflow(n, row_bytes, &size))
		size = UINT64_MAX;
	return elfread_range(r, what, offset, size, &unused);
}

static size_t
segment_bytes(const struct elfread *r)
{
	return r->is_wide ? 56 : 32;
}

static size_t
section_bytes(const struct elfread *r)
{
	return r->is_wide ? 64 : 40;
}

struct elf_segment
elfread_segment(const struct elfread *r, uint64_t i)
{
	struct str s = row(r, r->phoff, segment_bytes(r), i);

	return (struct elf_segment){
		.type = elfread_full(r, s, 0, 0),
		.flags = elfread_full(r, s, 24, 4),
		.offset = elfread_word(r, s, 4, 8),
		.address = elfread_word(r, s, 8, 16),
		.size = elfread_word(r, s, 16, 32),
		.align = elfread_word(r, s, 28, 48),
	};
}

struct elf_section
elfread_section(const struct elfread *r, uint64_t i)
{
	struct str s = row(r, r->shoff, section_bytes(r), i);

	return (struct elf_section){
		.name = elfread_full(r, s, 0, 0),
		.type = elfread_full(r, s, 4, 4),
		.flags = elfread_word(r, s, 8, 8),
		.offset = elfread_word(r, s, 16, 24),
		.size = elfread_word(r, s, 20, 32),
		.link = elfread_full(r, s, 24, 40),
		.info = elfread_full(r, s, 28, 44),
	};
}

/* The text at `at` of a string table; empty when it does not end there. */
struct str
elfread_text(struct str table, uint64_t at)
{
	struct str s = str_skip(table, at > table.n ? table.n : (size_t)at);
	size_t most = s.n < TEXT_MAX ? s.n : TEXT_MAX;
	const char *end = most == 0 ? NULL : memchr(s.p, '\0', most);

	return (struct str){ s.p, end == NULL ? 0 : (size_t)(end - s.p) };
}

/* Counts that do not fit into the header stand in section 0. */
static int
read_tables(struct elfread *r, struct str header)
{
	r->phoff = elfread_word(r, header, 28, 32);
	r->shoff = elfread_word(r, header, 32, 40);
	r->phnum = elfread_half(r, header, 44, 56);
	r->shnum = elfread_half(r, header, 48, 60);
	r->shstrndx = elfread_half(r, header, 50, 62);
	if (r->shoff != 0) {
		if (table_check(r, "section table", r->shoff, 1, section_bytes(r)) == -1)
			return -1;
		struct elf_section first = elfread_section(r, 0);
		r->shnum = r->shnum == 0 ? first.size : r->shnum;
		r->shstrndx = r->shstrndx == SHN_XINDEX ? first.link : r->shstrndx;
		r->phnum = r->phnum == PN_XNUM ? first.info : r->phnum;
	} else {
		r->shnum = 0;
	}
	if (r->phnum > SEGMENT_MAX)
		return err_set(r->e, ERR_CHECK, "it has %llu segments, at most %d are sensible",
		    (unsigned long long)r->phnum, SEGMENT_MAX);
	if (table_check(r, "segment table", r->phoff, r->phnum, segment_bytes(r)) == -1)
		return -1;
	return table_check(r, "section table", r->shoff, r->shnum, section_bytes(r));
}

static int
check_entry_sizes(const struct elfread *r, struct str header)
{
	uint16_t phentsize = elfread_half(r, header, 42, 54),
		 shentsize = elfread_half(r, header, 46, 58);

	if ((r->phnum != 0 && phentsize != segment_bytes(r)) ||
	    (r->shnum != 0 && shentsize != section_bytes(r)))
		return err_set(r->e, ERR_CHECK,
		    "its tables have rows of %u and %u bytes, which %d-bit ELF does not have",
		    phentsize, shentsize, r->is_wide ? 64 : 32);
	return 0;
}

/* Class and byte order, then the header as a whole. */
static int
read_ident(struct elfread *r)
{
	if (!str_starts(r->bytes, STR("\177ELF")))
		return err_set(r->e, ERR_CHECK, "this is no ELF file");
	if (r->bytes.n <= EI_DATA)
		return err_set(r->e, ERR_CHECK, "the file ends within its ELF header");
	char class = r->bytes.p[EI_CLASS], data = r->bytes.p[EI_DATA];
	if (class < 1 || class > 2 || data < 1 || data > 2)
		return err_set(r->e, ERR_CHECK,
		    "it is ELF of class %d and byte order %d, which is unknown", class, data);
	r->is_wide = class == 2;
	r->is_big = data == 2;
	return elfread_range(r, "ELF header", 0, r->is_wide ? 64 : 52, &r->header);
}

int
elfread_section_names(struct elfread *r)
{
	if (r->shstrndx == 0 || r->shnum == 0)
		return 0;
	if (r->shstrndx >= r->shnum)
		return err_set(r->e, ERR_CHECK, "its section names stand in section %llu of %llu",
		    (unsigned long long)r->shstrndx, (unsigned long long)r->shnum);
	struct elf_section s = elfread_section(r, r->shstrndx);
	return elfread_range(r, "table of section names", s.offset,
	    s.type == SHT_NOBITS ? 0 : s.size, &r->section_names);
}

int
elfread_open(struct elfread *r, struct str bytes, struct err *e)
{
	*r = (struct elfread){ .bytes = bytes, .e = e };
	if (read_ident(r) == -1 || read_tables(r, r->header) == -1 ||
	    check_entry_sizes(r, r->header) == -1)
		return -1;
	return 0;
}
