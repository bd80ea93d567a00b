/* SPDX-License-Identifier: ISC */
#include "ui/render.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/fs.h"
#include "sys/term.h"
#include "ui/board.h"
#include "ui/line.h"
#include "ui/tty.h"

enum mode { MODE_AUTO, MODE_TTY, MODE_PLAIN, MODE_QUIET, MODE_JSON, MODE_COUNT };

/* Shorter runs need no picture, faster ones nobody can read; a third of the height leaves
 * room for what scrolls. */
enum {
	FIRST_PICTURE_MS = 500,
	PICTURE_MS = 100,
	HEARTBEAT_MS = 60 * 1000,
	NARROW_COLUMNS = 40,
	HEIGHT_SHARE = 3,
	LOG_SHOWN_BYTES = 64 << 20,
};

struct render {
	enum mode mode;
	struct line_style style;
	bool shows_log;
	struct board board;
	struct tty tty;
	struct buf live; /* what tty shows, as it was written, on a terminal of so many columns */
	int columns;
	int64_t drawn_ms, said_ms, seq;
	bool is_running, is_painted;
};

static const struct str mode_name[MODE_COUNT] = {
	[MODE_AUTO] = { "auto", 4 },
	[MODE_TTY] = { "tty", 3 },
	[MODE_PLAIN] = { "plain", 5 },
	[MODE_QUIET] = { "quiet", 5 },
	[MODE_JSON] = { "json", 4 },
};

static bool
is_set(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0';
}

static int
mode_find(struct str word, enum mode *out, struct err *e)
{
	for (int i = 0; i < MODE_COUNT; i++)
		if (str_eq(word, mode_name[i])) {
			*out = (enum mode)i;
			return 0;
		}
	return err_set(e, ERR_USAGE,
	    "--progress=" STR_FMT ": it is one of auto, tty, plain, quiet, json", STR_ARG(word));
}

/* Live lines need a terminal that says how large it is. */
static bool
has_room(void)
{
	int columns, rows;

	return term_size(STDERR_FILENO, &columns, &rows) && columns >= NARROW_COLUMNS;
}

static enum mode
mode_choose(enum mode wanted)
{
	bool is_good = has_room() && !term_is_dumb() && !is_set("CI");

	if (wanted == MODE_AUTO)
		return is_good ? MODE_TTY : MODE_PLAIN;
	return wanted == MODE_TTY && !has_room() ? MODE_PLAIN : wanted;
}

static int
colour_choose(struct str word, bool *out, struct err *e)
{
	if (str_is(word, "always"))
		*out = true;
	else if (str_is(word, "never"))
		*out = false;
	else if (word.n == 0 || str_is(word, "auto"))
		*out = term_is(STDERR_FILENO) && !term_is_dumb() && !is_set("NO_COLOR");
	else
		return err_set(e, ERR_USAGE,
		    "--color=" STR_FMT ": it is one of auto, always, never", STR_ARG(word));
	return 0;
}

static enum line_detail
detail_of(enum mode mode, bool is_verbose)
{
	if (mode == MODE_QUIET)
		return LINE_QUIET;
	if (is_verbose)
		return LINE_VERBOSE;
	return mode == MODE_TTY ? LINE_ENDS : LINE_PLAIN;
}

int
render_open(struct arena *run, struct str mode, struct str colour, bool is_verbose,
    struct render **out, struct err *e)
{
	struct render *r = ARENA_NEW(run, struct render, 1);

	if (mode_find(mode, &r->mode, e) == -1 || colour_choose(colour, &r->style.colour, e) == -1)
		return -1;
	r->mode = mode_choose(r->mode);
	r->style.detail = detail_of(r->mode, is_verbose);
	r->shows_log = is_verbose;
	r->board.run = run;
	r->board.by_name.a = run;
	r->live.a = run;
	*out = r;
	return 0;
}

/* Nobody reads any more: the run goes on. */
static void
say(int fd, const struct buf *text)
{
	struct err ignored = { 0 };

	if (text->n != 0 && fs_write_all(fd, buf_str(text), &ignored) == -1)
		err_clear(&ignored);
}

/* The live lines as they are to be now; none when there is no room or no need. */
static int
picture(struct render *r, struct arena *tmp, int64_t now_ms, struct str *line)
{
	int columns, rows, most;

	r->is_painted = r->is_painted || now_ms - r->board.started_ms >= FIRST_PICTURE_MS;
	if (!r->is_running || !r->is_painted || !term_size(STDERR_FILENO, &columns, &rows) ||
	    columns < NARROW_COLUMNS)
		return 0;
	most = rows / HEIGHT_SHARE;
	most = most < 1 ? 1 : most > TTY_LINES_MAX ? TTY_LINES_MAX : most;
	/* The last column stays free: some terminals wrap when it is written to. */
	return board_lines(&r->board, tmp, now_ms, columns - 1, most, line);
}

/* Text that stays, and the live lines below it anew; nothing when nothing has changed. */
static void
paint(struct render *r, const struct buf *stays, int64_t now_ms)
{
	struct str line[TTY_LINES_MAX];
	struct buf out = { .a = stays->a }, live = { .a = stays->a };
	int n = picture(r, stays->a, now_ms, line), columns = 0, rows;

	(void)term_size(STDERR_FILENO, &columns, &rows);
	tty_erase(&r->tty, &out, columns);
	tty_draw(&r->tty, &live, line, n);
	r->drawn_ms = now_ms;
	if (stays->n == 0 && columns == r->columns && str_eq(buf_str(&live), buf_str(&r->live)))
		return;
	r->live.n = 0;
	buf_add(&r->live, buf_str(&live));
	r->columns = columns;
	buf_add(&out, buf_str(stays));
	buf_add(&out, buf_str(&live));
	say(STDERR_FILENO, &out);
}

static void
add_log(struct buf *out, const struct event *ev)
{
	struct str log;
	struct err ignored = { 0 };

	if (ev->log.n == 0)
		return;
	if (fs_read(out->a, AT_FDCWD, str_z(out->a, ev->log), LOG_SHOWN_BYTES, &log, &ignored) ==
	    -1)
		return;
	buf_add(out, str_clean(out->a, log));
}

static void
render_json(struct render *r, struct buf *out, const struct event *ev)
{
	event_json(out, ev, r->seq++, clock_unix());
	say(STDOUT_FILENO, out);
}

static void
render_text(struct render *r, struct buf *out, const struct event *ev)
{
	int64_t now_ms = clock_ms();

	board_event(&r->board, ev, now_ms);
	if (ev->type == EVENT_RUN_STARTED)
		r->said_ms = now_ms;
	r->is_running =
	    ev->type == EVENT_RUN_STARTED || (r->is_running && ev->type != EVENT_RUN_FINISHED);
	if (ev->type == EVENT_FAILED && r->shows_log)
		add_log(out, ev);
	line_event(out, &r->board, ev, r->style);
	if (ev->type == EVENT_RUN_FINISHED && r->mode != MODE_QUIET)
		board_summary(&r->board, ev, out);
	if (out->n != 0)
		r->said_ms = now_ms;
	if (r->mode != MODE_TTY)
		say(STDERR_FILENO, out);
	else if (out->n != 0 || !r->is_running)
		paint(r, out, now_ms);
}

void
render_event(struct render *r, const struct event *ev)
{
	struct arena tmp = { 0 };
	struct buf out = { .a = &tmp };

	if (r->mode == MODE_JSON)
		render_json(r, &out, ev);
	else
		render_text(r, &out, ev);
	arena_free(&tmp);
}

void
render_tick(struct render *r, int64_t now_ms)
{
	struct arena tmp = { 0 };
	struct buf out = { .a = &tmp };

	if (!r->is_running || r->mode == MODE_JSON || r->mode == MODE_QUIET)
		return;
	if (r->mode == MODE_TTY && now_ms - r->drawn_ms >= PICTURE_MS &&
	    now_ms - r->board.started_ms >= FIRST_PICTURE_MS)
		paint(r, &out, now_ms);
	if (r->mode == MODE_PLAIN && now_ms - r->said_ms >= HEARTBEAT_MS) {
		struct str beat = board_heartbeat(&r->board, &tmp, now_ms);
		buf_printf(&out, "...  " STR_FMT "\n", STR_ARG(beat));
		say(STDERR_FILENO, &out);
		r->said_ms = now_ms;
	}
	arena_free(&tmp);
}

void
render_close(struct render *r)
{
	struct arena tmp = { 0 };
	struct buf nothing = { .a = &tmp };

	r->is_running = false;
	if (r->mode == MODE_TTY)
		paint(r, &nothing, clock_ms());
	arena_free(&tmp);
}
