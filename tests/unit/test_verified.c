/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "make/verified.h"
#include "sys/fs.h"

#define NS INT64_C(1000000000)

struct place {
	struct arena a;
	char *path;
	int dir;
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct err e = { 0 };
	const char *top = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";

	p->path = arena_printf(&p->a, "%s/kiln-verified.XXXXXX", top);
	assert_non_null(mkdtemp(p->path));
	p->dir = fs_open_dir(AT_FDCWD, p->path, &e);
	assert_int_equal(fs_mkdirs(p->dir, "distfiles", &e), 0);
	assert_int_equal(fs_write(p->dir, "f", STR("bytes"), 0644, &e), 0);
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;
	struct err e = { 0 };

	close(p->dir);
	assert_int_equal(fs_remove(AT_FDCWD, p->path, &e), 0);
	arena_free(&p->a);
	free(p);
	return 0;
}

static bool
is_right(struct place *p, struct digest wanted, uint64_t size_bytes)
{
	struct err e = { 0 };
	bool right;
	CLEANUP(fs_close) int fd = fs_open(p->dir, "f", &e);

	assert_int_equal(verified_check(p->dir, fd, "f", &wanted, size_bytes, &right, &e), 0);
	return right;
}

static void
bytes_and_size_are_compared(void **state)
{
	struct place *p = *state;

	assert_true(is_right(p, digest_of(STR("bytes")), 5));
	assert_false(is_right(p, digest_of(STR("bytes")), 4));
	assert_false(is_right(p, digest_of(STR("other")), 5));
}

static void
a_file_that_just_changed_is_not_remembered(void **state)
{
	struct place *p = *state;

	assert_true(is_right(p, digest_of(STR("bytes")), 5));
	assert_false(fs_exists(p->dir, "distfiles/verified"));
}

/* A line that vouches for other bytes shows that it was asked. */
static void
a_remembered_file_is_not_hashed_until_its_times_change(void **state)
{
	struct place *p = *state;
	struct digest other = digest_of(STR("other"));
	struct err e = { 0 };
	struct stat st;

	assert_int_equal(fstatat(p->dir, "f", &st, 0), 0);
	struct str line = str_printf(&p->a, "%s %ju %ju 5 %" PRId64 " %" PRId64 "\n",
	    digest_hex(&p->a, &other), (uintmax_t)st.st_dev, (uintmax_t)st.st_ino,
	    st.st_mtim.tv_sec * NS + st.st_mtim.tv_nsec,
	    st.st_ctim.tv_sec * NS + st.st_ctim.tv_nsec);
	assert_int_equal(fs_write(p->dir, "distfiles/verified", line, 0644, &e), 0);
	assert_true(is_right(p, other, 5));
	assert_false(is_right(p, digest_of(STR("third")), 5));
	/* The same mtime again, and again until the clock has ticked: the ctime tells. */
	struct timespec times[] = { st.st_atim, st.st_mtim }, before = st.st_ctim;
	while (st.st_ctim.tv_sec == before.tv_sec && st.st_ctim.tv_nsec == before.tv_nsec) {
		assert_int_equal(utimensat(p->dir, "f", times, 0), 0);
		assert_int_equal(fstatat(p->dir, "f", &st, 0), 0);
	}
	assert_false(is_right(p, other, 5));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bytes_and_size_are_compared),
		TEST(a_file_that_just_changed_is_not_remembered),
		TEST(a_remembered_file_is_not_hashed_until_its_times_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
