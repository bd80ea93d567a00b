/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/buf.h"
#include "make/apt.h"
#include "sys/fs.h"

/* The places in one text. */
static const char *
joined(struct arena *a, const struct apt_places *p)
{
	struct buf b = { .a = a };

	buf_add_z(&b, "");
	for (int i = 0; i < p->n; i++)
		buf_printf(&b, "%s" STR_FMT, i == 0 ? "" : " ", STR_ARG(p->v[i]));
	return b.p;
}

static void
one_line_sources_are_read(void **state)
{
	const struct {
		const char *text, *want;
	} row[] = {
		{ "deb http://m.example/debian bookworm main\n", "http://m.example/debian" },
		{ "deb [arch=amd64 signed-by=/k] https://m.example/debian/ sid main contrib",
		    "https://m.example/debian" },
		{ "deb [ arch=amd64 ] http://m.example/debian sid main\n",
		    "http://m.example/debian" },
		{ "# deb http://m.example/debian sid main\n", "" },
		{ "deb-src http://m.example/debian sid main\n", "" },
		{ "deb http://m.example/debian-security s main\ndeb http://o.example/ubuntu n "
		  "main\n",
		    "" },
		{ "deb http://m.example/notdebian sid main\n", "" },
		{ "deb cdrom:[x]/debian sid main\ndeb file:/srv/debian sid main\n", "" },
		{ "deb http://a.example/debian x y\ndeb http://b.example/debian x y\n"
		  "deb http://a.example/debian/ z y\n",
		    "http://a.example/debian http://b.example/debian" },
		{ "deb [never ending\ndeb\n\ndeb http://m.example/debian",
		    "http://m.example/debian" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct apt_places p = { 0 };
		apt_add_list(&a, str_of(row[i].text), STR("debian"), &p);
		assert_string_equal(joined(&a, &p), row[i].want);
	}
	arena_free(&a);
}

static void
stanzas_are_read(void **state)
{
	const struct {
		const char *text, *want;
	} row[] = {
		{ "Types: deb\n# a word\nURIs: http://m.example/debian\nSuites: bookworm\n\n"
		  "Types: deb\nURIs: http://m.example/debian-security\n",
		    "http://m.example/debian" },
		{ "Types: deb deb-src\nURIs: http://a.example/debian/ https://b.example/debian\n",
		    "http://a.example/debian https://b.example/debian" },
		{ "types: deb\nuris:\n http://a.example/debian\n http://b.example/debian\n"
		  "Suites: sid\n",
		    "http://a.example/debian http://b.example/debian" },
		{ "Types: deb-src\nURIs: http://m.example/debian\n", "" },
		{ "Types: deb\nURIs: http://m.example/debian\nEnabled: no\n", "" },
		{ "Enabled: yes\nTypes: deb\nURIs: http://m.example/debian\n",
		    "http://m.example/debian" },
		{ "Types: deb\nURIs: http://a.example/debian\nSigned-By:\n "
		  "http://b.example/debian\n",
		    "http://a.example/debian" },
		{ "URIs: http://m.example/debian\n", "" },
		{ "", "" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct apt_places p = { 0 };
		apt_add_deb822(&a, str_of(row[i].text), STR("debian"), &p);
		assert_string_equal(joined(&a, &p), row[i].want);
	}
	arena_free(&a);
}

static void
a_folder_is_read_in_apts_order(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct apt_places p = { 0 };
	char *path =
	    arena_printf(&a, "%s/kiln-apt.XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	const struct {
		const char *name, *text;
	} file[] = {
		{ "sources.list", "deb http://1.example/debian x y\n" },
		{ "sources.list.d/b.list", "deb http://3.example/debian x y\n" },
		{ "sources.list.d/a.sources", "Types: deb\nURIs: http://2.example/debian\n" },
		{ "sources.list.d/c.list.save", "deb http://4.example/debian x y\n" },
	};

	(void)state;
	assert_non_null(mkdtemp(path));
	assert_int_equal(fs_mkdirs(AT_FDCWD, arena_printf(&a, "%s/sources.list.d", path), &e), 0);
	for (size_t i = 0; i < COUNT_OF(file); i++)
		assert_int_equal(fs_write(AT_FDCWD, arena_printf(&a, "%s/%s", path, file[i].name),
				     str_of(file[i].text), 0644, &e),
		    0);
	apt_places(&a, path, STR("debian"), &p);
	assert_string_equal(joined(&a, &p),
	    "http://1.example/debian http://2.example/debian http://3.example/debian");
	assert_int_equal(fs_remove(AT_FDCWD, path, &e), 0);
	p.n = 0;
	apt_places(&a, path, STR("debian"), &p);
	assert_int_equal(p.n, 0);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_line_sources_are_read),
		cmocka_unit_test(stanzas_are_read),
		cmocka_unit_test(a_folder_is_read_in_apts_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
