/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "make/drain.h"
#include "sys/clock.h"
#include "sys/fs.h"

/* A phase that wrote `text` and, with is_over, ended. */
struct phase {
	struct drain d;
	int output[2], news[2];
};

static void
phase_make(struct phase *p, const char *text, bool is_over)
{
	*p = (struct phase){ 0 };
	assert_int_equal(pipe2(p->output, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(pipe2(p->news, O_CLOEXEC), 0);
	p->d.from = p->output[0];
	p->d.news = p->news[0];
	p->d.log = memfd_create("log", MFD_CLOEXEC);
	assert_int_equal(write(p->output[1], text, strlen(text)), strlen(text));
	if (is_over) {
		close(p->output[1]);
		assert_int_equal(write(p->news[1], "!", 1), 1);
	}
}

static void
assert_log(const struct phase *p, const char *want)
{
	char text[256] = { 0 };

	assert_int_not_equal(pread(p->d.log, text, sizeof(text) - 1, 0), -1);
	assert_string_equal(text, want);
}

static void
assert_end(struct phase *p, enum drain_end want)
{
	struct err e = { 0 };
	enum drain_end end;

	if (drain_run(&p->d, &end, &e) == -1)
		fail_msg("%s", e.text);
	assert_int_equal(end, want);
}

static void
all_output_before_the_end_is_in_the_log(void **state)
{
	struct phase p;

	(void)state;
	phase_make(&p, "one\ntwo\n", true);
	assert_end(&p, DRAIN_OVER);
	assert_log(&p, "one\ntwo\n");
}

static void
a_flood_leaves_the_first_bytes_only(void **state)
{
	static const struct {
		uint64_t max;
		enum drain_end end;
		const char *log;
	} row[] = { { 3, DRAIN_FLOOD, "abc" }, { 5, DRAIN_FLOOD, "abcde" },
		{ 6, DRAIN_OVER, "abcdef" }, { 0, DRAIN_OVER, "abcdef" } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		struct phase p;
		phase_make(&p, "abcdef", true);
		p.d.max_bytes = row[i].max;
		assert_end(&p, row[i].end);
		assert_log(&p, row[i].log);
	}
}

static void
a_silent_phase_ends_before_its_total_limit(void **state)
{
	struct phase p;

	(void)state;
	phase_make(&p, "x", false);
	p.d.total_s = 3000;
	p.d.silent_s = 1;
	assert_end(&p, DRAIN_SILENT);
	assert_log(&p, "x");
}

static void
a_long_phase_ends_at_its_total_limit(void **state)
{
	struct phase p;

	(void)state;
	phase_make(&p, "x", false);
	p.d.total_s = 1;
	p.d.silent_s = 3000;
	assert_end(&p, DRAIN_TOO_LONG);
}

static void
a_closed_pipe_alone_is_not_the_end(void **state)
{
	struct phase p;

	(void)state;
	phase_make(&p, "x", false);
	close(p.output[1]);
	p.d.silent_s = 1;
	assert_end(&p, DRAIN_SILENT);
}

static void
a_log_that_takes_no_bytes_is_an_error(void **state)
{
	struct phase p;
	struct err e = { 0 };
	enum drain_end end;

	(void)state;
	phase_make(&p, "x", true);
	close(p.d.log);
	p.d.log = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_int_equal(drain_run(&p.d, &end, &e), -1);
	assert_non_null(strstr(e.text, "write the log: "));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_output_before_the_end_is_in_the_log),
		cmocka_unit_test(a_flood_leaves_the_first_bytes_only),
		cmocka_unit_test(a_silent_phase_ends_before_its_total_limit),
		cmocka_unit_test(a_long_phase_ends_at_its_total_limit),
		cmocka_unit_test(a_closed_pipe_alone_is_not_the_end),
		cmocka_unit_test(a_log_that_takes_no_bytes_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
