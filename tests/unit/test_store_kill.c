/*
 * Processes that publish, collect and repair at once are killed at any instant;
 * what they leave is a valid store.
 *
 * SPDX-License-Identifier: ISC
 */
#include "store_fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { ROUNDS = 150, MOST_US = 12000 };

static struct place at;

static int
set_up(void **state)
{
	(void)state;
	place_make(&at);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	place_remove(&at);
	return 0;
}

/* Mostly new objects, and some that another process has published. */
static void
publish_for_ever(struct store *s, int turn)
{
	struct err why = { 0 };
	struct digest d;
	char name[32];

	if (turn % 3 == 0)
		snprintf(name, sizeof(name), "p%d", turn);
	else
		snprintf(name, sizeof(name), "p%ld.%d", (long)getpid(), turn);
	if (sample_publish(s, name, zlib_files, COUNT_OF(zlib_files), &d, &why) == -1)
		_exit(1);
}

static void
collect_for_ever(struct store *s, int turn)
{
	struct err why = { 0 };
	uint64_t bytes;
	int n;

	(void)turn;
	if (store_collect(s, NULL, 0, false, &bytes, &n, &why) == -1)
		_exit(1);
}

static pid_t
start(void (*act)(struct store *s, int turn))
{
	pid_t pid = fork();

	for (int turn = 0; pid == 0; turn++) {
		struct arena a = { 0 };
		struct err why = { 0 };
		struct store *s;
		if (store_open(&a, at.dir, &s, &why) == -1)
			_exit(1);
		act(s, turn);
		store_close(s);
		arena_free(&a);
	}
	return pid;
}

static void
kill_and_wait(pid_t pid)
{
	int status;

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFSIGNALED(status))
		fail_msg("a process ended by itself with status %d", status);
}

struct tally {
	struct store *s;
	int nrecord, nmissing;
};

static void
count_record(void *ctx, const char *kind, const struct digest *key, struct str value)
{
	struct tally *t = ctx;
	struct digest object;

	(void)key;
	assert_string_equal(kind, "built");
	assert_int_equal(digest_parse(value, &object), 0);
	t->nrecord++;
	t->nmissing += !store_has(t->s, &object);
}

/* Returns how many keys the journal knows. */
static int
assert_sound(bool was_collected)
{
	struct tally t = { 0 };
	struct err why = { 0 };
	struct arena a = { 0 };
	int nwork = 0;

	if (store_open(&a, at.dir, &t.s, &why) == -1)
		fail_msg("%s", why.text);
	assert_clean(t.s);
	journal_each(store_journal(t.s), count_record, &t);
	if (!was_collected)
		assert_int_equal(t.nmissing, 0);
	/* Nobody lives, so no work is left. */
	int tmp = open(arena_printf(&a, "%s/.tmp", store_path(t.s)), O_RDONLY | O_CLOEXEC);
	struct stat st;
	assert_int_equal(fstat(tmp, &st), 0);
	nwork = (int)st.st_nlink - 2;
	close(tmp);
	assert_int_equal(nwork, 0);
	store_close(t.s);
	arena_free(&a);
	return t.nrecord;
}

static void
wait_us(long us)
{
	struct timespec t = { .tv_nsec = us * 1000 };

	nanosleep(&t, NULL);
}

static void
a_killed_publication_leaves_a_valid_store(void **state)
{
	int nrecord = 0;

	(void)state;
	srand(1);
	for (int i = 0; i < ROUNDS; i++) {
		/* Now and then from nothing, where files and folders are made. */
		if (i % 10 == 0) {
			tear_down(NULL);
			set_up(NULL);
		}
		pid_t pid = start(publish_for_ever);
		wait_us(rand() % MOST_US);
		kill_and_wait(pid);
		nrecord = assert_sound(false);
	}
	assert_int_not_equal(nrecord, 0);
}

static void
two_that_publish_and_one_that_collects_do_not_harm_each_other(void **state)
{
	(void)state;
	srand(2);
	for (int i = 0; i < ROUNDS / 3; i++) {
		pid_t one = start(publish_for_ever), two = start(publish_for_ever),
		      three = start(collect_for_ever);
		wait_us(rand() % (2 * MOST_US));
		kill_and_wait(two);
		wait_us(rand() % MOST_US);
		kill_and_wait(three);
		kill_and_wait(one);
		assert_sound(true);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_killed_publication_leaves_a_valid_store, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    two_that_publish_and_one_that_collects_do_not_harm_each_other, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
