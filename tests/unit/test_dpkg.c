/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make/dpkg.h"

static const char status[] = "Package: make\n"
			     "Status: install ok installed\n"
			     "Version: 4.3-4.1\n"
			     "Description: Package: not a field\n"
			     " Version: 9 in the text\n"
			     "\n"
			     "Package: m4\n"
			     "Status: deinstall ok config-files\n"
			     "Version: 1.4.19-3\n"
			     "\n"
			     "Package: libc6\n"
			     "Status: install ok installed\n"
			     "Architecture: amd64\n"
			     "Version: 2.36-9\n"
			     "\n"
			     "Package: libc6\n"
			     "Status: install ok installed\n"
			     "Architecture: i386\n"
			     "Version: 2.37-1\n"
			     "\n"
			     "Package: half\n"
			     "Status: install ok half-installed\n"
			     "Version: 1\n"
			     "\n"
			     "Package: last\n"
			     "Status: install ok installed\n"
			     "Version: 1:2.0~rc1";

static void
the_version_of_an_installed_package_is_found_and_of_others_not(void **state)
{
	static const struct {
		const char *package, *version;
	} row[] = {
		{ "make", "4.3-4.1" },
		{ "m4", "" },
		{ "libc6", "2.36-9" },
		{ "half", "" },
		{ "last", "1:2.0~rc1" },
		{ "mak", "" },
	};
	struct str name[COUNT_OF(row)], version[COUNT_OF(row)];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++)
		name[i] = str_of(row[i].package);
	dpkg_versions(str_of(status), name, COUNT_OF(row), version);
	for (size_t i = 0; i < COUNT_OF(row); i++)
		if (!str_is(version[i], row[i].version))
			fail_msg("%s: \"%.*s\"", row[i].package, STR_ARG(version[i]));
}

static void
an_empty_status_has_no_package(void **state)
{
	struct str name = STR("make"), version;

	(void)state;
	dpkg_versions(STR(""), &name, 1, &version);
	assert_int_equal(version.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_version_of_an_installed_package_is_found_and_of_others_not),
		cmocka_unit_test(an_empty_status_has_no_package),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
