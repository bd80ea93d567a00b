/* What the judge says of how a program was linked. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make/linkmap.h"
#include "object_fixture.h"
#include "symbol_fixture.h"

/* A build-id as elf_fixture.h writes it. */
#define ID "3132333435363738"

#define RECORD                                                                                     \
	"kiln-link 1\nfolder /build\ninput /build/main.o\ninput /build/liba.a\n"                   \
	"input /sysroot/usr/lib/libb.a\ninput /sysroot/usr/lib/libc.a\n"
#define TOOK_A    "took /build/liba.a(a.o)\tf\t/build/main.o\n"
#define TOOK_B    "took /sysroot/usr/lib/libb.a(b.o)\tf\t/build/main.o\n"
#define DUPLICATE "link-duplicate bin/usr/bin/z: "
#define A_FIRST                                                                                    \
	"f is z's, from /build/liba.a(a.o), and defined by libs's /sysroot/usr/lib/libb.a(b.o) "   \
	"too"

static void
put_archive(struct fixture *x, const char *path, bool thin, struct indexed_member member)
{
	put_below(x->place, path, indexed_make(&arena, thin, &member, 1));
}

/* Archives whose one member each has these symbols and this code. */
static void
put_archives(
    struct fixture *x, const char *a, const char *a_code, const char *b, const char *b_code)
{
	put_archive(x, "build/liba.a", false,
	    (struct indexed_member){ "a.o", "f g", object_make(&arena, 32, a, a_code) });
	put_archive(x, "sysroot/usr/lib/libb.a", false,
	    (struct indexed_member){ "b.o", "f g", object_make(&arena, 32, b, b_code) });
}

static void
a_strong_symbol_of_two_archives_is_found_when_one_was_taken(void **state)
{
	static const struct {
		const char *a, *b, *a_code, *b_code, *took, *want;
	} row[] = {
		{ "Tf", "Tf", "1", "2", TOOK_A, DUPLICATE A_FIRST "\n" },
		{ "Tf", "Tf", "1", "2", TOOK_B,
		    DUPLICATE "f is libs's, from /sysroot/usr/lib/libb.a(b.o), and defined by z's "
			      "/build/liba.a(a.o) too\n" },
		{ "Tf Tg", "Tf Tg", "1", "2", TOOK_A, DUPLICATE A_FIRST "; 2 symbols in all\n" },
		{ "Hf", "Tf", "1", "2", TOOK_A, DUPLICATE A_FIRST "\n" },
		{ "Tf", "Tf", "1", "2", "", "" },     /* neither is in the program */
		{ "Tf", "Tf", "1", "1", TOOK_A, "" }, /* the same code */
		{ "Tf", "Wf", "1", "2", TOOK_A, "" }, /* made to give way */
		{ "Tf", "Cf", "1", "2", TOOK_A, "" }, /* space, not a definition */
		{ "Gf", "Gf", "1", "2", TOOK_A, "" }, /* one of them is kept anyway */
		{ "Gf", "Tf", "1", "2", TOOK_A, "" },
		{ "gf", "Tf", "1", "2", TOOK_A, DUPLICATE A_FIRST "\n" },
		{ "Tf", "Uf", "1", "2", TOOK_A, "" }, /* an index that is out of date */
		{ "Tf", "tf", "1", "2", TOOK_A, "" },
	};

	for (size_t i = 0; i < COUNT_OF(row); i++) {
		put_archives(*state, row[i].a, row[i].a_code, row[i].b, row[i].b_code);
		put(*state, "map/" ID ".link", str_printf(&arena, "%s%s", RECORD, row[i].took));
		assert_string_equal(judged(*state), row[i].want);
	}
}

static void
a_whole_archive_is_known_from_the_map(void **state)
{
	put_archives(*state, "Tf", "1", "Tf", "2");
	put(*state, "map/" ID ".link", STR(RECORD));
	put(*state, "map/" ID ".map",
	    STR("     VMA      LMA     Size Align Out     In      Symbol\n"
		"     1f4      1f4        1     1         ./liba.a(a.o):(.text)\n"));
	assert_string_equal(judged(*state), DUPLICATE A_FIRST "\n");
}

static void
what_the_driver_puts_last_gives_way_to_all_words(void **state)
{
	static const char early[] = "kiln-link 1\nfolder /build\ninput /sysroot/usr/lib/libc.a\n"
				    "input /build/liba.a\ninput /build/end.o\n";
	static const char late[] = "kiln-link 1\nfolder /build\ninput /build/liba.a\n"
				   "input /sysroot/usr/lib/libc.a\ninput /build/end.o\n";
	struct fixture *x = *state;

	put_archives(x, "Tf", "1", "Tf", "2");
	put_archive(x, "sysroot/usr/lib/libc.a", false,
	    (struct indexed_member){ "c.o", "f", object_make(&arena, 32, "Tf", "3") });
	put(x, "map/" ID ".link", str_printf(&arena, "%s%s", late, TOOK_A));
	assert_string_equal(judged(x), "");
	put(x, "map/" ID ".link", str_printf(&arena, "%s%s", early, TOOK_A));
	assert_string_equal(judged(x), DUPLICATE "f is z's, from /build/liba.a(a.o), and defined "
						 "by libs's /sysroot/usr/lib/libc.a(c.o) too\n");
}

static void
one_archive_behind_two_names_is_one(void **state)
{
	struct fixture *x = *state;

	put_archives(x, "Tf", "1", "Tf", "2");
	put(x, "map/" ID ".link",
	    STR("kiln-link 1\nfolder /build\ninput /build/liba.a\n"
		"input /build/other.a\t/build/liba.a\n" TOOK_A));
	assert_string_equal(judged(x), "");
	put(x, "map/" ID ".link",
	    STR("kiln-link 1\nfolder /build\ninput /build/other.a\t/build/liba.a\n"
		"input /sysroot/usr/lib/libb.a\n"
		"took /build/other.a(a.o)\tf\t/build/main.o\n"));
	assert_string_equal(judged(x), DUPLICATE A_FIRST "\n");
}

static void
thin_archives_and_those_without_an_index_are_read_too(void **state)
{
	struct fixture *x = *state;
	const struct ar_member plain[] = { { "b.o", object_make(&arena, 32, "Tf", "2") } };

	put_below(x->place, "build/sub/a.o", object_make(&arena, 32, "Tf", "1"));
	put_archive(x, "build/liba.a", true, (struct indexed_member){ "sub/a.o", "f", { "x", 1 } });
	struct str archive = ar_make(&arena, plain, 1);
	struct buf bare = { .a = &arena }; /* without the empty index of the fixture */
	buf_add_z(&bare, "!<arch>\n");
	buf_add(&bare, str_skip(archive, 8 + 60 + 4));
	put_below(x->place, "sysroot/usr/lib/libb.a", buf_str(&bare));
	put(x, "map/" ID ".link", STR(RECORD TOOK_A));
	assert_string_equal(judged(x),
	    DUPLICATE "f is z's, from /build/liba.a(sub/a.o), and defined by libs's "
		      "/sysroot/usr/lib/libb.a(b.o) too\n");
}

/* Two members of one name: the record's symbol says which of them was taken. */
static void
of_two_members_of_one_name_the_right_one_counts(void **state)
{
	struct fixture *x = *state;
	const struct indexed_member two[] = {
		{ "u.o", "used", object_make(&arena, 32, "Tused", "1") },
		{ "u.o", "f", object_make(&arena, 32, "Tf", "2") },
	};

	put_archives(x, "Tf", "3", "Tf", "4");
	put_below(x->place, "sysroot/usr/lib/libb.a", indexed_make(&arena, false, two, 2));
	put(x, "map/" ID ".link",
	    STR(RECORD "took /sysroot/usr/lib/libb.a(u.o)\tused\t/build/main.o\n"));
	assert_string_equal(judged(x), "");
	put(x, "map/" ID ".link",
	    STR(RECORD "took /sysroot/usr/lib/libb.a(u.o)\tf\t/build/main.o\n"));
	assert_string_equal(judged(x),
	    DUPLICATE "f is libs's, from /sysroot/usr/lib/libb.a(u.o), and defined by z's "
		      "/build/liba.a(a.o) too\n");
}

/* Version scripts, and objects of other names. */
static void
what_is_no_archive_may_be_gone(void **state)
{
	struct fixture *x = *state;

	put_archives(x, "Tf", "1", "Tg", "2");
	put(x, "map/" ID ".link",
	    STR("kiln-link 1\nfolder /build\ninput /build/gone.ver\ninput /build/liba.a\n"));
	assert_string_equal(judged(x), "");
	put(x, "map/" ID ".link",
	    STR("kiln-link 1\nfolder /build\ninput /build/gone.lib\ninput /build/liba.a\n"
		"took /build/gone.lib(x.o)\tf\t/build/main.o\n"));
	assert_string_equal(judged(x),
	    "link-record bin/usr/bin/z: was linked with /build/gone.lib, "
	    "which is not there any more\n");
}

static void
an_empty_archive_defines_nothing(void **state)
{
	struct fixture *x = *state;

	put_archives(x, "Tf", "1", "Tf", "2");
	put_below(x->place, "sysroot/usr/lib/libb.a", STR("!<thin>\n"));
	put(x, "map/" ID ".link", STR(RECORD TOOK_A));
	assert_string_equal(judged(x), "");
}

static void
an_archive_that_is_gone_is_named(void **state)
{
	struct fixture *x = *state;

	put_archives(x, "Tf", "1", "Tg", "2");
	put(x, "map/" ID ".link",
	    STR("kiln-link 1\nfolder /build\ninput /build/gone.a\ninput /build/liba.a\n"));
	assert_string_equal(judged(x), "link-record bin/usr/bin/z: was linked with /build/gone.a, "
				       "which is not there any more\n");
	put(x, "map/" ID ".link", STR("kiln-link 1\nfolder /b\ntook\n"));
	assert_string_equal(
	    judged(x), "link-record bin/usr/bin/z: line 3 cannot be read: \"took\"\n");
}

static void
a_link_in_the_build_leads_nowhere(void **state)
{
	struct fixture *x = *state;
	char target[80];

	put_archives(x, "Tf", "1", "Tf", "2");
	put_below(x->place, "outside.a", STR("!<arch>\n"));
	snprintf(target, sizeof(target), "%s/outside.a", x->path);
	assert_int_equal(symlinkat(target, x->place, "build/evil.a"), 0);
	put(x, "map/" ID ".link", STR("kiln-link 1\nfolder /build\ninput /build/evil.a\n"));
	assert_string_equal(judged(x), "link-record bin/usr/bin/z: was linked with /build/evil.a, "
				       "which is not there any more\n");
}

static void
a_record_of_no_program_here_is_not_judged(void **state)
{
	put(*state, "map/0011.link", STR("torn"));
	assert_string_equal(judged(*state), "");
}

static void
note_row(void *ctx, const struct linkmap_row *row)
{
	buf_printf(ctx, STR_FMT " " STR_FMT " " STR_FMT " %llx+%llx\n", STR_ARG(row->output),
	    STR_ARG(row->file), STR_ARG(row->section), (unsigned long long)row->address,
	    (unsigned long long)row->size_bytes);
}

static void
a_map_of_either_width_is_read(void **state)
{
	static const char text[] =
	    "             VMA              LMA     Size Align Out     In      Symbol\n"
	    "            1310             1310       4b    16 .text\n"
	    "            1310             1310       1a    16         a.o:(.text)\n"
	    "            1310             1310       1a     1                 main\n"
	    "            1330             1330       1b    16         "
	    "./a:(b)/libf.a(f.o):(.text.f)\n"
	    "            1350             1350        b    16 .bss\n"
	    "            1350             1350        b    16         libg.a(g.o):(.bss)\n"
	    "               0                0       43     1 .comment\n"
	    "               0                0       43     1         <internal>:(.comment)\n"
	    "     VMA      LMA     Size Align Out     In      Symbol\n"
	    "     270      270       38     1         a b.o:(.eh_frame+0x18)\n"
	    "     270      270       38     1         . = ALIGN(4)\n"
	    "text\n"
	    "  1 2 zz 3         x:(y)\n";
	struct buf out = { .a = &arena };

	(void)state;
	linkmap_walk(STR(text), note_row, &out);
	assert_string_equal(out.p, ".text a.o .text 1310+1a\n"
				   ".text ./a:(b)/libf.a(f.o) .text.f 1330+1b\n"
				   ".bss libg.a(g.o) .bss 1350+b\n"
				   ".comment <internal> .comment 0+43\n"
				   ".comment a b.o .eh_frame+0x18 270+38\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_OBJECT(a_strong_symbol_of_two_archives_is_found_when_one_was_taken),
		WITH_OBJECT(a_whole_archive_is_known_from_the_map),
		WITH_OBJECT(what_the_driver_puts_last_gives_way_to_all_words),
		WITH_OBJECT(one_archive_behind_two_names_is_one),
		WITH_OBJECT(thin_archives_and_those_without_an_index_are_read_too),
		WITH_OBJECT(of_two_members_of_one_name_the_right_one_counts),
		WITH_OBJECT(what_is_no_archive_may_be_gone),
		WITH_OBJECT(an_empty_archive_defines_nothing),
		WITH_OBJECT(an_archive_that_is_gone_is_named),
		WITH_OBJECT(a_link_in_the_build_leads_nowhere),
		WITH_OBJECT(a_record_of_no_program_here_is_not_judged),
		cmocka_unit_test(a_map_of_either_width_is_read),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
