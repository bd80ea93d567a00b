/* What of one package is in one program. SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "make/linked.h"

enum { ZLIB, OPENSSL, LIBC };

static struct arena arena;

static int
owner(void *ctx, struct str path)
{
	static const char *const file[] = { [ZLIB] = "/sysroot/usr/lib/libz.a",
		[OPENSSL] = "/sysroot/usr/lib/libcrypto.a",
		[LIBC] = "/sysroot/usr/lib/rcrt1.o" };

	(void)ctx;
	for (int i = 0; i < (int)COUNT_OF(file); i++)
		if (str_is(path, file[i]))
			return i;
	return -1;
}

static const char record[] =
    "kiln-link 1\n"
    "folder /build/src\n"
    "input /sysroot/usr/lib/rcrt1.o\n"
    "input /build/src/main.o\n"
    "input /build/src/link.a\t/sysroot/usr/lib/libz.a\n"
    "input /sysroot/usr/lib/libcrypto.a\n"
    "took /sysroot/usr/lib/libcrypto.a(c_zlib.o)\tCOMP_zlib\t/build/src/main.o\n"
    "took /build/src/link.a(inflate.o)\tinflate\t/sysroot/usr/lib/libcrypto.a(c_zlib.o)\n"
    "took /build/src/link.a(adler32.o)\tadler32\t/build/src/link.a(inflate.o)\n"
    "took /build/src/link.a(gzread.o)\tgzread\t/build/src/main.o\n";

static const char map[] =
    "     VMA      LMA     Size Align Out     In      Symbol\n"
    "     200      200       30     4 .text\n"
    "     200      200       10     4         /sysroot/usr/lib/rcrt1.o:(.text)\n"
    "     210      210       10     4         ./link.a(inflate.o):(.text)\n"
    "     220      220        8     4         ../src/link.a(adler32.o):(.text)\n"
    "     228      228        8     4         /sysroot/usr/lib/libcrypto.a(c_zlib.o):(.text)\n"
    "     230      230        0     4         link.a(gzread.o):(.text)\n"
    "     230      230      100     4 .bss\n"
    "     230      230      100     4         ./link.a(inflate.o):(.bss)\n"
    "       0        0       40     1 .comment\n"
    "       0        0       40     1         ./link.a(inflate.o):(.comment)\n"
    "       0        0      140     1 .debug_info\n"
    "       0        0       40     1         /sysroot/usr/lib/rcrt1.o:(.debug_info)\n"
    "      40       40      100     1         ./link.a(inflate.o):(.debug_info)\n";

/* "OBJECTS BYTES" and a line for each entry. */
static const char *
found(int package)
{
	const struct linked_owner of = { owner, NULL };
	struct buf out = { .a = &arena };
	struct linked l;
	struct err e = { 0 };

	if (linked_find(&arena, STR(record), STR(map), package, &of, &l, &e) == -1)
		fail_msg("%s", e.text);
	buf_printf(&out, "%d %llu\n", l.nobject, (unsigned long long)l.size_bytes);
	for (int i = 0; i < l.entry.n; i++)
		buf_printf(&out, STR_FMT " " STR_FMT " for " STR_FMT " (%d)\n",
		    STR_ARG(l.entry.v[i].member), STR_ARG(l.entry.v[i].symbol),
		    STR_ARG(l.entry.v[i].reference), l.entry.v[i].reference_owner);
	return out.p;
}

static void
what_others_refer_to_is_told_and_the_rest_counted(void **state)
{
	(void)state;
	assert_string_equal(found(ZLIB),
	    "3 24\n"
	    "inflate.o inflate for /sysroot/usr/lib/libcrypto.a(c_zlib.o) (1)\n"
	    "gzread.o gzread for /build/src/main.o (-1)\n");
	assert_string_equal(found(OPENSSL), "1 8\nc_zlib.o COMP_zlib for /build/src/main.o (-1)\n");
}

static void
an_object_that_is_in_no_archive_counts_too(void **state)
{
	(void)state;
	assert_string_equal(found(LIBC), "1 16\n");
	assert_string_equal(found(LIBC + 1), "0 0\n");
}

static void
a_record_that_cannot_be_read_is_an_error(void **state)
{
	const struct linked_owner of = { owner, NULL };
	struct linked l;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(linked_find(&arena, STR("x\n"), STR(map), ZLIB, &of, &l, &e), -1);
	assert_int_equal(e.kind, ERR_CHECK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_others_refer_to_is_told_and_the_rest_counted),
		cmocka_unit_test(an_object_that_is_in_no_archive_counts_too),
		cmocka_unit_test(a_record_that_cannot_be_read_is_an_error),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
