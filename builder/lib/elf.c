/* SPDX-License-Identifier: ISC */
#include "lib/elf.h"

#include <string.h>

#include "base/vec.h"
#include "lib/armattr.h"

/* Values of the gABI, under its own names so that they can be looked up; <elf.h> is not
 * used because machines differ in how much of it they have. */
enum {
	EI_CLASS = 4,
	EI_DATA = 5,
	ET_REL = 1,
	ET_EXEC = 2,
	ET_DYN = 3,
	EM_ARM = 40,
	PN_XNUM = 0xffff,
	PT_LOAD = 1,
	PT_DYNAMIC = 2,
	PT_INTERP = 3,
	PT_NOTE = 4,
	PT_GNU_STACK = 0x6474e551,
	PT_GNU_RELRO = 0x6474e552,
	PF_X = 1,
	PF_W = 2,
	SHN_XINDEX = 0xffff,
	SHT_NOBITS = 8,
	SHT_ARM_ATTRIBUTES = 0x70000003,
	NT_GNU_BUILD_ID = 3,
	DT_NULL = 0,
	DT_NEEDED = 1,
	DT_STRTAB = 5,
	DT_STRSZ = 10,
	DT_SONAME = 14,
	DT_RPATH = 15,
	DT_TEXTREL = 22,
	DT_BIND_NOW = 24,
	DT_RUNPATH = 29,
	DT_FLAGS = 30,
	DF_TEXTREL = 4,
	DF_BIND_NOW = 8,
	DT_FLAGS_1 = 0x6ffffffb,
	DF_1_NOW = 1,
	DF_1_PIE = 0x08000000,
};

/* Linkers write some dozen segments, and dynamic sections of some hundred bytes; more is
 * an attempt to keep us busy. */
enum { SEGMENT_MAX = 1024, DYNAMIC_MAX = 64 << 10, NOTE_MAX = 64 << 10, TEXT_MAX = 4096 };

struct reader {
	struct arena *a;
	struct str bytes;
	bool is_wide, is_big; /* 64 bits, big endian */
	uint64_t phoff, phnum, shoff, shnum, shstrndx;
	struct str section_names;
	struct err *e;
};

struct segment {
	uint32_t type, flags;
	uint64_t offset, address, size;
};

struct section {
	uint32_t name, type, link, info;
	uint64_t offset, size;
};

struct dynamic {
	uint64_t tag, value;
};

bool
elf_is(struct str bytes)
{
	return str_starts(bytes, STR("\177ELF"));
}

bool
elf_is_bitcode(struct str bytes)
{
	return str_starts(bytes, STR("BC\xc0\xde")) || str_starts(bytes, STR("\xde\xc0\x17\x0b"));
}

/* The number of n bytes at `at`; 0 outside of s, so that no table can lead astray. */
static uint64_t
number(const struct reader *r, struct str s, uint64_t at, size_t n)
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
static uint64_t
word(const struct reader *r, struct str s, unsigned at32, unsigned at64)
{
	return number(r, s, r->is_wide ? at64 : at32, r->is_wide ? 8 : 4);
}

static uint16_t
half(const struct reader *r, struct str s, unsigned at32, unsigned at64)
{
	return (uint16_t)number(r, s, r->is_wide ? at64 : at32, 2);
}

static uint32_t
full(const struct reader *r, struct str s, unsigned at32, unsigned at64)
{
	return (uint32_t)number(r, s, r->is_wide ? at64 : at32, 4);
}

/* size bytes at offset; `what` names them in the error. */
static int
range(const struct reader *r, const char *what, uint64_t offset, uint64_t size, struct str *out)
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
row(const struct reader *r, uint64_t offset, size_t row_bytes, uint64_t i)
{
	return (struct str){ r->bytes.p + offset + i * row_bytes, row_bytes };
}

static int
table_check(const struct reader *r, const char *what, uint64_t offset, uint64_t n, size_t row_bytes)
{
	struct str unused = { 0 };
	uint64_t size;

	if (__builtin_mul_overflow(n, row_bytes, &size))
		size = UINT64_MAX;
	return range(r, what, offset, size, &unused);
}

static size_t
segment_bytes(const struct reader *r)
{
	return r->is_wide ? 56 : 32;
}

static size_t
section_bytes(const struct reader *r)
{
	return r->is_wide ? 64 : 40;
}

static struct segment
segment(const struct reader *r, uint64_t i)
{
	struct str s = row(r, r->phoff, segment_bytes(r), i);

	return (struct segment){
		.type = full(r, s, 0, 0),
		.flags = full(r, s, 24, 4),
		.offset = word(r, s, 4, 8),
		.address = word(r, s, 8, 16),
		.size = word(r, s, 16, 32),
	};
}

static struct section
section(const struct reader *r, uint64_t i)
{
	struct str s = row(r, r->shoff, section_bytes(r), i);

	return (struct section){
		.name = full(r, s, 0, 0),
		.type = full(r, s, 4, 4),
		.offset = word(r, s, 16, 24),
		.size = word(r, s, 20, 32),
		.link = full(r, s, 24, 40),
		.info = full(r, s, 28, 44),
	};
}

/* The text at `at` of a string table; empty when it does not end there. */
static struct str
text_at(struct str table, uint64_t at)
{
	struct str s = str_skip(table, at > table.n ? table.n : (size_t)at);
	size_t most = s.n < TEXT_MAX ? s.n : TEXT_MAX;
	const char *end = most == 0 ? NULL : memchr(s.p, '\0', most);

	return (struct str){ s.p, end == NULL ? 0 : (size_t)(end - s.p) };
}

/* Counts that do not fit into the header stand in section 0. */
static int
read_tables(struct reader *r, struct str header)
{
	r->phoff = word(r, header, 28, 32);
	r->shoff = word(r, header, 32, 40);
	r->phnum = half(r, header, 44, 56);
	r->shnum = half(r, header, 48, 60);
	r->shstrndx = half(r, header, 50, 62);
	if (r->shoff != 0) {
		if (table_check(r, "section table", r->shoff, 1, section_bytes(r)) == -1)
			return -1;
		struct section first = section(r, 0);
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
check_entry_sizes(const struct reader *r, struct str header)
{
	uint16_t phentsize = half(r, header, 42, 54), shentsize = half(r, header, 46, 58);

	if ((r->phnum != 0 && phentsize != segment_bytes(r)) ||
	    (r->shnum != 0 && shentsize != section_bytes(r)))
		return err_set(r->e, ERR_CHECK,
		    "its tables have rows of %u and %u bytes, which %d-bit ELF does not have",
		    phentsize, shentsize, r->is_wide ? 64 : 32);
	return 0;
}

static enum elf_type
type_of(unsigned e_type)
{
	switch (e_type) {
	case ET_REL:
		return ELF_REL;
	case ET_EXEC:
		return ELF_EXEC;
	case ET_DYN:
		return ELF_DYN;
	default:
		return e_type == 0 ? ELF_NONE : ELF_OTHER;
	}
}

static int
read_header(struct reader *r, struct elf *out)
{
	struct str header = { 0 };

	if (!elf_is(r->bytes))
		return err_set(r->e, ERR_CHECK, "this is no ELF file");
	if (r->bytes.n <= EI_DATA)
		return err_set(r->e, ERR_CHECK, "the file ends within its ELF header");
	char class = r->bytes.p[EI_CLASS], data = r->bytes.p[EI_DATA];
	if (class < 1 || class > 2 || data < 1 || data > 2)
		return err_set(r->e, ERR_CHECK,
		    "it is ELF of class %d and byte order %d, which is unknown", class, data);
	r->is_wide = class == 2;
	r->is_big = data == 2;
	if (range(r, "ELF header", 0, r->is_wide ? 64 : 52, &header) == -1)
		return -1;
	out->bits = r->is_wide ? 64 : 32;
	out->is_big_endian = r->is_big;
	out->type = type_of(half(r, header, 16, 16));
	out->machine = half(r, header, 18, 18);
	out->flags = full(r, header, 36, 48);
	if (read_tables(r, header) == -1)
		return -1;
	return check_entry_sizes(r, header);
}

/* File bytes from an address to the end of the segment that is loaded there. */
static int
loaded_at(const struct reader *r, uint64_t address, struct str *out)
{
	for (uint64_t i = 0; i < r->phnum; i++) {
		struct segment s = segment(r, i);
		if (s.type == PT_LOAD && address >= s.address && address - s.address < s.size) {
			uint64_t skip = address - s.address;
			return range(r, "loaded segment", s.offset + skip, s.size - skip, out);
		}
	}
	return err_set(r->e, ERR_CHECK,
	    "no segment holds address 0x%llx, where its strings should be",
	    (unsigned long long)address);
}

static struct dynamic
dynamic_row(const struct reader *r, struct str dynamic, size_t i)
{
	size_t each = r->is_wide ? 8 : 4;

	return (struct dynamic){ number(r, dynamic, 2 * i * each, each),
		number(r, dynamic, (2 * i + 1) * each, each) };
}

static int
dynamic_strings(const struct reader *r, struct str dynamic, size_t n, struct str *out)
{
	uint64_t address = 0, size = 0;

	for (size_t i = 0; i < n; i++) {
		struct dynamic d = dynamic_row(r, dynamic, i);
		if (d.tag == DT_STRTAB)
			address = d.value;
		else if (d.tag == DT_STRSZ)
			size = d.value;
	}
	*out = (struct str){ 0 };
	if (size == 0)
		return 0;
	if (loaded_at(r, address, out) == -1)
		return -1;
	if (size < out->n)
		out->n = (size_t)size;
	return 0;
}

static void
read_dynamic_row(struct dynamic d, struct elf *out)
{
	if (d.tag == DT_TEXTREL || (d.tag == DT_FLAGS && d.value & DF_TEXTREL))
		out->has_textrel = true;
	if (d.tag == DT_BIND_NOW || (d.tag == DT_FLAGS && d.value & DF_BIND_NOW) ||
	    (d.tag == DT_FLAGS_1 && d.value & DF_1_NOW))
		out->has_bind_now = true;
	if (d.tag == DT_FLAGS_1 && d.value & DF_1_PIE)
		out->has_pie_flag = true;
}

/* Entries before the end mark, at most as many as fit. */
static size_t
dynamic_count(const struct reader *r, struct str dynamic)
{
	size_t each = r->is_wide ? 16 : 8, n = 0;

	while ((n + 1) * each <= dynamic.n && dynamic_row(r, dynamic, n).tag != DT_NULL)
		n++;
	return n;
}

static int
read_dynamic(const struct reader *r, struct segment s, struct elf *out)
{
	struct str dynamic = { 0 }, strings = { 0 };
	VEC(struct str) needed = { 0 };

	if (range(r, "dynamic segment", s.offset, s.size, &dynamic) == -1)
		return -1;
	if (dynamic.n > DYNAMIC_MAX)
		return err_set(r->e, ERR_CHECK,
		    "its dynamic segment has %zu bytes, at most %d are sensible", dynamic.n,
		    DYNAMIC_MAX);
	size_t n = dynamic_count(r, dynamic);
	if (dynamic_strings(r, dynamic, n, &strings) == -1)
		return -1;
	out->has_dynamic = true;
	for (size_t i = 0; i < n; i++) {
		struct dynamic d = dynamic_row(r, dynamic, i);
		if (d.tag == DT_NEEDED)
			VEC_ADD(r->a, &needed, text_at(strings, d.value));
		else if (d.tag == DT_RPATH || d.tag == DT_RUNPATH)
			out->runpath = text_at(strings, d.value);
		else if (d.tag == DT_SONAME)
			out->soname = text_at(strings, d.value);
		else
			read_dynamic_row(d, out);
	}
	out->needed = needed.v;
	out->nneeded = needed.n;
	return 0;
}

static uint64_t
round_up(uint64_t n)
{
	return (n + 3) & ~UINT64_C(3);
}

/* A note: name size, descriptor size, type, name and descriptor, each padded to four. */
static void
read_notes(const struct reader *r, struct str notes, struct elf *out)
{
	for (uint64_t at = 0; at + 12 <= notes.n;) {
		uint64_t nname = number(r, notes, at, 4), ndesc = number(r, notes, at + 4, 4);
		uint64_t type = number(r, notes, at + 8, 4), desc = at + 12 + round_up(nname);
		if (desc > notes.n || ndesc > notes.n - desc)
			return;
		struct str name = { notes.p + at + 12, (size_t)nname };
		if (type == NT_GNU_BUILD_ID && str_eq(name, STR("GNU\0"))) {
			out->build_id = (struct str){ notes.p + desc, (size_t)ndesc };
			return;
		}
		at = desc + round_up(ndesc);
	}
}

static int
read_segment(const struct reader *r, struct segment s, struct elf *out)
{
	struct str bytes = { 0 };

	if (s.type == PT_GNU_RELRO)
		out->has_relro = true;
	if (s.type == PT_GNU_STACK) {
		out->has_stack_header = true;
		out->has_exec_stack = (s.flags & PF_X) != 0;
	}
	if (s.type == PT_DYNAMIC && !out->has_dynamic)
		return read_dynamic(r, s, out);
	if (s.type != PT_LOAD && s.type != PT_INTERP && s.type != PT_NOTE)
		return 0;
	if (range(r, s.type == PT_LOAD ? "loaded segment" : "interpreter or note", s.offset, s.size,
		&bytes) == -1)
		return -1;
	if (s.type == PT_LOAD && (s.flags & PF_W) && (s.flags & PF_X))
		out->has_writable_code = true;
	if (s.type == PT_INTERP)
		out->interp =
		    bytes.n != 0 && bytes.p[bytes.n - 1] == '\0' ? text_at(bytes, 0) : bytes;
	if (s.type == PT_NOTE && out->build_id.n == 0 && bytes.n <= NOTE_MAX)
		read_notes(r, bytes, out);
	return 0;
}

static int
read_arm_attributes(const struct reader *r, struct section s, struct elf *out)
{
	struct armattr attr;
	struct str bytes = { 0 };

	if (range(r, "section of ARM attributes", s.offset, s.size, &bytes) == -1)
		return -1;
	if (armattr_parse(bytes, r->is_big, &attr) == -1)
		return err_set(r->e, ERR_CHECK, "its ARM attributes cannot be read");
	out->arm_arch = attr.cpu_arch;
	out->arm_vfp_args = attr.vfp_args;
	out->arm_fp_model = attr.fp_model;
	out->arm_fp_arch = attr.fp_arch;
	out->arm_simd_arch = attr.simd_arch;
	return 0;
}

static int
read_section_names(struct reader *r)
{
	if (r->shstrndx == 0 || r->shnum == 0)
		return 0;
	if (r->shstrndx >= r->shnum)
		return err_set(r->e, ERR_CHECK, "its section names stand in section %llu of %llu",
		    (unsigned long long)r->shstrndx, (unsigned long long)r->shnum);
	struct section s = section(r, r->shstrndx);
	return range(r, "table of section names", s.offset, s.type == SHT_NOBITS ? 0 : s.size,
	    &r->section_names);
}

static int
read_sections(struct reader *r, struct elf *out)
{
	bool seen = false;

	if (read_section_names(r) == -1)
		return -1;
	for (uint64_t i = 0; i < r->shnum; i++) {
		struct section s = section(r, i);
		struct str name = str_skip(r->section_names, s.name);
		if (str_starts(name, STR(".debug_")) || str_starts(name, STR(".zdebug_")))
			out->has_debug = true;
		if (out->machine != EM_ARM || s.type != SHT_ARM_ATTRIBUTES || seen)
			continue;
		seen = true;
		if (read_arm_attributes(r, s, out) == -1)
			return -1;
	}
	return 0;
}

int
elf_parse(struct arena *a, struct str bytes, struct elf *out, struct err *e)
{
	struct reader r = { .a = a, .bytes = bytes, .e = e };

	*out = (struct elf){ .arm_arch = -1,
		.arm_vfp_args = -1,
		.arm_fp_model = -1,
		.arm_fp_arch = -1,
		.arm_simd_arch = -1 };
	if (read_header(&r, out) == -1)
		return -1;
	for (uint64_t i = 0; i < r.phnum; i++)
		if (read_segment(&r, segment(&r, i), out) == -1)
			return -1;
	return read_sections(&r, out);
}
