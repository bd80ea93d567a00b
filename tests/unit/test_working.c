/* Stages of working copies: the one before goes, but never under somebody's feet.
 * SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "make/stagedir.h"
#include "make/working.h"
#include "sys/fs.h"

#define ONE   "1111111111111111111111111111111111111111111111111111111111111111"
#define TWO   "2222222222222222222222222222222222222222222222222222222222222222"
#define THREE "3333333333333333333333333333333333333333333333333333333333333333"

static struct arena arena;
static struct err e;

struct place {
	char path[64];
	int out;
};

static int
set_up(void **state)
{
	static struct place p;

	snprintf(p.path, sizeof(p.path), "/tmp/kiln-working-XXXXXX");
	e = (struct err){ 0 };
	if (mkdtemp(p.path) == NULL || (p.out = fs_open_dir(AT_FDCWD, p.path, &e)) == -1)
		return -1;
	*state = &p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;

	fs_close(&p->out);
	return fs_remove(AT_FDCWD, p->path, &e);
}

static void
make(struct place *p, const char *hex)
{
	const char *file = arena_printf(&arena, "%s/file", stagedir_name(&arena, hex));

	assert_int_equal(working_staged(p->out, STR("zlib"), hex, &e), 0);
	assert_int_equal(fs_mkdirs(p->out, stagedir_name(&arena, hex), &e), 0);
	assert_int_equal(fs_write(p->out, file, STR("x"), 0644, &e), 0);
}

static bool
is_there(struct place *p, const char *hex)
{
	return fs_exists(p->out, stagedir_name(&arena, hex));
}

static void
the_stage_before_goes(void **state)
{
	make(*state, ONE);
	make(*state, ONE);
	assert_true(is_there(*state, ONE));
	make(*state, TWO);
	assert_false(is_there(*state, ONE));
	assert_true(is_there(*state, TWO));
}

static void
one_that_is_in_use_stays_and_goes_the_next_time(void **state)
{
	struct place *p = *state;

	make(p, ONE);
	int use = stagedir_lock(p->out, ONE, false, &e);
	assert_true(use >= 0);
	make(p, TWO);
	assert_true(is_there(p, ONE));
	fs_close(&use);
	make(p, THREE);
	assert_false(is_there(p, ONE));
	assert_false(is_there(p, TWO));
	assert_true(is_there(p, THREE));
}

/* The name goes first: what is left of a removal is never taken for a stage. */
static void
a_removal_that_was_cut_short_is_ended(void **state)
{
	struct place *p = *state;
	bool is_gone;

	make(p, ONE);
	assert_int_equal(fs_mkdirs(p->out, "stage/.tmp/" ONE "/rest", &e), 0);
	assert_int_equal(stagedir_remove(p->out, ONE, &is_gone, &e), 0);
	assert_true(is_gone);
	assert_false(is_there(p, ONE));
	assert_false(fs_exists(p->out, "stage/.tmp/" ONE));
	/* And when its own name was gone by then. */
	assert_int_equal(fs_mkdirs(p->out, "stage/.tmp/" ONE "/rest", &e), 0);
	make(p, TWO);
	make(p, THREE);
	assert_int_equal(stagedir_remove(p->out, ONE, &is_gone, &e), 0);
	assert_true(is_gone);
	assert_false(fs_exists(p->out, "stage/.tmp/" ONE));
}

/* Who is killed between the note and the stage, or before the old one went, loses track of
 * neither. */
static void
the_note_is_there_before_the_stage(void **state)
{
	struct place *p = *state;
	struct str note;

	make(p, ONE);
	int use = stagedir_lock(p->out, ONE, false, &e);
	assert_int_equal(working_staged(p->out, STR("zlib"), TWO, &e), 0);
	assert_int_equal(fs_read(&arena, p->out, "stage/.working/zlib", 4096, &note, &e), 0);
	assert_true(str_eq(note, STR(TWO "\n" ONE "\n")));
	fs_close(&use);
	make(p, THREE);
	assert_int_equal(fs_read(&arena, p->out, "stage/.working/zlib", 4096, &note, &e), 0);
	assert_true(str_eq(note, STR(THREE "\n")));
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(the_stage_before_goes),
		IN_PLACE(one_that_is_in_use_stays_and_goes_the_next_time),
		IN_PLACE(a_removal_that_was_cut_short_is_ended),
		IN_PLACE(the_note_is_there_before_the_stage),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
