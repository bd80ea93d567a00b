/*
 * elf_fixture.h - small ELF files and archives made to order, for tests.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TESTS_ELF_FIXTURE_H
#define TESTS_ELF_FIXTURE_H

#include <string.h>

#include "base/buf.h"

enum { STACK_ABSENT, STACK_FINE, STACK_EXECUTABLE };

/* Texts that are NULL and numbers that are 0 are left out of the file. Attributes: a
 * Tag's value plus one. */
struct elf_spec {
	unsigned bits, machine, type, flags;
	bool is_big;
	const char *interp, *needed, *needed2, *runpath, *soname;
	bool textrel, relro, now, pie, writable_code, dynamic, debug, build_id;
	bool go; /* its note stands in the segment, the build-id in a section alone */
	int stack;
	unsigned tls_align, tls_skew; /* by how much its address is off */
	int cpu_arch, fp_arch, simd_arch, vfp_args, fp_model;
};

struct elf_maker {
	struct buf out;
	bool is_wide, is_big;
};

static void
put_n(struct elf_maker *m, uint64_t v, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned byte = m->is_big ? n - 1 - i : i;
		buf_add_char(&m->out, (char)(byte < sizeof(v) ? v >> 8 * byte : 0));
	}
}

static void
put_word(struct elf_maker *m, uint64_t v)
{
	put_n(m, v, m->is_wide ? 8 : 4);
}

static void
put_segment_at(struct elf_maker *m, uint32_t type, uint32_t flags, uint64_t at, uint64_t address,
    uint64_t size, uint64_t align)
{
	put_n(m, type, 4);
	if (m->is_wide)
		put_n(m, flags, 4);
	put_word(m, at);
	put_word(m, address);
	put_word(m, address);
	put_word(m, size);
	put_word(m, size);
	if (!m->is_wide)
		put_n(m, flags, 4);
	put_word(m, align);
}

static void
put_segment(struct elf_maker *m, uint32_t type, uint32_t flags, uint64_t at, uint64_t size)
{
	put_segment_at(m, type, flags, at, at, size, 4);
}

static void
put_section(struct elf_maker *m, uint32_t name, uint32_t type, uint64_t at, uint64_t size)
{
	put_n(m, name, 4);
	put_n(m, type, 4);
	put_word(m, 0);
	put_word(m, 0);
	put_word(m, at);
	put_word(m, size);
	put_n(m, 0, 8);
	put_word(m, 1);
	put_word(m, 0);
}

static void
put_header(struct elf_maker *m, const struct elf_spec *s, uint64_t phoff, unsigned phnum,
    uint64_t shoff, unsigned shnum)
{
	buf_add(&m->out, STR("\177ELF"));
	put_n(m, m->is_wide ? 2 : 1, 1);
	put_n(m, m->is_big ? 2 : 1, 1);
	put_n(m, 1, 1);
	put_n(m, 0, 4);
	put_n(m, 0, 5);
	put_n(m, s->type, 2);
	put_n(m, s->machine, 2);
	put_n(m, 1, 4);
	put_word(m, 0);
	put_word(m, phoff);
	put_word(m, shoff);
	put_n(m, s->flags, 4);
	put_n(m, m->is_wide ? 64 : 52, 2);
	put_n(m, m->is_wide ? 56 : 32, 2);
	put_n(m, phnum, 2);
	put_n(m, m->is_wide ? 64 : 40, 2);
	put_n(m, shnum, 2);
	put_n(m, shnum - 1, 2);
}

static uint64_t
add_string(struct buf *strings, const char *text)
{
	uint64_t at = strings->n;

	if (text == NULL)
		return 0;
	buf_add_z(strings, text);
	buf_add_char(strings, '\0');
	return at;
}

static void
put_dynamic_row(struct elf_maker *m, uint64_t tag, uint64_t value, bool there)
{
	if (!there)
		return;
	put_word(m, tag);
	put_word(m, value);
}

/* The dynamic section; its strings stand at `address`. */
static struct str
make_dynamic(struct elf_maker like, const struct elf_spec *s, struct buf *strings, uint64_t address)
{
	struct elf_maker m = { { .a = like.out.a }, like.is_wide, like.is_big };

	buf_add_char(strings, '\0');
	uint64_t needed = add_string(strings, s->needed), needed2 = add_string(strings, s->needed2);
	uint64_t runpath = add_string(strings, s->runpath), soname = add_string(strings, s->soname);
	put_dynamic_row(&m, 1, needed, s->needed != NULL);
	put_dynamic_row(&m, 1, needed2, s->needed2 != NULL);
	put_dynamic_row(&m, 29, runpath, s->runpath != NULL);
	put_dynamic_row(&m, 14, soname, s->soname != NULL);
	put_dynamic_row(&m, 5, address, true);
	put_dynamic_row(&m, 10, strings->n, true);
	put_dynamic_row(&m, 22, 0, s->textrel);
	put_dynamic_row(
	    &m, 0x6ffffffb, (s->now ? 1U : 0) | (s->pie ? 0x08000000U : 0), s->now || s->pie);
	put_dynamic_row(&m, 0, 0, true);
	return buf_str(&m.out);
}

static struct str
make_note(struct elf_maker like, struct str owner, unsigned type)
{
	struct elf_maker m = { { .a = like.out.a }, like.is_wide, like.is_big };

	put_n(&m, 4, 4);
	put_n(&m, 8, 4);
	put_n(&m, type, 4);
	buf_add(&m.out, owner);
	buf_add(&m.out, STR("12345678"));
	return buf_str(&m.out);
}

static void
put_attribute(struct elf_maker *m, unsigned tag, int value_plus_one)
{
	if (value_plus_one == 0)
		return;
	put_n(m, tag, 1);
	put_n(m, (unsigned)value_plus_one - 1, 1);
}

static struct str
make_attributes(struct elf_maker like, const struct elf_spec *s)
{
	struct elf_maker tags = { { .a = like.out.a }, like.is_wide, like.is_big }, m = tags;

	buf_add(&tags.out, STR("\103"
			       "2.09\0")); /* conformance, a text */
	buf_add(&tags.out, STR("\005"
			       "CORTEX\0"));
	put_attribute(&tags, 6, s->cpu_arch);
	put_attribute(&tags, 10, s->fp_arch);
	put_attribute(&tags, 12, s->simd_arch);
	put_attribute(&tags, 23, s->fp_model);
	put_attribute(&tags, 28, s->vfp_args);
	put_n(&m, 'A', 1);
	put_n(&m, 4 + 6 + 5 + tags.out.n, 4);
	buf_add(&m.out, STR("aeabi\0"));
	put_n(&m, 1, 1);
	put_n(&m, 5 + tags.out.n, 4);
	buf_add(&m.out, buf_str(&tags.out));
	return buf_str(&m.out);
}

/* Header, segment table, contents, section names, section table. */
static inline struct str
elf_make(struct arena *a, const struct elf_spec *s)
{
	struct elf_maker m = { { .a = a }, s->bits == 64, s->is_big };
	struct elf_maker segments = { { .a = a }, m.is_wide, m.is_big }, sections = segments;
	struct buf strings = { .a = a }, content = { .a = a };
	bool linked = s->type != 1, dynamic = linked && s->dynamic;
	unsigned phnum = linked ? 1U + dynamic + (s->interp != NULL) + s->build_id + s->relro +
				      (s->stack != STACK_ABSENT) + (s->tls_align != 0) :
				  0;
	uint64_t base = (m.is_wide ? 64 : 52) + (uint64_t)phnum * (m.is_wide ? 56 : 32);
	unsigned shnum = 2;

	static const char names[] = "\0.debug_info\0.ARM.attributes\0.shstrtab";
	put_section(&sections, 0, 0, 0, 0);
	struct str rows = make_dynamic(m, s, &strings, base);
	buf_add(&content, buf_str(&strings));
	while (content.n % 8 != 0)
		buf_add_char(&content, '\0');
	if (dynamic) {
		put_segment(&segments, 2, 6, base + content.n, rows.n);
		buf_add(&content, rows);
	}
	if (linked && s->interp != NULL) {
		put_segment(&segments, 3, 4, base + content.n, strlen(s->interp) + 1);
		buf_add(&content, (struct str){ s->interp, strlen(s->interp) + 1 });
	}
	if (linked && s->build_id) {
		struct str note =
		    s->go ? make_note(m, STR("Go\0\0"), 4) : make_note(m, STR("GNU\0"), 3);
		put_segment(&segments, 4, 4, base + content.n, note.n);
		buf_add(&content, note);
	}
	if (linked && s->relro)
		put_segment(&segments, 0x6474e552, 4, 0, 0);
	if (linked && s->stack != STACK_ABSENT)
		put_segment(&segments, 0x6474e551, s->stack == STACK_EXECUTABLE ? 7 : 6, 0, 0);
	if (linked && s->tls_align != 0)
		put_segment_at(&segments, 7, 4, base, base + s->tls_skew, 4, s->tls_align);
	if (s->go) {
		struct str note = make_note(m, STR("GNU\0"), 3);
		put_section(&sections, 0, 7, base + content.n, note.n);
		buf_add(&content, note);
		shnum++;
	}
	if (s->debug) {
		put_section(&sections, 1, 1, base, 4);
		shnum++;
	}
	if (s->cpu_arch || s->fp_arch || s->simd_arch || s->vfp_args) {
		struct str attributes = make_attributes(m, s);
		put_section(&sections, 13, 0x70000003, base + content.n, attributes.n);
		buf_add(&content, attributes);
		shnum++;
	}
	put_section(&sections, 29, 3, base + content.n, sizeof(names));
	buf_add(&content, (struct str){ names, sizeof(names) });
	if (linked)
		put_segment(&segments, 1, s->writable_code ? 7 : 5, 0, base + content.n);
	put_header(&m, s, linked ? (m.is_wide ? 64 : 52) : 0, phnum, base + content.n, shnum);
	/* shstrndx is the last section; no room is lost between the parts. */
	buf_add(&m.out, buf_str(&segments.out));
	buf_add(&m.out, buf_str(&content));
	buf_add(&m.out, buf_str(&sections.out));
	return buf_str(&m.out);
}

/* A good static PIE and a good object file for armv7, to be spoilt by tests. */
static inline struct elf_spec
elf_good_program(void)
{
	return (struct elf_spec){ .bits = 32,
		.machine = 40,
		.type = 3,
		.flags = 0x05000400,
		.dynamic = true,
		.relro = true,
		.now = true,
		.pie = true,
		.build_id = true,
		.stack = STACK_FINE,
		.cpu_arch = 11,
		.vfp_args = 2 };
}

static inline struct elf_spec
elf_good_object(void)
{
	return (struct elf_spec){ .bits = 32,
		.machine = 40,
		.type = 1,
		.flags = 0x05000000,
		.cpu_arch = 11,
		.fp_arch = 5,
		.vfp_args = 2 };
}

struct ar_member {
	const char *name;
	struct str bytes;
};

/* An archive with GNU's table of long names and an (empty) symbol table. */
static inline struct str
ar_make(struct arena *a, const struct ar_member *v, int n)
{
	struct buf out = { .a = a }, names = { .a = a };
	struct buf body = { .a = a };

	for (int i = 0; i < n; i++) {
		if (strlen(v[i].name) > 15) {
			buf_printf(&body, "/%-15zu", names.n);
			buf_printf(&names, "%s/\n", v[i].name);
		} else {
			buf_printf(&body, "%s/%*s", v[i].name, (int)(15 - strlen(v[i].name)), "");
		}
		buf_printf(&body, "%-12d%-6d%-6d%-8o%-10zu`\n", 0, 0, 0, 0644, v[i].bytes.n);
		buf_add(&body, v[i].bytes);
		if (v[i].bytes.n % 2 != 0)
			buf_add_char(&body, '\n');
	}
	buf_add_z(&out, "!<arch>\n");
	buf_printf(&out, "%-16s%-12d%-6d%-6d%-8o%-10d`\n", "/", 0, 0, 0, 0, 4);
	buf_add(&out, STR("\0\0\0\0"));
	if (names.n % 2 != 0)
		buf_add_char(&names, '\n');
	if (names.n != 0) {
		buf_printf(&out, "%-48s%-10zu`\n", "//", names.n);
		buf_add(&out, buf_str(&names));
	}
	buf_add(&out, buf_str(&body));
	return buf_str(&out);
}

#endif
