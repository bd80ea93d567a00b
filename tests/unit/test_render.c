/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/fs.h"
#include "sys/term.h"
#include "ui/render.h"

static struct arena arena;

/* Our own stderr or stdout, put aside while a renderer writes. */
struct aside {
	int fd, kept, other;
};

static struct aside
put_aside(int fd, int other)
{
	struct aside a = { fd, dup(fd), other };

	fflush(NULL);
	assert_int_not_equal(a.kept, -1);
	assert_int_equal(dup2(other, fd), fd);
	return a;
}

static void
put_back(struct aside *a)
{
	assert_int_equal(dup2(a->kept, a->fd), a->fd);
	close(a->kept);
}

static struct render *
opened(const char *mode, bool is_verbose)
{
	struct render *r;
	struct err e = { 0 };

	if (render_open(&arena, str_of(mode), STR("never"), is_verbose, &r, &e) == -1)
		fail_msg("%s", e.text);
	return r;
}

#define CURL .package = STR("curl"), .version = STR("8"), .target = STR("armv7")

static void
play(struct render *r, int64_t wait_ms)
{
	render_event(r, &(struct event){ .type = EVENT_RUN_STARTED, .count = 2 });
	render_event(r,
	    &(struct event){ .type = EVENT_STARTED, CURL, .phase = PHASE_BUILD, .expect_ms = -1 });
	render_tick(r, clock_ms() + wait_ms);
	render_event(r, &(struct event){ .type = EVENT_BUILT, CURL, .ms = 1000 });
	render_event(r, &(struct event){ .type = EVENT_FAILED,
			    .package = STR("lua"),
			    .target = STR("armv7"),
			    .text = STR("no") });
	render_event(r, &(struct event){ .type = EVENT_RUN_FINISHED, .nbuilt = 1, .nfailed = 1 });
	render_close(r);
}

/* What a mode writes to fd for the same run; the other of stdout and stderr gets nothing. */
static char *
written(const char *mode, int fd, int64_t wait_ms)
{
	char path[] = "/tmp/kiln-render-XXXXXX";
	int file = mkstemp(path);
	struct str text;
	struct err e = { 0 };

	assert_int_not_equal(file, -1);
	struct aside a = put_aside(fd, file);
	play(opened(mode, false), wait_ms);
	put_back(&a);
	close(file);
	if (fs_read(&arena, AT_FDCWD, path, 1 << 20, &text, &e) == -1)
		fail_msg("%s", e.text);
	unlink(path);
	return str_z(&arena, text);
}

static void
plain_says_when_something_begins_and_ends(void **state)
{
	(void)state;
	assert_string_equal(written("plain", STDERR_FILENO, 59000),
	    "run  curl 8 armv7\n"
	    "ok   curl 8 armv7  1.0 s\n"
	    "FAIL lua armv7\n     no\n"
	    "FAIL lua armv7: no\n"
	    "1 built, 0 reused, 1 failed, 0 skipped; no test was run; 0.0 s\n");
}

static void
plain_is_never_silent_for_more_than_a_minute(void **state)
{
	(void)state;
	assert_non_null(strstr(written("plain", STDERR_FILENO, 60001),
	    "\n...  0 of 2 done, 1 running, longest: curl armv7 build 1 min 0 s\n"));
}

static void
quiet_says_what_failed_and_nothing_else(void **state)
{
	(void)state;
	assert_string_equal(written("quiet", STDERR_FILENO, 60001), "FAIL lua armv7\n     no\n");
}

static void
json_is_one_line_for_each_event(void **state)
{
	char *text = written("json", STDOUT_FILENO, 60001);
	struct str rest = str_of(text), line;
	int n = 0;

	(void)state;
	for (; str_cut(&rest, '\n', &line); n++) {
		assert_true(str_starts(line, STR("{\"schema\":\"kiln/event/1\",\"seq\":")));
		assert_true(str_ends(line, STR("}")));
	}
	assert_int_equal(n, 5);
	assert_non_null(strstr(text, "\"seq\":4,"));
}

static void
words_that_are_no_mode_are_refused(void **state)
{
	struct render *r;
	struct err e = { 0 }, e2 = { 0 };

	(void)state;
	assert_int_equal(render_open(&arena, STR("fancy"), STR(""), false, &r, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(render_open(&arena, STR("auto"), STR("blue"), false, &r, &e2), -1);
	assert_int_equal(e2.kind, ERR_USAGE);
}

/* As much of a terminal as the renderer uses: newline, return, cursor up, erase to the end. */
enum { SCREEN_ROWS = 60, SCREEN_COLUMNS = 80 };

struct screen {
	char row[SCREEN_ROWS][SCREEN_COLUMNS + 1];
	int y, x;
};

static size_t
screen_escape(struct screen *s, const char *p)
{
	int n = 0, used = 0;

	if (sscanf(p, "\033[%dA%n", &n, &used) == 1 && used != 0) {
		assert_in_range(n, 1, s->y);
		s->y -= n;
		return (size_t)used;
	}
	assert_memory_equal(p, "\033[J", 3);
	for (int y = s->y; y < SCREEN_ROWS; y++)
		s->row[y][y == s->y ? s->x : 0] = '\0';
	return 3;
}

static void
screen_write(struct screen *s, const char *text)
{
	for (const char *p = text; *p != '\0';) {
		if (*p == '\033') {
			p += screen_escape(s, p);
			continue;
		}
		if (*p == '\n') {
			s->y++;
			s->x = 0;
			assert_in_range(s->y, 0, SCREEN_ROWS - 1);
		} else if (*p == '\r') {
			s->x = 0;
		} else {
			assert_in_range(s->x, 0, SCREEN_COLUMNS - 1);
			s->row[s->y][s->x++] = *p;
			s->row[s->y][s->x] = '\0';
		}
		p++;
	}
}

static char *
screen_text(const struct screen *s)
{
	struct buf out = { .a = &arena };

	for (int y = 0; y <= s->y; y++)
		buf_printf(&out, "%s%s", s->row[y], y == s->y ? "" : "\n");
	return out.p;
}

/* A terminal of 80 columns and 12 rows; -1 where there are none. */
static int
terminal_open(int *slave)
{
	const struct winsize size = { .ws_row = 12, .ws_col = SCREEN_COLUMNS };
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	if (master == -1 || grantpt(master) == -1 || unlockpt(master) == -1)
		return -1;
	*slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	if (*slave == -1 || ioctl(*slave, TIOCSWINSZ, &size) == -1 ||
	    fcntl(master, F_SETFL, O_NONBLOCK) == -1)
		return -1;
	return master;
}

static void
look(struct screen *s, int master)
{
	char text[8192];
	ssize_t n;

	while ((n = read(master, text, sizeof(text) - 1)) > 0) {
		text[n] = '\0';
		screen_write(s, text);
	}
}

static void
begin(struct render *r, const char *name)
{
	render_event(r, &(struct event){ .type = EVENT_STARTED,
			    .package = str_of(name),
			    .version = STR("1"),
			    .target = STR("armv7"),
			    .phase = PHASE_BUILD,
			    .expect_ms = -1 });
}

static void
live_lines_stay_below_what_scrolls(void **state)
{
	struct screen s = { 0 };
	int slave = -1, master = terminal_open(&slave), columns, rows;

	(void)state;
	if (master == -1)
		skip();
	assert_true(term_is(slave));
	assert_true(term_size(slave, &columns, &rows));
	assert_int_equal(columns * 100 + rows, 8012);
	struct aside a = put_aside(STDERR_FILENO, slave);
	struct render *r = opened("tty", false);
	render_event(r, &(struct event){ .type = EVENT_RUN_STARTED, .count = 9 });
	begin(r, "a");
	begin(r, "b");
	render_tick(r, clock_ms() + 100);
	look(&s, master);
	char *early = screen_text(&s);
	int64_t now_ms = clock_ms();
	render_tick(r, now_ms + 5000);
	look(&s, master);
	char *first = screen_text(&s);
	/* The same picture again is not worth a byte. */
	render_tick(r, now_ms + 5100);
	ssize_t again = read(master, (char[1]){ 0 }, 1);
	begin(r, "c");
	begin(r, "d");
	render_event(
	    r, &(struct event){
		   .type = EVENT_BUILT, .package = STR("a"), .target = STR("armv7"), .ms = 9000 });
	render_tick(r, clock_ms() + 20000);
	look(&s, master);
	char *second = screen_text(&s);
	render_event(r, &(struct event){ .type = EVENT_RUN_FINISHED, .nbuilt = 1 });
	render_close(r);
	look(&s, master);
	put_back(&a);
	close(slave);
	close(master);
	assert_int_equal(again, -1);
	/* Nothing before half a second; a third of twelve rows is four. */
	assert_string_equal(early, "");
	assert_string_equal(
	    first, "  a 1 armv7: build 5 s\n  b 1 armv7: build 5 s\n[0/9] 2 running, 5 s\n");
	assert_string_equal(second, "ok   a 1 armv7  9.0 s\n"
				    "  b 1 armv7: build 20 s\n"
				    "  c 1 armv7: build 20 s\n"
				    "  d 1 armv7: build 20 s\n"
				    "[1/9] 3 running, 20 s\n");
	assert_string_equal(screen_text(&s),
	    "ok   a 1 armv7  9.0 s\n"
	    "1 built, 0 reused, 0 failed, 0 skipped; no test was run; 0.0 s\n");
}

static void
auto_is_live_on_a_good_terminal_alone(void **state)
{
	static const struct {
		const char *term, *ci;
		bool is_live;
	} row[] = { { "xterm", "", true }, { "dumb", "", false }, { "", "", false },
		{ "xterm", "true", false } };
	int slave = -1, master = terminal_open(&slave);

	(void)state;
	if (master == -1)
		skip();
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct screen s = { 0 };
		setenv("TERM", row[i].term, 1);
		setenv("CI", row[i].ci, 1);
		struct aside a = put_aside(STDERR_FILENO, slave);
		struct render *r = opened("auto", false);
		render_event(r, &(struct event){ .type = EVENT_RUN_STARTED, .count = 9 });
		begin(r, "a");
		put_back(&a);
		look(&s, master);
		/* Plain says when a package begins. */
		assert_string_equal(screen_text(&s), row[i].is_live ? "" : "run  a 1 armv7\n");
	}
	close(slave);
	close(master);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_says_when_something_begins_and_ends),
		cmocka_unit_test(plain_is_never_silent_for_more_than_a_minute),
		cmocka_unit_test(quiet_says_what_failed_and_nothing_else),
		cmocka_unit_test(json_is_one_line_for_each_event),
		cmocka_unit_test(words_that_are_no_mode_are_refused),
		cmocka_unit_test(live_lines_stay_below_what_scrolls),
		cmocka_unit_test(auto_is_live_on_a_good_terminal_alone),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return result;
}
