/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/class.h"

static void
an_installed_path_has_one_class(void **state)
{
	static const struct {
		const char *path;
		enum class want;
	} row[] = {
		{ "usr/include/zlib.h", CLASS_DEV },
		{ "usr/include", CLASS_DEV },
		{ "usr/include-fixed/x", CLASS_DATA },
		{ "usr/lib/libz.a", CLASS_DEV },
		{ "usr/lib/crt1.o", CLASS_DEV },
		{ "usr/lib/pkgconfig/zlib.pc", CLASS_DEV },
		{ "usr/share/pkgconfig/x.pc", CLASS_DEV },
		{ "usr/lib/cmake/z/z-config.cmake", CLASS_DEV },
		{ "usr/lib/cmake/z/README", CLASS_DEV },
		{ "usr/share/aclocal/x.m4", CLASS_DEV },
		{ "usr/lib/clang/19/lib/linux/libclang_rt.builtins-armhf.a", CLASS_DEV },
		{ "usr/lib/clang/19/share/ignorelist.txt", CLASS_DEV },
		{ "usr/bin/curl-config", CLASS_DEV },
		{ "usr/sbin/x-config", CLASS_BIN },
		{ "usr/bin/pkg-config", CLASS_BIN },
		{ "usr/bin/curl", CLASS_BIN },
		{ "usr/sbin/wg", CLASS_BIN },
		{ "bin/busybox", CLASS_BIN },
		{ "sbin/init", CLASS_BIN },
		{ "usr/libexec/sftp-server", CLASS_BIN },
		{ "usr/share/man/man1/curl.1", CLASS_DOC },
		{ "usr/share/doc/x/example.a", CLASS_DOC },
		{ "usr/share/info/dir", CLASS_DOC },
		{ "usr/share/licenses/zlib/LICENSE", CLASS_LICENCE },
		{ "usr/lib/debug/.build-id/ab/cd.debug", CLASS_DEBUG },
		{ "usr/lib/debug/x.o", CLASS_DEBUG },
		{ "0123abcd.map", CLASS_MAP },
		{ "0123abcd.link", CLASS_MAP },
		{ "usr/share/keys.map", CLASS_DATA },
		{ "etc/ssl/openssl.cnf", CLASS_DATA },
		{ "usr/share/terminfo/x/xterm", CLASS_DATA },
		{ "usr/lib/engine/x", CLASS_DATA },
		{ "binary", CLASS_DATA },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		enum class got = class_of_path(str_of(row[i].path));
		if (got != row[i].want)
			fail_msg("%s is %s", row[i].path, class_name(got));
	}
}

static void
a_class_is_found_by_its_name(void **state)
{
	(void)state;
	for (int c = 0; c < CLASS_COUNT; c++)
		assert_int_equal(class_find(str_of(class_name((enum class)c))), c);
	assert_int_equal(class_find(STR("lib")), -1);
	assert_int_equal(class_find(STR("")), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_installed_path_has_one_class),
		cmocka_unit_test(a_class_is_found_by_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
