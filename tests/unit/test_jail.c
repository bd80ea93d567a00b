/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fetch/jail.h"
#include "sys/fs.h"

enum { MAX_BYTES = 1000 };

struct place {
	struct arena a;
	char *path;
	int dir, listener;
	struct sockaddr_in at;
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct err e = { 0 };
	const char *top = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
	socklen_t n = sizeof(p->at);

	p->path = arena_printf(&p->a, "%s/kiln-jail.XXXXXX", top);
	assert_non_null(mkdtemp(p->path));
	assert_int_equal(fs_mkdirs(AT_FDCWD, arena_printf(&p->a, "%s/in/sub", p->path), &e), 0);
	p->dir = fs_open_dir(AT_FDCWD, arena_printf(&p->a, "%s/in", p->path), &e);
	p->at =
	    (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(p->listener, (struct sockaddr *)&p->at, n), 0);
	assert_int_equal(listen(p->listener, 1), 0);
	assert_int_equal(getsockname(p->listener, (struct sockaddr *)&p->at, &n), 0);
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;
	struct err e = { 0 };

	close(p->dir);
	close(p->listener);
	assert_int_equal(fs_remove(AT_FDCWD, p->path, &e), 0);
	arena_free(&p->a);
	free(p);
	return 0;
}

/* What a jailed child could do: a letter each. */
struct could {
	char done[16];
	int n;
};

static void
note(struct could *c, char what, bool could)
{
	if (could)
		c->done[c->n++] = what;
}

static bool
can_open(int dir, const char *path, int flags)
{
	int fd = openat(dir, path, flags, 0644);

	if (fd != -1)
		close(fd);
	return fd != -1;
}

static bool
can_connect(const struct place *p)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd != -1 && connect(fd, (const struct sockaddr *)&p->at, sizeof(p->at)) == 0;
}

static bool
can_write(int dir, size_t n)
{
	static char bytes[MAX_BYTES * 2];
	int fd = openat(dir, "size", O_WRONLY | O_CREAT | O_TRUNC, 0644);

	return fd != -1 && write(fd, bytes, n) == (ssize_t)n;
}

static void
try_all(const struct place *p, struct could *c)
{
	const char *outside = p->path;
	int up = open(outside, O_PATH | O_DIRECTORY);

	note(c, 'i', can_open(p->dir, "sub/new", O_WRONLY | O_CREAT));
	note(c, 'l', linkat(p->dir, "sub/new", p->dir, "other", 0) == 0);
	note(c, 's', can_write(p->dir, MAX_BYTES));
	note(c, 'S', can_write(p->dir, MAX_BYTES + 1));
	note(c, 'o', up != -1 && can_open(up, "new", O_WRONLY | O_CREAT));
	note(c, 'm', up != -1 && mkdirat(up, "folder", 0755) == 0);
	note(c, 'r', can_open(AT_FDCWD, "/etc/passwd", O_RDONLY));
	note(c, 'n', can_connect(p));
	char name[] = "true", *argv[] = { name, NULL };
	if (fork() == 0) {
		execv("/bin/true", argv);
		_exit(1);
	}
	int status = 0;
	wait(&status);
	note(c, 'x', status == 0);
}

/* The letters of what is possible after `jail`, in a child. */
static const char *
possible(struct place *p, void (*jail)(struct place *p))
{
	struct could c = { 0 };
	int out[2], status;

	assert_int_equal(pipe(out), 0);
	pid_t child = fork();
	if (child == 0) {
		jail(p);
		try_all(p, &c);
		_exit(write(out[1], c.done, (size_t)c.n) == c.n ? 0 : 1);
	}
	close(out[1]);
	ssize_t n = read(out[0], c.done, sizeof(c.done) - 1);
	close(out[0]);
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	c.done[n < 0 ? 0 : n] = '\0';
	return arena_printf(&p->a, "%s", c.done);
}

static void
no_jail(struct place *p)
{
	(void)p;
}

static void
for_unpack(struct place *p)
{
	jail_unpack(p->dir, MAX_BYTES);
}

static void
for_fetch(struct place *p)
{
	jail_fetch(&p->dir, 1);
}

static void
need_landlock(void)
{
	if (syscall(444, NULL, 0, 1) >= 2)
		return;
	print_message("this kernel has no Landlock\n");
	skip();
}

static void
without_a_jail_all_is_possible(void **state)
{
	assert_string_equal(possible(*state, no_jail), "ilsSomrnx");
}

static void
who_unpacks_writes_below_one_folder_and_has_no_network(void **state)
{
	need_landlock();
	assert_string_equal(possible(*state, for_unpack), "ils");
}

static void
who_fetches_writes_below_one_folder_and_has_the_network(void **state)
{
	need_landlock();
	assert_string_equal(possible(*state, for_fetch), "ilsSrnx");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_jail_all_is_possible),
		TEST(who_unpacks_writes_below_one_folder_and_has_no_network),
		TEST(who_fetches_writes_below_one_folder_and_has_the_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
