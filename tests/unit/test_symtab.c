/* What objects define, and what archives say their members define. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ar.h"
#include "lib/symtab.h"
#include "symbol_fixture.h"

static struct arena arena;

static void
note(void *ctx, struct str name, enum symtab_kind kind)
{
	static const char letter[] = "TWCG";
	struct buf *out = ctx;

	buf_printf(out, "%c" STR_FMT " ", letter[kind], STR_ARG(name));
}

static void
each_global_definition_is_told_with_its_kind(void **state)
{
	static const unsigned bits[] = { 32, 64 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bits); i++) {
		struct str object = object_make(&arena, bits[i],
		    "Tstrong Hhidden Wweak Nunique Ccommon Ginline gplain Llinkonce Uelsewhere "
		    "tlocal Aabsolute",
		    "code");
		struct buf out = { .a = &arena };
		struct err e = { 0 };
		assert_int_equal(symtab_walk(&arena, object, note, &out, &e), 0);
		assert_string_equal(out.p, "Tstrong Thidden Wweak Wunique Ccommon Ginline Tplain "
					   "Glinkonce Tabsolute ");
	}
}

static void
an_object_cut_off_anywhere_is_an_error_or_shorter(void **state)
{
	struct str object = object_make(&arena, 64, "Ta Gb", "code");

	(void)state;
	for (size_t n = 0; n < object.n; n++) {
		struct buf out = { .a = &arena };
		struct err e = { 0 };
		assert_int_equal(
		    symtab_walk(&arena, (struct str){ object.p, n }, note, &out, &e), -1);
		assert_int_equal(e.kind, ERR_CHECK);
	}
}

struct symbols {
	struct str archive;
	struct buf out;
};

static void
note_symbol(void *ctx, struct str symbol, uint64_t at)
{
	struct symbols *s = ctx;
	struct str name, bytes;
	struct err e = { 0 };

	if (ar_member(s->archive, at, &name, &bytes, &e) == -1)
		buf_printf(&s->out, STR_FMT "? ", STR_ARG(symbol));
	else
		buf_printf(&s->out, STR_FMT "=" STR_FMT ":" STR_FMT " ", STR_ARG(symbol),
		    STR_ARG(name), STR_ARG(bytes));
}

static const struct indexed_member two[] = {
	{ "a.o", "f g", { "one", 3 } },
	{ "b.o", "h", { "four", 4 } },
};

static void
the_index_leads_to_the_members(void **state)
{
	struct symbols s = { indexed_make(&arena, false, two, 2), { .a = &arena } };
	struct err e = { 0 };
	bool has_index;

	(void)state;
	assert_int_equal(ar_index(s.archive, note_symbol, &s, &has_index, &e), 0);
	assert_true(has_index);
	assert_string_equal(s.out.p, "f=a.o:one g=a.o:one h=b.o:four ");
}

static void
a_thin_archive_names_its_members_files(void **state)
{
	static const struct indexed_member far[] = {
		{ "a.o", "f", { "one", 3 } },
		{ "sub/folder/b.o", "h", { "four", 4 } },
	};
	struct symbols s = { indexed_make(&arena, true, far, 2), { .a = &arena } };
	struct err e = { 0 };
	bool has_index;

	(void)state;
	assert_int_equal(ar_index(s.archive, note_symbol, &s, &has_index, &e), 0);
	assert_string_equal(s.out.p, "f=a.o: h=sub/folder/b.o: ");
}

static void
an_archive_without_an_index_says_so(void **state)
{
	struct symbols s = { { 0 }, { .a = &arena } };
	struct err e = { 0 };
	bool has_index = true;

	(void)state;
	assert_int_equal(ar_index(STR("!<arch>\n"), note_symbol, &s, &has_index, &e), 0);
	assert_false(has_index);
	assert_int_equal(ar_index(STR("text"), note_symbol, &s, &has_index, &e), -1);
	assert_non_null(strstr(e.text, "no archive"));
}

static void
an_index_that_lies_is_an_error_or_leads_nowhere(void **state)
{
	struct str good = indexed_make(&arena, false, two, 2);

	(void)state;
	for (size_t at = 68; at < 68 + 16; at++) {
		char *bytes = str_z(&arena, good);
		memcpy(bytes, good.p, good.n);
		bytes[at] = (char)0x7f;
		struct symbols s = { { bytes, good.n }, { .a = &arena } };
		struct err e = { 0 };
		bool has_index;
		buf_add_z(&s.out, "");
		if (ar_index(s.archive, note_symbol, &s, &has_index, &e) == -1)
			assert_int_equal(e.kind, ERR_CHECK);
		else
			assert_string_not_equal(s.out.p, "f=a.o:one g=a.o:one h=b.o:four ");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_global_definition_is_told_with_its_kind),
		cmocka_unit_test(an_object_cut_off_anywhere_is_an_error_or_shorter),
		cmocka_unit_test(the_index_leads_to_the_members),
		cmocka_unit_test(a_thin_archive_names_its_members_files),
		cmocka_unit_test(an_archive_without_an_index_says_so),
		cmocka_unit_test(an_index_that_lies_is_an_error_or_leads_nowhere),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
