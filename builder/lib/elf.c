/* SPDX-License-Identifier: ISC */
#include "lib/elf.h"

#include "base/buf.h"
#include "base/vec.h"
#include "lib/armattr.h"
#include "lib/elfread.h"

/* Values of the gABI, under its own names so that they can be looked up; <elf.h> is not
 * used because machines differ in how much of it they have. */
enum {
	ET_REL = 1,
	ET_EXEC = 2,
	ET_DYN = 3,
	EM_ARM = 40,
	PT_LOAD = 1,
	PT_DYNAMIC = 2,
	PT_INTERP = 3,
	PT_NOTE = 4,
	PT_TLS = 7,
	PT_GNU_STACK = 0x6474e551,
	PT_GNU_RELRO = 0x6474e552,
	PF_X = 1,
	PF_W = 2,
	SHT_NOTE = 7,
	SHT_ARM_ATTRIBUTES = 0x70000003,
	NT_GNU_BUILD_ID = 3,
	NT_GO_BUILD_ID = 4,
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

/* Linkers write dynamic sections of some hundred bytes; more is an attempt to keep us busy. */
enum { DYNAMIC_MAX = 64 << 10, NOTE_MAX = 64 << 10 };

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

static void
read_header(const struct elfread *r, struct elf *out)
{
	out->bits = r->is_wide ? 64 : 32;
	out->is_big_endian = r->is_big;
	out->type = type_of(elfread_half(r, r->header, 16, 16));
	out->machine = elfread_half(r, r->header, 18, 18);
	out->flags = elfread_full(r, r->header, 36, 48);
}

/* File bytes from an address to the end of the segment that is loaded there. */
static int
loaded_at(const struct elfread *r, uint64_t address, struct str *out)
{
	for (uint64_t i = 0; i < r->phnum; i++) {
		struct elf_segment s = elfread_segment(r, i);
		if (s.type == PT_LOAD && address >= s.address && address - s.address < s.size) {
			uint64_t skip = address - s.address;
			return elfread_range(
			    r, "loaded segment", s.offset + skip, s.size - skip, out);
		}
	}
	return err_set(r->e, ERR_CHECK,
	    "no segment holds address 0x%llx, where its strings should be",
	    (unsigned long long)address);
}

static struct dynamic
dynamic_row(const struct elfread *r, struct str dynamic, size_t i)
{
	size_t each = r->is_wide ? 8 : 4;

	return (struct dynamic){ elfread_number(r, dynamic, 2 * i * each, each),
		elfread_number(r, dynamic, (2 * i + 1) * each, each) };
}

static int
dynamic_strings(const struct elfread *r, struct str dynamic, size_t n, struct str *out)
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
dynamic_count(const struct elfread *r, struct str dynamic)
{
	size_t each = r->is_wide ? 16 : 8, n = 0;

	while ((n + 1) * each <= dynamic.n && dynamic_row(r, dynamic, n).tag != DT_NULL)
		n++;
	return n;
}

static int
read_dynamic(const struct elfread *r, struct elf_segment s, struct elf *out)
{
	struct str dynamic = { 0 }, strings = { 0 };
	VEC(struct str) needed = { 0 };

	if (elfread_range(r, "dynamic segment", s.offset, s.size, &dynamic) == -1)
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
			VEC_ADD(r->a, &needed, elfread_text(strings, d.value));
		else if (d.tag == DT_RPATH || d.tag == DT_RUNPATH)
			out->runpath = elfread_text(strings, d.value);
		else if (d.tag == DT_SONAME)
			out->soname = elfread_text(strings, d.value);
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

/* A note: name size, descriptor size, type, name and descriptor, each padded to four. Of two
 * build-ids the first one counts. */
static void
read_notes(const struct elfread *r, struct str notes, struct elf *out)
{
	for (uint64_t at = 0; at + 12 <= notes.n;) {
		uint64_t nname = elfread_number(r, notes, at, 4),
			 ndesc = elfread_number(r, notes, at + 4, 4);
		uint64_t type = elfread_number(r, notes, at + 8, 4),
			 desc = at + 12 + round_up(nname);
		if (desc > notes.n || ndesc > notes.n - desc)
			return;
		struct str name = { notes.p + at + 12, (size_t)nname };
		if (type == NT_GNU_BUILD_ID && str_eq(name, STR("GNU\0")) && out->build_id.n == 0)
			out->build_id = (struct str){ notes.p + desc, (size_t)ndesc };
		if (type == NT_GO_BUILD_ID && str_eq(name, STR("Go\0\0")))
			out->is_go = true;
		at = desc + round_up(ndesc);
	}
}

static int
read_segment(const struct elfread *r, struct elf_segment s, struct elf *out)
{
	struct str bytes = { 0 };

	if (s.type == PT_GNU_RELRO)
		out->has_relro = true;
	if (s.type == PT_GNU_STACK) {
		out->has_stack_header = true;
		out->has_exec_stack = (s.flags & PF_X) != 0;
	}
	if (s.type == PT_TLS) {
		out->has_tls = true;
		out->tls_offset = s.offset;
		out->tls_address = s.address;
		out->tls_align = s.align;
	}
	if (s.type == PT_DYNAMIC && !out->has_dynamic)
		return read_dynamic(r, s, out);
	if (s.type != PT_LOAD && s.type != PT_INTERP && s.type != PT_NOTE)
		return 0;
	if (elfread_range(r, s.type == PT_LOAD ? "loaded segment" : "interpreter or note", s.offset,
		s.size, &bytes) == -1)
		return -1;
	if (s.type == PT_LOAD)
		out->loaded_bytes += s.size;
	if (s.type == PT_LOAD && (s.flags & PF_W) && (s.flags & PF_X))
		out->has_writable_code = true;
	if (s.type == PT_INTERP)
		out->interp =
		    bytes.n != 0 && bytes.p[bytes.n - 1] == '\0' ? elfread_text(bytes, 0) : bytes;
	if (s.type == PT_NOTE && bytes.n <= NOTE_MAX)
		read_notes(r, bytes, out);
	return 0;
}

/* Go's linker writes two notes and a segment for one of them: the build-id is the other. */
static int
read_note_section(const struct elfread *r, struct elf_section s, struct elf *out)
{
	struct str bytes = { 0 };

	if (elfread_range(r, "section of notes", s.offset, s.size, &bytes) == -1)
		return -1;
	if (bytes.n <= NOTE_MAX)
		read_notes(r, bytes, out);
	return 0;
}

static int
read_arm_attributes(const struct elfread *r, struct elf_section s, struct elf *out)
{
	struct armattr attr;
	struct str bytes = { 0 };

	if (elfread_range(r, "section of ARM attributes", s.offset, s.size, &bytes) == -1)
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
read_sections(struct elfread *r, struct elf *out)
{
	bool seen = false;

	if (elfread_section_names(r) == -1)
		return -1;
	for (uint64_t i = 0; i < r->shnum; i++) {
		struct elf_section s = elfread_section(r, i);
		struct str name = str_skip(r->section_names, s.name);
		if (str_starts(name, STR(".debug_")) || str_starts(name, STR(".zdebug_")))
			out->has_debug = true;
		if (s.type == SHT_NOTE && read_note_section(r, s, out) == -1)
			return -1;
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
	struct elfread r;

	*out = (struct elf){ .arm_arch = -1,
		.arm_vfp_args = -1,
		.arm_fp_model = -1,
		.arm_fp_arch = -1,
		.arm_simd_arch = -1 };
	if (elfread_open(&r, bytes, e) == -1)
		return -1;
	r.a = a;
	read_header(&r, out);
	for (uint64_t i = 0; i < r.phnum; i++)
		if (read_segment(&r, elfread_segment(&r, i), out) == -1)
			return -1;
	return read_sections(&r, out);
}

struct str
elf_build_id(struct arena *a, const struct elf *elf)
{
	struct buf hex = { .a = a };

	buf_add_z(&hex, "");
	for (size_t i = 0; i < elf->build_id.n; i++)
		buf_printf(&hex, "%02x", (unsigned char)elf->build_id.p[i]);
	return buf_str(&hex);
}
