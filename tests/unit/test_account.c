/* What a program consists of. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "ship/account.h"

static struct arena arena;

static int
owner(void *ctx, struct str path)
{
	(void)ctx;
	return str_is(path, "/sysroot/usr/lib/libz.a") ? 7 : -1;
}

static const struct linked_owner of = { owner, NULL };

static const char record[] = "kiln-link 1\n"
			     "folder /build/src\n"
			     "input /build/src/main.o\n"
			     "input /build/src/link.a\t/sysroot/usr/lib/libz.a\n"
			     "took /build/src/link.a(inflate.o)\tinflate\t/build/src/main.o\n"
			     "took /build/src/link.a(none.o)\tnone\t/build/src/main.o\n";

/* Debugging information counts from the start of its section, not from an address. */
static const char map[] =
    "     VMA      LMA     Size Align Out     In      Symbol\n"
    "     1b8      1b8       10     4 .dynsym\n"
    "     1b8      1b8       10     4         <internal>:(.dynsym)\n"
    "     200      200       70     4 .text\n"
    "     200      200       10     4         main.o:(.text)\n"
    "     210      210       40     4         ./link.a(inflate.o):(.text)\n"
    "     250      250       18     4         link.a(adler32.o):(.text)\n"
    "     250      250       18     1                 adler32\n"
    "     268      268        8     4         link.a(inflate.o):(.text.more)\n"
    "     270      270        0     4         link.a(none.o):(.text)\n"
    "    1270     1270        4     4 .tbss\n"
    "    1270     1270        4     4         main.o:(.tbss)\n"
    "    1270     1270      100     4 .bss\n"
    "    1270     1270      100     4         ./link.a(inflate.o):(.bss)\n"
    "       0        0      140     1 .debug_info\n"
    "       0        0       40     1         main.o:(.debug_info)\n"
    "      40       40      100     1         link.a(inflate.o):(.debug_info)\n";

static void
each_byte_has_one_owner_and_the_largest_comes_first(void **state)
{
	struct buf out = { .a = &arena };
	struct account c;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(account_make(&arena, STR(record), STR(map), &of, &c, &e), 0);
	for (int i = 0; i < c.share.n; i++)
		buf_printf(&out, "%d %d %d+%d\n", c.share.v[i].owner, c.share.v[i].nobject,
		    (int)c.share.v[i].file_bytes, (int)c.share.v[i].memory_bytes);
	for (int i = 0; i < c.object.n; i++)
		buf_printf(&out, STR_FMT " " STR_FMT " %d+%d\n", STR_ARG(c.object.v[i].file),
		    STR_ARG(c.object.v[i].member), (int)c.object.v[i].file_bytes,
		    (int)c.object.v[i].memory_bytes);
	assert_string_equal(out.p, "7 2 96+256\n"
				   "-1 1 16+4\n"
				   "-2 1 16+0\n"
				   "/sysroot/usr/lib/libz.a inflate.o 72+256\n"
				   "/sysroot/usr/lib/libz.a adler32.o 24+0\n"
				   "/build/src/main.o  16+4\n"
				   "<internal>  16+0\n");
	assert_int_equal(c.file_bytes, 128);
	assert_int_equal(account_share_of(&c, 7).nobject, 2);
	assert_int_equal(account_share_of(&c, 3).nobject, 0);
}

static void
a_program_without_a_map_has_nothing(void **state)
{
	struct account c;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(account_make(&arena, STR(record), STR(""), &of, &c, &e), 0);
	assert_int_equal(c.object.n + c.share.n, 0);
	assert_int_equal(c.file_bytes, 0);
}

static void
a_record_that_cannot_be_read_is_an_error(void **state)
{
	struct account c;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(account_make(&arena, STR("x\n"), STR(map), &of, &c, &e), -1);
	assert_int_equal(e.kind, ERR_CHECK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_byte_has_one_owner_and_the_largest_comes_first),
		cmocka_unit_test(a_program_without_a_map_has_nothing),
		cmocka_unit_test(a_record_that_cannot_be_read_is_an_error),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
