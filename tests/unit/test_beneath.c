/* Files that somebody else made are read as files or not at all. SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/beneath.h"
#include "sys/fs.h"

static struct arena arena;
static char path[64];
static int dir;

static int
set_up(void **state)
{
	struct err e = { 0 };

	(void)state;
	snprintf(path, sizeof(path), "/tmp/kiln-beneath-XXXXXX");
	if (mkdtemp(path) == NULL || (dir = fs_open_dir(AT_FDCWD, path, &e)) == -1)
		return -1;
	return fs_write(dir, "file", STR("12345"), 0644, &e);
}

static int
tear_down(void **state)
{
	struct err e = { 0 };

	(void)state;
	fs_close(&dir);
	return fs_remove(AT_FDCWD, path, &e);
}

/* The text, "(none)", or why not. */
static const char *
read_it(const char *name, size_t max_bytes)
{
	struct str text;
	struct err e = { 0 };
	bool is_there;

	if (beneath_read(&arena, dir, name, max_bytes, &text, &is_there, &e) == -1)
		return arena_printf(&arena, "%s", e.text);
	return is_there ? str_z(&arena, text) : "(none)";
}

static void
a_file_is_read_whole_or_not_at_all(void **state)
{
	(void)state;
	assert_string_equal(read_it("file", 5), "12345");
	assert_string_equal(read_it("file", 4), "file has more than 4 bytes");
	assert_string_equal(read_it("none", 5), "(none)");
}

static void
no_link_is_followed(void **state)
{
	(void)state;
	assert_int_equal(symlinkat("/etc/passwd", dir, "out"), 0);
	assert_int_equal(symlinkat("file", dir, "in"), 0);
	assert_int_equal(symlinkat("nothing", dir, "dead"), 0);
	assert_string_equal(read_it("out", 100000), "out is a link, and kiln expects a file there");
	assert_string_equal(read_it("in", 5), "in is a link, and kiln expects a file there");
	assert_string_equal(read_it("dead", 5), "dead is a link, and kiln expects a file there");
}

/* A pipe that nobody writes to would keep kiln waiting. */
static void
what_is_no_file_is_not_read(void **state)
{
	(void)state;
	assert_int_equal(mkfifoat(dir, "pipe", 0644), 0);
	assert_int_equal(mkdirat(dir, "folder", 0755), 0);
	assert_string_equal(read_it("pipe", 5), "pipe is no regular file, as kiln expects there");
	assert_string_equal(
	    read_it("folder", 5), "folder is no regular file, as kiln expects there");
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(a_file_is_read_whole_or_not_at_all),
		IN_PLACE(no_link_is_followed),
		IN_PLACE(what_is_no_file_is_not_read),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
