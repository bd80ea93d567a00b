/* SPDX-License-Identifier: ISC */
#include "ui/line.h"

#include <inttypes.h>

static const char red[] = "\033[31m", green[] = "\033[32m", yellow[] = "\033[33m",
		  reset[] = "\033[0m";

/* The columns of a word at the start of a line. */
enum { WORD_COLUMNS = 5 };

static void
add_word(struct buf *out, struct line_style style, const char *colour, const char *word)
{
	bool is_coloured = style.colour && colour != NULL;

	buf_printf(out, "%s%s%s", is_coloured ? colour : "", word, is_coloured ? reset : "");
	for (size_t n = str_of(word).n; n < WORD_COLUMNS; n++)
		buf_add_char(out, ' ');
}

static void
add_clean(struct buf *out, struct str s)
{
	buf_add(out, str_clean(out->a, s));
}

static void
add_name(struct buf *out, const struct board_package *p, const struct event *ev)
{
	add_clean(out, ev->package);
	if (p != NULL && p->version.n != 0) {
		buf_add_char(out, ' ');
		add_clean(out, p->version);
	}
	if (ev->target.n != 0) {
		buf_add_char(out, ' ');
		add_clean(out, ev->target);
	}
}

static void
add_usually(struct buf *out, const struct board_package *p)
{
	if (p == NULL || p->expect_ms < 0)
		return;
	buf_add_z(out, " (usually ");
	board_duration(out, p->expect_ms);
	buf_add_char(out, ')');
}

/* Indented below the line that says whose text it is. */
static void
add_block(struct buf *out, struct str text)
{
	struct str line;

	while (str_cut(&text, '\n', &line)) {
		buf_printf(out, "%*s", line.n == 0 ? 0 : WORD_COLUMNS, "");
		add_clean(out, line);
		buf_add_char(out, '\n');
	}
}

/* One to copy. */
static void
add_command(struct buf *out, const char *verb, const struct event *ev)
{
	buf_printf(out, "%*skiln %s ", WORD_COLUMNS, "", verb);
	add_clean(out, ev->package);
	buf_add_z(out, " -t ");
	add_clean(out, ev->target);
	buf_add_char(out, '\n');
}

static void
add_failure(
    struct buf *out, const struct board_package *p, const struct event *ev, struct line_style style)
{
	add_word(out, style, red, "FAIL");
	add_name(out, p, ev);
	if (ev->ms > 0) {
		buf_add_z(out, "  ");
		board_duration(out, ev->ms);
	}
	buf_add_char(out, '\n');
	add_block(out, ev->text);
	if (ev->log.n == 0)
		return;
	buf_printf(out, "%*slog: ", WORD_COLUMNS, "");
	add_clean(out, ev->log);
	buf_add_char(out, '\n');
	add_command(out, "log", ev);
	add_command(out, "shell", ev);
}

static void
add_test(
    struct buf *out, const struct board_package *p, const struct event *ev, struct line_style style)
{
	bool passed = str_is(ev->text, "passed");

	add_word(out, style, passed ? green : yellow, "test");
	add_name(out, p, ev);
	buf_add_z(out, "  ");
	add_clean(out, ev->text);
	if (passed)
		buf_printf(
		    out, " (%" PRId64 " %s)", ev->count, ev->count == 1 ? "command" : "commands");
	buf_add_char(out, '\n');
}

/* "word name  text", further lines of the text below it. */
static void
add_said(struct buf *out, const struct board_package *p, const struct event *ev,
    struct line_style style, const char *word)
{
	struct str rest = ev->text, line = STR("");

	(void)str_cut(&rest, '\n', &line);
	add_word(out, style, yellow, word);
	add_name(out, p, ev);
	buf_add_z(out, "  ");
	add_clean(out, line);
	buf_add_char(out, '\n');
	add_block(out, rest);
}

static void
add_begin(
    struct buf *out, const struct board_package *p, const struct event *ev, struct line_style style)
{
	/* Sources are prepared on the side; what is fetched gets a line of its own. */
	if (ev->phase < PHASE_CONFIGURE)
		return;
	add_word(out, style, NULL, "run");
	add_name(out, p, ev);
	add_usually(out, p);
	buf_add_char(out, '\n');
}

static void
add_phase(
    struct buf *out, const struct board_package *p, const struct event *ev, struct line_style style)
{
	if (ev->phase == PHASE_COUNT)
		return;
	add_word(out, style, NULL, "..");
	add_name(out, p, ev);
	buf_printf(out, "  %s\n", phase_name(ev->phase));
}

static void
add_end(
    struct buf *out, const struct board_package *p, const struct event *ev, struct line_style style)
{
	add_word(out, style, green, ev->type == EVENT_BUILT ? "ok" : "have");
	add_name(out, p, ev);
	if (ev->dirty != 0)
		buf_add_z(out, " dirty");
	if (ev->type == EVENT_BUILT) {
		buf_add_z(out, "  ");
		board_duration(out, ev->ms);
		add_usually(out, p);
	}
	buf_add_char(out, '\n');
}

/* What was there before anybody looked for it is not worth a line. */
static bool
is_worth_it(const struct board_package *p, const struct event *ev, enum line_detail detail)
{
	switch (ev->type) {
	case EVENT_FAILED:
		return true;
	case EVENT_STARTED:
		return detail >= LINE_PLAIN;
	case EVENT_PHASE:
		return detail >= LINE_VERBOSE;
	case EVENT_REUSED:
		return detail >= LINE_VERBOSE ||
		       (detail >= LINE_ENDS && p != NULL && p->was_started);
	default:
		return detail >= LINE_ENDS;
	}
}

void
line_event(struct buf *out, const struct board *b, const struct event *ev, struct line_style style)
{
	const struct board_package *p = board_find(b, ev);

	if (!is_worth_it(p, ev, style.detail))
		return;
	switch (ev->type) {
	case EVENT_STARTED:
		add_begin(out, p, ev, style);
		break;
	case EVENT_PHASE:
		add_phase(out, p, ev, style);
		break;
	case EVENT_FETCHED:
		add_said(out, p, ev, style, "get");
		break;
	case EVENT_NOTE:
		add_said(out, p, ev, style, "note");
		break;
	case EVENT_SKIPPED:
		add_said(out, p, ev, style, "skip");
		break;
	case EVENT_BUILT:
	case EVENT_REUSED:
		add_end(out, p, ev, style);
		break;
	case EVENT_FAILED:
		add_failure(out, p, ev, style);
		break;
	case EVENT_TESTED:
		add_test(out, p, ev, style);
		break;
	default:
		break;
	}
}
