/*
 * fuzz_event.c - any line as an event; what is read is written and read the same again, shown,
 * and said in JSON.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdint.h>
#include <stdlib.h>

#include "make/failure.h"
#include "ui/board.h"
#include "ui/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { ROWS = 5, COLUMNS = 50 };

static void
show(struct arena *a, const struct event *ev)
{
	struct board b = { .run = a, .by_name = { .a = a } };
	struct buf out = { .a = a };
	struct str line[ROWS];

	board_event(&b, ev, 1000);
	line_event(&out, &b, ev, (struct line_style){ LINE_VERBOSE, true });
	int n = board_lines(&b, a, 2000, COLUMNS, ROWS, line);
	for (int i = 0; i < n; i++)
		if (line[i].n > COLUMNS)
			abort();
	board_summary(&b, ev, &out);
	event_json(&out, ev, 0, 0);
	for (size_t i = 0; i < out.n; i++)
		if (out.p[i] == '\r')
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = { 0 };
	struct err e = { 0 }, e2 = { 0 };
	struct event ev, again;
	struct buf one = { .a = &a }, two = { .a = &a };
	struct str bytes = { (const char *)p, n };

	if (str_of(failure_text(&a, bytes)).n > FAILURE_MAX_BYTES)
		abort();
	if (event_parse(&a, bytes, &ev, &e) == 0) {
		event_print(&one, &ev);
		if (event_parse(&a, buf_str(&one), &again, &e2) == -1)
			abort();
		event_print(&two, &again);
		if (!str_eq(buf_str(&one), buf_str(&two)))
			abort();
		show(&a, &ev);
	}
	arena_free(&a);
	return 0;
}
