/*
 * symbol_fixture.h - object files that define what a test says, and archives with an index.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TESTS_SYMBOL_FIXTURE_H
#define TESTS_SYMBOL_FIXTURE_H

#include "base/buf.h"
#include "elf_fixture.h"

/* Symbols as a text: a letter and a name each, by blanks. T strong, H the same but hidden,
 * W weak, N unique, C common, G in a COMDAT group, g in a group that is none, L linkonce,
 * U undefined, t local. */
struct symbol_maker {
	struct elf_maker rows;
	struct buf names;
};

static inline void
put_symbol(
    struct symbol_maker *m, const char *name, unsigned info, unsigned other, unsigned section)
{
	uint64_t at = m->names.n;

	buf_add_z(&m->names, name);
	buf_add_char(&m->names, '\0');
	put_n(&m->rows, at, 4);
	if (m->rows.is_wide) {
		put_n(&m->rows, info, 1);
		put_n(&m->rows, other, 1);
		put_n(&m->rows, section, 2);
		put_n(&m->rows, 0, 16);
		return;
	}
	put_n(&m->rows, 0, 8);
	put_n(&m->rows, info, 1);
	put_n(&m->rows, other, 1);
	put_n(&m->rows, section, 2);
}

static inline void
put_letter(struct symbol_maker *m, char letter, const char *name)
{
	static const struct {
		char letter;
		unsigned info, other, section;
	} row[] = {
		{ 'T', 1 << 4 | 2, 0, 1 },
		{ 'H', 1 << 4 | 2, 2, 1 },
		{ 'W', 2 << 4 | 2, 0, 1 },
		{ 'N', 10 << 4 | 1, 0, 1 },
		{ 'C', 1 << 4 | 1, 0, 0xfff2 },
		{ 'G', 1 << 4 | 2, 0, 2 },
		{ 'g', 1 << 4 | 2, 0, 3 },
		{ 'L', 1 << 4 | 2, 0, 4 },
		{ 'U', 1 << 4, 0, 0 },
		{ 't', 0 << 4 | 2, 0, 1 },
		{ 'A', 1 << 4, 0, 0xfff1 },
	};

	for (size_t i = 0; i < COUNT_OF(row); i++)
		if (row[i].letter == letter)
			put_symbol(m, name, row[i].info, row[i].other, row[i].section);
}

static inline void
put_row(
    struct elf_maker *m, uint32_t name, uint32_t type, uint64_t at, uint64_t size, uint32_t link)
{
	put_n(m, name, 4);
	put_n(m, type, 4);
	put_word(m, 0);
	put_word(m, 0);
	put_word(m, at);
	put_word(m, size);
	put_n(m, link, 4);
	put_n(m, 0, 4);
	put_word(m, 1);
	put_word(m, 0);
}

/* code: the bytes of .text, which tell two objects apart. */
static inline struct str
object_make(struct arena *a, unsigned bits, const char *symbols, const char *code)
{
	struct elf_maker m = { { .a = a }, bits == 64, false };
	struct symbol_maker s = { { { .a = a }, m.is_wide, false }, { .a = a } };
	struct elf_spec spec = { .bits = bits, .machine = 40, .type = 1, .flags = 0x05000000 };
	static const char names[] = "\0.text\0.group\0.gnu.linkonce.t.x\0.symtab\0.strtab";
	struct str rest = str_of(symbols), word;
	uint64_t base = m.is_wide ? 64 : 52, at = base;
	struct buf content = { .a = a };

	put_symbol(&s, "", 0, 0, 0);
	while (str_cut(&rest, ' ', &word))
		put_letter(&s, word.p[0], str_z(a, str_skip(word, 1)));
	struct elf_maker groups = { { .a = a }, m.is_wide, false }, rows = groups;
	put_n(&groups, 1, 4); /* GRP_COMDAT */
	put_n(&groups, 2, 4);
	put_n(&groups, 0, 4);
	put_n(&groups, 3, 4);
	buf_add_z(&content, code);
	while (content.n % 8 != 0)
		buf_add_char(&content, '\0');
	uint64_t symbols_at = at + content.n, strings_at = symbols_at + s.rows.out.n;
	uint64_t groups_at = strings_at + s.names.n, names_at = groups_at + groups.out.n;
	buf_add(&content, buf_str(&s.rows.out));
	buf_add(&content, buf_str(&s.names));
	buf_add(&content, buf_str(&groups.out));
	buf_add(&content, (struct str){ names, sizeof(names) });
	put_row(&rows, 0, 0, 0, 0, 0);
	put_row(&rows, 1, 1, at, strlen(code), 0);
	put_row(&rows, 1, 1, at, 0, 0);
	put_row(&rows, 1, 1, at, 0, 0);
	put_row(&rows, 14, 1, at, 0, 0);
	put_row(&rows, 7, 17, groups_at, 8, 7);
	put_row(&rows, 7, 17, groups_at + 8, 8, 7);
	put_row(&rows, 33, 2, symbols_at, s.rows.out.n, 8);
	put_row(&rows, 41, 3, strings_at, s.names.n, 0);
	put_row(&rows, 41, 3, names_at, sizeof(names), 0);
	put_header(&m, &spec, 0, 0, base + content.n, 10);
	buf_add(&m.out, buf_str(&content));
	buf_add(&m.out, buf_str(&rows.out));
	return buf_str(&m.out);
}

/* One member of an archive with an index: its name, what the index says it defines, by
 * blanks, and its bytes (of a thin archive: only their number counts). */
struct indexed_member {
	const char *name, *symbols;
	struct str bytes;
};

/* An archive of one to four members with short names. */
static inline struct str
indexed_make(struct arena *a, bool thin, const struct indexed_member *v, int n)
{
	struct elf_maker index = { { .a = a }, false, true };
	struct buf names = { .a = a }, body = { .a = a }, out = { .a = a }, paths = { .a = a };
	uint64_t at[4] = { 0 }, count = 0;
	struct str rest, word;

	for (int i = 0; i < n; i++) {
		at[i] = body.n;
		if (thin)
			buf_printf(&body, "/%-15zu", paths.n);
		else
			buf_printf(&body, "%s/%*s", v[i].name, (int)(15 - strlen(v[i].name)), "");
		buf_printf(&paths, "%s/\n", v[i].name);
		buf_printf(&body, "%-12d%-6d%-6d%-8o%-10zu`\n", 0, 0, 0, 0644, v[i].bytes.n);
		if (!thin)
			buf_add(&body, v[i].bytes);
		if (body.n % 2 != 0)
			buf_add_char(&body, '\n');
		rest = str_of(v[i].symbols);
		while (str_cut(&rest, ' ', &word)) {
			buf_add(&names, word);
			buf_add_char(&names, '\0');
			count++;
		}
	}
	if (paths.n % 2 != 0)
		buf_add_char(&paths, '\n');
	size_t size = 4 + 4 * count + names.n, table = 60 + paths.n;
	uint64_t first = 8 + 60 + size + size % 2 + table;
	put_n(&index, count, 4);
	for (int i = 0; i < n; i++) {
		rest = str_of(v[i].symbols);
		while (str_cut(&rest, ' ', &word))
			put_n(&index, first + at[i], 4);
	}
	buf_add(&index.out, buf_str(&names));
	if (size % 2 != 0)
		buf_add_char(&index.out, '\0');
	buf_add_z(&out, thin ? "!<thin>\n" : "!<arch>\n");
	buf_printf(&out, "%-16s%-12d%-6d%-6d%-8o%-10zu`\n", "/", 0, 0, 0, 0, size);
	buf_add(&out, buf_str(&index.out));
	buf_printf(&out, "%-48s%-10zu`\n", "//", paths.n);
	buf_add(&out, buf_str(&paths));
	buf_add(&out, buf_str(&body));
	return buf_str(&out);
}

#endif
