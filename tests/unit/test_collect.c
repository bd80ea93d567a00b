/* What a build installed, sorted into an object. SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "elf_fixture.h"
#include "make/collect.h"
#include "make/linkmap.h"
#include "make/pcfile.h"
#include "make/strip.h"
#include "sys/fs.h"

/* ---- a sandbox that only writes down what it is to run ---- */

static struct {
	char body[4096];
	int nrun;
	enum sandbox_end end;
} sandbox;

int
sandbox_run(struct sandbox_proc *p, const struct sandbox_phase *phase, struct sandbox_result *out,
    struct err *e)
{
	(void)p;
	(void)e;
	assert_true(phase->body.n < sizeof(sandbox.body));
	memcpy(sandbox.body, phase->body.p, phase->body.n);
	sandbox.body[phase->body.n] = '\0';
	sandbox.nrun++;
	*out = (struct sandbox_result){ .end = sandbox.end, .status = 1 };
	return 0;
}

const char *
sandbox_end_text(struct arena *a, const struct sandbox_phase *phase, const struct sandbox_result *r)
{
	(void)phase;
	return arena_printf(a, "exit status %d", r->status);
}

/* ---- a work folder ---- */

struct bench {
	struct arena a;
	char dir[64];
	char *work, *stage, *object;
	struct str licence[4];
	struct package p;
	struct err e;
};

static void
put_bytes(struct bench *b, const char *path, struct str bytes, mode_t mode)
{
	char *full = arena_printf(&b->a, "%s/%s", b->dir, path);
	char *folder = arena_printf(&b->a, "%s", full);

	*strrchr(folder, '/') = '\0';
	assert_int_equal(fs_mkdirs(AT_FDCWD, folder, &b->e), 0);
	assert_int_equal(fs_write(AT_FDCWD, full, bytes, 0644, &b->e), 0);
	assert_int_equal(chmod(full, mode), 0);
}

static void
put(struct bench *b, const char *path, const char *text)
{
	put_bytes(b, path, str_of(text), 0644);
}

static void
bench_open(struct bench *b)
{
	*b = (struct bench){ 0 };
	memset(&sandbox, 0, sizeof(sandbox));
	snprintf(b->dir, sizeof(b->dir), "/tmp/kiln-collect-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	b->work = arena_printf(&b->a, "%s/work", b->dir);
	b->stage = arena_printf(&b->a, "%s/stage", b->dir);
	b->object = arena_printf(&b->a, "%s/object", b->dir);
	b->p = (struct package){ .name = STR("zlib"), .licence_file = b->licence };
	for (int i = 0; i < 3; i++) {
		const char *folder[] = { "work/out", "stage", "object" };
		assert_int_equal(
		    fs_mkdirs(AT_FDCWD, arena_printf(&b->a, "%s/%s", b->dir, folder[i]), &b->e), 0);
	}
}

static int
bench_collect(struct bench *b)
{
	struct sandbox_proc none = { 0 };

	return collect(&b->p, b->work, b->stage, &none, b->object, -1, &b->e);
}

static void
bench_close(struct bench *b)
{
	struct err e = { 0 };

	assert_int_equal(fs_remove(AT_FDCWD, b->dir, &e), 0);
	arena_free(&b->a);
}

static const char *
got(struct bench *b, const char *path)
{
	struct str text;
	char *full = arena_printf(&b->a, "%s/%s", b->object, path);

	if (!fs_exists(AT_FDCWD, full))
		return NULL;
	assert_int_equal(fs_read(&b->a, AT_FDCWD, full, FS_READ_MAX, &text, &b->e), 0);
	return text.p;
}

static bool
is_there(struct bench *b, const char *path)
{
	return fs_exists(AT_FDCWD, arena_printf(&b->a, "%s/%s", b->object, path));
}

static mode_t
mode_of(struct bench *b, const char *path)
{
	struct stat st;

	assert_int_equal(lstat(arena_printf(&b->a, "%s/%s", b->object, path), &st), 0);
	return st.st_mode & 07777;
}

static struct str
program(struct bench *b)
{
	struct elf_spec spec = elf_good_program();

	return elf_make(&b->a, &spec);
}

/* The build-id that the fixture gives. */
#define BUILD_ID "3132333435363738"

/* ---- tests ---- */

static void
files_go_to_their_classes_with_plain_modes(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	put(&b, "work/out/usr/include/zlib.h", "h");
	put_bytes(&b, "work/out/usr/bin/tool", STR("#!/bin/sh\n"), 04711);
	put_bytes(&b, "work/out/etc/secret", STR("s"), 0400);
	put_bytes(&b, "work/out/usr/lib/debug/.build-id/31/32.debug", STR("d"), 0755);
	put(&b, "work/out/usr/share/man/man1/tool.1", "m");
	put(&b, "work/out/usr/lib/libz.la", "la");
	assert_int_equal(symlink("tool", arena_printf(&b.a, "%s/out/usr/bin/alias", b.work)), 0);
	assert_int_equal(mkdir(arena_printf(&b.a, "%s/out/var", b.work), 0755), 0);
	assert_int_equal(bench_collect(&b), 0);
	assert_string_equal(got(&b, "dev/usr/include/zlib.h"), "h");
	assert_int_equal(mode_of(&b, "bin/usr/bin/tool"), 0755);
	assert_int_equal(mode_of(&b, "data/etc/secret"), 0644);
	assert_int_equal(mode_of(&b, "debug/usr/lib/debug/.build-id/31/32.debug"), 0644);
	assert_true(is_there(&b, "bin/usr/bin/alias"));
	assert_true(is_there(&b, "doc/usr/share/man/man1/tool.1"));
	assert_false(is_there(&b, "dev/usr/lib/libz.la"));
	assert_false(is_there(&b, "data/usr/lib/libz.la"));
	assert_false(is_there(&b, "data/var"));
	assert_int_equal(sandbox.nrun, 0);
	bench_close(&b);
}

static void
hard_linked_files_all_stay(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	put(&b, "work/out/usr/bin/a", "x");
	assert_int_equal(link(arena_printf(&b.a, "%s/out/usr/bin/a", b.work),
			     arena_printf(&b.a, "%s/out/usr/bin/b", b.work)),
	    0);
	assert_int_equal(bench_collect(&b), 0);
	assert_string_equal(got(&b, "bin/usr/bin/a"), "x");
	assert_string_equal(got(&b, "bin/usr/bin/b"), "x");
	bench_close(&b);
}

static void
one_body_strips_all_and_splits_programs_by_build_id(void **state)
{
	struct bench b;
	struct ar_member member = { "x.o", STR("x") };

	(void)state;
	bench_open(&b);
	put_bytes(&b, "work/out/usr/bin/it's", program(&b), 0755);
	put_bytes(&b, "work/out/usr/lib/libz.a", ar_make(&b.a, &member, 1), 0644);
	put(&b, "work/out/usr/share/text", "\177EL");
	assert_int_equal(bench_collect(&b), 0);
	assert_int_equal(sandbox.nrun, 1);
	assert_string_equal(sandbox.body, "cd /out\n"
					  "strip --strip-debug './usr/lib/libz.a'\n"
					  "objcopy --only-keep-debug './usr/bin/it'\\''s' "
					  "'./usr/lib/debug/.build-id/31/32333435363738.debug'\n"
					  "strip --strip-all './usr/bin/it'\\''s'\n");
	bench_close(&b);
}

static void
a_program_without_a_build_id_keeps_what_it_has(void **state)
{
	struct bench b;
	struct elf_spec spec = elf_good_program();

	(void)state;
	bench_open(&b);
	spec.build_id = false;
	put_bytes(&b, "work/out/usr/bin/p", elf_make(&b.a, &spec), 0755);
	assert_int_equal(bench_collect(&b), 0);
	assert_int_equal(sandbox.nrun, 0);
	assert_true(is_there(&b, "bin/usr/bin/p"));
	bench_close(&b);
}

static void
tools_that_fail_are_an_error_with_what_they_did(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	sandbox.end = SANDBOX_EXIT;
	put_bytes(&b, "work/out/usr/bin/p", program(&b), 0755);
	assert_int_equal(bench_collect(&b), -1);
	assert_int_equal(b.e.kind, ERR_PACKAGE);
	assert_non_null(strstr(b.e.text, "split off debug information: exit status 1"));
	bench_close(&b);
}

static void
only_programs_of_the_object_get_their_map(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	put_bytes(&b, "work/out/usr/bin/p", program(&b), 0755);
	put(&b, "work/maps/" BUILD_ID ".map", "/tmp/p-12ab9f.o:(.text)\n");
	put(&b, "work/maps/" BUILD_ID ".link", "input /tmp/p-12ab9f.o\n");
	put(&b, "work/maps/00112233.map", "conftest\n");
	put(&b, "work/maps/00112233.link", "conftest\n");
	assert_int_equal(bench_collect(&b), 0);
	assert_string_equal(got(&b, "map/" BUILD_ID ".map"), "/tmp/p.o:(.text)\n");
	assert_string_equal(got(&b, "map/" BUILD_ID ".link"), "input /tmp/p.o\n");
	assert_false(is_there(&b, "map/00112233.map"));
	assert_false(is_there(&b, "map/00112233.link"));
	bench_close(&b);
}

/* Bodies may write there, and kiln reads outside of the sandbox. */
static void
a_map_that_is_a_link_is_refused(void **state)
{
	static const char *const suffix[] = { "map", "link" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(suffix); i++) {
		struct bench b;
		bench_open(&b);
		put_bytes(&b, "work/out/usr/bin/p", program(&b), 0755);
		put(&b, "work/maps/x", "x\n");
		assert_int_equal(symlink("/etc/passwd", arena_printf(&b.a, "%s/maps/%s.%s", b.work,
							    BUILD_ID, suffix[i])),
		    0);
		assert_int_equal(bench_collect(&b), -1);
		assert_non_null(strstr(b.e.text, "is a link, and kiln expects a file there"));
		bench_close(&b);
	}
}

static void
licence_texts_come_from_the_source_and_get_names_of_their_own(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	b.licence[0] = STR("COPYING");
	b.licence[1] = STR("lib/LICENSE");
	b.licence[2] = STR("doc/LICENSE");
	b.p.nlicence_file = 3;
	put(&b, "work/out/usr/include/a.h", "h");
	put(&b, "stage/COPYING", "stage");
	put(&b, "work/upper/COPYING", "upper");
	put(&b, "stage/lib/LICENSE", "lib");
	put(&b, "stage/doc/LICENSE", "doc");
	assert_int_equal(bench_collect(&b), 0);
	assert_string_equal(got(&b, "licence/usr/share/licenses/zlib/COPYING"), "stage");
	assert_string_equal(got(&b, "licence/usr/share/licenses/zlib/lib-LICENSE"), "lib");
	assert_string_equal(got(&b, "licence/usr/share/licenses/zlib/doc-LICENSE"), "doc");
	bench_close(&b);
}

static void
a_licence_text_that_is_missing_or_empty_is_refused(void **state)
{
	static const char *const want[] = { "the source holds no such file", "the file is empty" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct bench b;
		bench_open(&b);
		b.licence[0] = STR("COPYING");
		b.p.nlicence_file = 1;
		put(&b, "work/out/usr/include/a.h", "h");
		if (i == 1)
			put(&b, "stage/COPYING", "");
		assert_int_equal(bench_collect(&b), -1);
		assert_int_equal(b.e.kind, ERR_CHECK);
		assert_non_null(strstr(b.e.text, want[i]));
		bench_close(&b);
	}
}

static void
nothing_installed_is_refused_and_so_is_a_device(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b);
	assert_int_equal(bench_collect(&b), -1);
	assert_int_equal(b.e.kind, ERR_CHECK);
	assert_non_null(strstr(b.e.text, "DESTDIR"));
	err_clear(&b.e);
	assert_int_equal(mkfifo(arena_printf(&b.a, "%s/out/fifo", b.work), 0644), 0);
	assert_int_equal(bench_collect(&b), -1);
	assert_non_null(strstr(b.e.text, "installed fifo: neither a file"));
	bench_close(&b);
}

static void
pkg_config_files_lose_the_places_of_the_build(void **state)
{
	static const struct {
		const char *in, *want;
	} row[] = {
		{ "prefix=/usr\nLibs: -L${libdir} -lz\n", "prefix=/usr\nLibs: -L${libdir} -lz\n" },
		{ "Libs: -L/sysroot/usr/lib -lz\n", "Libs:  -lz\n" },
		{ "Libs: -L/sysroot/usr/lib/ -lz\n", "Libs:  -lz\n" },
		{ "Libs: -L/sysroot/usr/lib/x\n", "Libs: -L/usr/lib/x\n" },
		{ "Cflags: -I/sysroot/usr/include -I/sysroot/usr/include/x\n",
		    "Cflags:  -I/usr/include/x\n" },
		{ "Libs.private: /sysroot/usr/lib/libz.a -lm\n", "Libs.private: -lz -lm\n" },
		{ "Libs.private: /sysroot/usr/lib/x/libz.a\n",
		    "Libs.private: /usr/lib/x/libz.a\n" },
		{ "Libs: -L/build/src/.libs -lz /build/libx.a\n", "Libs:  -lz \n" },
		{ "prefix=/out/usr\n", "prefix=/usr\n" },
		{ "srcdir=/build/x\n", "srcdir=\n" },
		{ "Libs: /builder/x /outer/y /sysroots/z\n",
		    "Libs: /builder/x /outer/y /sysroots/z\n" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		struct str out = pcfile_relocate(&a, str_of(row[i].in));
		assert_true(str_is(out, row[i].want));
		arena_free(&a);
	}
}

static void
link_maps_lose_the_random_part_of_names(void **state)
{
	static const struct {
		const char *in, *want;
	} row[] = {
		{ "", "" },
		{ "  /tmp/a-5e33b9.o:(.text)\n", "  /tmp/a.o:(.text)\n" },
		{ "/tmp/a-b-5e33b9.o:(x) /tmp/c-000000.o:(y)\n", "/tmp/a-b.o:(x) /tmp/c.o:(y)\n" },
		{ "/tmp/a-5E33B9.o:(.text)", "/tmp/a-5E33B9.o:(.text)" },
		{ "/tmp/a-5e33b.o:(.text)", "/tmp/a-5e33b.o:(.text)" },
		{ "src/a-5e33b9.o:(.text)", "src/a-5e33b9.o:(.text)" },
		{ "/tmp/-5e33b9.o", "/tmp/-5e33b9.o" },
		{ "/tmp/", "/tmp/" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct arena a = { 0 };
		struct str out = linkmap_normalise(&a, str_of(row[i].in));
		assert_true(str_is(out, row[i].want));
		arena_free(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_go_to_their_classes_with_plain_modes),
		cmocka_unit_test(hard_linked_files_all_stay),
		cmocka_unit_test(one_body_strips_all_and_splits_programs_by_build_id),
		cmocka_unit_test(a_program_without_a_build_id_keeps_what_it_has),
		cmocka_unit_test(tools_that_fail_are_an_error_with_what_they_did),
		cmocka_unit_test(only_programs_of_the_object_get_their_map),
		cmocka_unit_test(a_map_that_is_a_link_is_refused),
		cmocka_unit_test(licence_texts_come_from_the_source_and_get_names_of_their_own),
		cmocka_unit_test(a_licence_text_that_is_missing_or_empty_is_refused),
		cmocka_unit_test(nothing_installed_is_refused_and_so_is_a_device),
		cmocka_unit_test(pkg_config_files_lose_the_places_of_the_build),
		cmocka_unit_test(link_maps_lose_the_random_part_of_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
