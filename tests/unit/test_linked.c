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

/* A line for each entry. */
static const char *
found(int package)
{
	const struct linked_owner of = { owner, NULL };
	struct buf out = { .a = &arena };
	struct linked l;
	struct err e = { 0 };

	if (linked_find(&arena, STR(record), package, &of, &l, &e) == -1)
		fail_msg("%s", e.text);
	buf_add_z(&out, "");
	for (int i = 0; i < l.entry.n; i++)
		buf_printf(&out, STR_FMT " " STR_FMT " for " STR_FMT " (%d)\n",
		    STR_ARG(l.entry.v[i].member), STR_ARG(l.entry.v[i].symbol),
		    STR_ARG(l.entry.v[i].reference), l.entry.v[i].reference_owner);
	return out.p;
}

static void
what_others_refer_to_is_told(void **state)
{
	(void)state;
	assert_string_equal(found(ZLIB),
	    "inflate.o inflate for /sysroot/usr/lib/libcrypto.a(c_zlib.o) (1)\n"
	    "gzread.o gzread for /build/src/main.o (-1)\n");
	assert_string_equal(found(OPENSSL), "c_zlib.o COMP_zlib for /build/src/main.o (-1)\n");
}

static void
a_record_that_cannot_be_read_is_an_error(void **state)
{
	const struct linked_owner of = { owner, NULL };
	struct linked l;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(linked_find(&arena, STR("x\n"), ZLIB, &of, &l, &e), -1);
	assert_int_equal(e.kind, ERR_CHECK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_others_refer_to_is_told),
		cmocka_unit_test(a_record_that_cannot_be_read_is_an_error),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
