/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "driver/turn.h"
#include "make/slot.h"
#include "sys/fs.h"

enum { POLL_MAX = 2048, PATIENCE = 100 };

struct place {
	struct arena run;
	struct slots *slots;
	char dir[64], path[2][96];
	int id[2];
};

static void
place_open(struct place *p, int nslot)
{
	struct err e = { 0 };

	*p = (struct place){ 0 };
	snprintf(p->dir, sizeof(p->dir), "/tmp/kiln-slot-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	assert_int_equal(slots_open(&p->run, nslot, &p->slots, &e), 0);
	for (int i = 0; i < 2; i++) {
		snprintf(p->path[i], sizeof(p->path[i]), "%s/%d", p->dir, i);
		assert_int_equal(slots_add(p->slots, p->path[i], i, &p->id[i], &e), 0);
	}
}

static void
place_close(struct place *p)
{
	struct err e = { 0 };

	slots_close(p->slots);
	assert_int_equal(access(p->path[0], F_OK), -1);
	assert_int_equal(fs_remove(AT_FDCWD, p->dir, &e), 0);
	arena_free(&p->run);
}

static void
serve(struct place *p, int ms)
{
	static struct pollfd v[POLL_MAX];
	int n = slots_poll_fill(p->slots, v, POLL_MAX);

	assert_true(poll(v, (nfds_t)n, ms) != -1);
	slots_poll_take(p->slots, v, n);
}

/* Serve until nothing more comes: what this process does to a socket is there at once. */
static void
settle(struct place *p)
{
	for (int i = 0; i < 8; i++)
		serve(p, 0);
}

static int
reach(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static bool
is_granted(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_DONTWAIT) == 1;
}

struct count {
	atomic_int now, most, done;
};

/* A compiler: waits for its turn, works, and may be killed at work. */
static void
compile(const char *path, struct count *c, bool dies)
{
	turn_take(path);
	int now = atomic_fetch_add(&c->now, 1) + 1, most = atomic_load(&c->most);
	while (now > most && !atomic_compare_exchange_weak(&c->most, &most, now))
		;
	usleep(500);
	atomic_fetch_sub(&c->now, 1);
	atomic_fetch_add(&c->done, 1);
	if (dies)
		kill(getpid(), SIGKILL);
	_exit(0);
}

static void
two_hundred_compilers_share_three_slots_and_some_are_killed(void **state)
{
	struct place p;
	struct count *c =
	    mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int left = 200;

	(void)state;
	place_open(&p, 3);
	for (int i = 0; i < left; i++)
		if (fork() == 0)
			compile(p.path[i % 2], c, i % 5 == 0);
	for (int idle = 0; left > 0 && idle < 10000; idle++) {
		serve(&p, 5);
		assert_true(slots_in_use(p.slots) <= 3);
		while (left > 0 && waitpid(-1, NULL, WNOHANG) > 0)
			left--;
	}
	assert_int_equal(left, 0);
	assert_int_equal(atomic_load(&c->done), 200);
	assert_true(atomic_load(&c->most) <= 3);
	settle(&p);
	assert_int_equal(slots_in_use(p.slots), 0);
	place_close(&p);
}

static void
the_connection_is_the_slot_until_its_last_holder_is_gone(void **state)
{
	struct place p;
	int first, second;
	pid_t heir;

	(void)state;
	place_open(&p, 1);
	first = reach(p.path[0]);
	settle(&p);
	assert_true(is_granted(first));
	second = reach(p.path[0]);
	settle(&p);
	assert_false(is_granted(second));
	heir = fork();
	if (heir == 0) {
		pause();
		_exit(0);
	}
	close(first);
	settle(&p);
	assert_false(is_granted(second));
	kill(heir, SIGKILL);
	waitpid(heir, NULL, 0);
	settle(&p);
	assert_true(is_granted(second));
	close(second);
	place_close(&p);
}

static void
the_package_with_the_higher_priority_goes_first_then_who_came_first(void **state)
{
	struct place p;
	int holder, low[2], high[2];

	(void)state;
	place_open(&p, 1);
	holder = reach(p.path[0]);
	settle(&p);
	for (int i = 0; i < 2; i++) {
		low[i] = reach(p.path[0]);
		settle(&p);
		high[i] = reach(p.path[1]);
		settle(&p);
	}
	int order[] = { high[0], high[1], low[0], low[1] };
	for (int i = 0; i < 4; i++) {
		close(i == 0 ? holder : order[i - 1]);
		settle(&p);
		for (int k = i; k < 4; k++)
			assert_int_equal(is_granted(order[k]), k == i);
	}
	close(order[3]);
	place_close(&p);
}

static void
who_gave_up_waiting_is_passed_over(void **state)
{
	struct place p;
	int holder, gone, next;

	(void)state;
	place_open(&p, 1);
	holder = reach(p.path[0]);
	settle(&p);
	gone = reach(p.path[0]);
	next = reach(p.path[0]);
	settle(&p);
	close(gone);
	close(holder);
	settle(&p);
	assert_true(is_granted(next));
	assert_int_equal(slots_in_use(p.slots), 1);
	close(next);
	place_close(&p);
}

static void
a_removed_package_is_hung_up_on_but_its_work_still_counts(void **state)
{
	struct place p;
	int holder, waiting, other;
	char byte;

	(void)state;
	place_open(&p, 1);
	holder = reach(p.path[0]);
	settle(&p);
	waiting = reach(p.path[0]);
	settle(&p);
	assert_int_equal(slots_waiting(p.slots, p.id[0]), 1);
	slots_remove(p.slots, p.id[0]);
	assert_int_equal(slots_waiting(p.slots, p.id[0]), 0);
	assert_int_equal(access(p.path[0], F_OK), -1);
	assert_int_equal(recv(waiting, &byte, 1, 0), 0);
	other = reach(p.path[1]);
	settle(&p);
	assert_false(is_granted(other));
	close(holder);
	settle(&p);
	assert_true(is_granted(other));
	close(waiting);
	close(other);
	place_close(&p);
}

static void
more_may_wait_than_are_taken_in(void **state)
{
	struct place p;
	int fd[PATIENCE], ngranted = 0;

	(void)state;
	place_open(&p, 2);
	for (int i = 0; i < PATIENCE; i++)
		fd[i] = reach(p.path[0]);
	settle(&p);
	assert_int_equal(slots_in_use(p.slots), 2);
	assert_int_equal(slots_waiting(p.slots, p.id[0]), 2);
	for (int round = 0; round < PATIENCE * 4 && ngranted < PATIENCE; round++) {
		for (int i = 0; i < PATIENCE; i++)
			if (fd[i] != -1 && is_granted(fd[i])) {
				close(fd[i]);
				fd[i] = -1;
				ngranted++;
			}
		serve(&p, 20);
	}
	assert_int_equal(ngranted, PATIENCE);
	place_close(&p);
}

static void
a_socket_that_stood_there_is_replaced_and_a_path_too_long_is_an_error(void **state)
{
	struct place p;
	struct err e = { 0 };
	char path[200];
	int id, fd;

	(void)state;
	place_open(&p, 1);
	assert_int_equal(slots_add(p.slots, p.path[0], 0, &id, &e), 0);
	fd = reach(p.path[0]);
	settle(&p);
	assert_true(is_granted(fd));
	close(fd);
	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(slots_add(p.slots, path, 0, &id, &e), -1);
	assert_non_null(strstr(e.text, "longer than 107 bytes"));
	place_close(&p);
}

/* Its one compiler at a time is granted between those of the package that goes before it. */
static void
who_asks_for_one_at_a_time_does_not_wait_for_a_longer_package(void **state)
{
	struct place p;
	int many[4], one;

	(void)state;
	place_open(&p, 2);
	for (int i = 0; i < 4; i++)
		many[i] = reach(p.path[1]);
	settle(&p);
	assert_true(is_granted(many[0]) && is_granted(many[1]));
	one = reach(p.path[0]);
	settle(&p);
	close(many[0]);
	settle(&p);
	assert_true(is_granted(one));
	assert_false(is_granted(many[2]));
	/* What holds one already is no longer served first. */
	int second = reach(p.path[0]);
	settle(&p);
	close(many[1]);
	settle(&p);
	assert_true(is_granted(many[2]));
	assert_false(is_granted(second));
	int left[] = { one, second, many[2], many[3] };
	for (int i = 0; i < 4; i++)
		close(left[i]);
	place_close(&p);
}

static void
without_anybody_who_hands_out_slots_there_is_no_wait(void **state)
{
	(void)state;
	turn_take("");
	turn_take("/nonexistent/slot");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_hundred_compilers_share_three_slots_and_some_are_killed),
		cmocka_unit_test(the_connection_is_the_slot_until_its_last_holder_is_gone),
		cmocka_unit_test(
		    the_package_with_the_higher_priority_goes_first_then_who_came_first),
		cmocka_unit_test(who_asks_for_one_at_a_time_does_not_wait_for_a_longer_package),
		cmocka_unit_test(who_gave_up_waiting_is_passed_over),
		cmocka_unit_test(a_removed_package_is_hung_up_on_but_its_work_still_counts),
		cmocka_unit_test(more_may_wait_than_are_taken_in),
		cmocka_unit_test(
		    a_socket_that_stood_there_is_replaced_and_a_path_too_long_is_an_error),
		cmocka_unit_test(without_anybody_who_hands_out_slots_there_is_no_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
