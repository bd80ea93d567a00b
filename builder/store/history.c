/* SPDX-License-Identifier: ISC */
#include "store/history.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "sys/fs.h"

static const char file_name[] = "history";

enum { LARGE_BYTES = 1 << 20, KEEP_LINES = 5, LAST_RUNS = 3 };

/* So that sums of a few never overflow. */
static const uint64_t largest = INT64_MAX / 1024 / 1024;

/* All lines of one package, target and phase. */
struct series {
	struct str phase;
	int64_t ms[LAST_RUNS]; /* of the last that succeeded, the newest at nok - 1 */
	int nok;
	int run; /* the last run that had it */
	struct history_line last;
};

/* All phases of one package and target. */
struct owner {
	int run; /* counted from 1 */
	VEC(struct series) series;
};

struct history {
	struct arena *run;
	int dir;
	struct map at; /* "package target" -> index into owner */
	VEC(struct owner) owner;
};

static bool
take_number(struct str *rest, int64_t *out)
{
	struct str word;
	uint64_t n;

	if (!str_cut(rest, ' ', &word) || str_u64(word, &n) == -1 || n > largest)
		return false;
	*out = (int64_t)n;
	return true;
}

static bool
take_name(struct str *rest, struct str *out)
{
	return str_cut(rest, ' ', out) && str_is_name(*out);
}

static bool
parse_line(struct str text, struct history_line *out)
{
	struct str rest = text;

	if (!take_number(&rest, &out->unix_time) || !take_name(&rest, &out->package) ||
	    !take_name(&rest, &out->target) || !take_name(&rest, &out->phase) ||
	    !take_number(&rest, &out->ms) || !take_number(&rest, &out->cpu_ms) ||
	    !take_number(&rest, &out->peak_kb))
		return false;
	out->ok = str_is(rest, "ok");
	return out->ok || str_is(rest, "failed");
}

static const struct owner *
find_owner(const struct history *h, struct str package, struct str target)
{
	struct arena tmp = { 0 };
	int at = map_get(
	    &h->at, str_printf(&tmp, STR_FMT " " STR_FMT, STR_ARG(package), STR_ARG(target)));

	arena_free(&tmp);
	return at == -1 ? NULL : &h->owner.v[at];
}

static struct series *
find_series(const struct owner *o, struct str phase)
{
	for (int i = 0; o != NULL && i < o->series.n; i++)
		if (str_eq(o->series.v[i].phase, phase))
			return &o->series.v[i];
	return NULL;
}

/* The two names of a line are one piece of its text. */
static struct owner *
owner_of(struct history *h, const struct history_line *line)
{
	struct str id = { line->package.p, line->package.n + 1 + line->target.n };
	int at = map_get(&h->at, id);

	if (at == -1) {
		at = h->owner.n;
		map_put(&h->at, id, at);
		VEC_ADD(h->run, &h->owner, (struct owner){ .run = 1 });
	}
	return &h->owner.v[at];
}

static void
take_line(struct history *h, const struct history_line *line)
{
	struct owner *o = owner_of(h, line);
	struct series *s = find_series(o, line->phase);

	if (s == NULL) {
		VEC_ADD(h->run, &o->series, (struct series){ .phase = line->phase });
		s = &o->series.v[o->series.n - 1];
	}
	if (s->run == o->run)
		o->run++;
	s->run = o->run;
	s->last = *line;
	if (!line->ok)
		return;
	if (s->nok == LAST_RUNS)
		for (int i = 1; i < LAST_RUNS; i++)
			s->ms[i - 1] = s->ms[i];
	else
		s->nok++;
	s->ms[s->nok - 1] = line->ms;
}

static void
take_text(struct history *h, struct str text)
{
	struct history_line line;
	struct str piece;

	while (str_cut(&text, '\n', &piece))
		if (parse_line(piece, &line))
			take_line(h, &line);
}

/* The last lines of each series, in their order. */
static struct str
shorten(struct arena *a, struct str text)
{
	VEC(struct str) kept = { 0 };
	struct map nseen = { .a = a };
	struct buf out = { .a = a };
	struct history_line line;
	struct str rest = text, piece;

	while (str_cut(&rest, '\n', &piece))
		if (parse_line(piece, &line))
			VEC_ADD(a, &kept, piece);
	for (int i = kept.n - 1; i >= 0; i--) {
		struct str id = { 0 };
		if (parse_line(kept.v[i], &line))
			id = (struct str){ line.package.p,
				(size_t)(line.phase.p + line.phase.n - line.package.p) };
		int n = map_get(&nseen, id);
		map_put(&nseen, id, n == -1 ? 1 : n + 1);
		if (n >= KEEP_LINES)
			kept.v[i].n = 0;
	}
	for (int i = 0; i < kept.n; i++)
		if (kept.v[i].n != 0)
			buf_printf(&out, STR_FMT "\n", STR_ARG(kept.v[i]));
	return buf_str(&out);
}

/* Under the lock that history_add takes, so that no line is lost in between. */
static int
compact(struct history *h, struct str *text, struct err *e)
{
	CLEANUP(fs_close) int lock = fs_lock(h->dir, file_name, true, true, e);

	if (lock == -1 || fs_read(h->run, h->dir, file_name, FS_READ_MAX, text, e) == -1)
		return -1;
	struct str shorter = shorten(h->run, *text);
	/* Where so many packages are known that it is nearly as long, it is not
	 * written again and again. */
	if (shorter.n > text->n / 2)
		return 0;
	*text = shorter;
	return fs_write(h->dir, file_name, shorter, 0644, e);
}

int
history_open(struct arena *run, int out_dir, struct history **out, struct err *e)
{
	struct history *h = ARENA_NEW(run, struct history, 1);
	struct str text = { "", 0 };

	h->run = run;
	h->at.a = run;
	h->dir = fs_open_dir(out_dir, ".", e);
	if (h->dir == -1)
		return -1;
	if (fs_exists(h->dir, file_name) &&
	    (fs_read(run, h->dir, file_name, FS_READ_MAX, &text, e) == -1 ||
		(text.n > LARGE_BYTES && compact(h, &text, e) == -1))) {
		history_close(h);
		return err_wrap(e, "out/%s", file_name);
	}
	take_text(h, text);
	*out = h;
	return 0;
}

void
history_close(struct history *h)
{
	fs_close(&h->dir);
}

static int
append(int fd, struct str text, struct err *e)
{
	if (lseek(fd, 0, SEEK_END) == -1)
		return err_sys(e, "seek to its end");
	return fs_write_all(fd, text, e);
}

int
history_add(struct history *h, const struct history_line *line, struct err *e)
{
	struct arena tmp = { 0 };
	CLEANUP(fs_close) int fd = fs_lock(h->dir, file_name, true, true, e);
	int result = -1;

	if (fd >= 0)
		result = append(fd,
		    str_printf(&tmp, "%lld " STR_FMT " " STR_FMT " " STR_FMT " %lld %lld %lld %s\n",
			(long long)line->unix_time, STR_ARG(line->package), STR_ARG(line->target),
			STR_ARG(line->phase), (long long)line->ms, (long long)line->cpu_ms,
			(long long)line->peak_kb, line->ok ? "ok" : "failed"),
		    e);
	arena_free(&tmp);
	return result == -1 ? err_wrap(e, "add to out/%s", file_name) : 0;
}

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t
median(const struct series *s)
{
	int64_t ms[LAST_RUNS];

	if (s == NULL || s->nok == 0)
		return -1;
	for (int i = 0; i < s->nok; i++)
		ms[i] = s->ms[i];
	qsort(ms, (size_t)s->nok, sizeof(ms[0]), by_value);
	return (ms[(s->nok - 1) / 2] + ms[s->nok / 2]) / 2;
}

int64_t
history_expect_phase(
    const struct history *h, struct str package, struct str target, struct str phase)
{
	return median(find_series(find_owner(h, package, target), phase));
}

int
history_last(const struct history *h, struct arena *a, struct str package, struct str target,
    struct history_line **out)
{
	const struct owner *o = find_owner(h, package, target);
	VEC(struct history_line) line = { 0 };

	for (int i = 0; o != NULL && i < o->series.n; i++)
		if (o->series.v[i].run == o->run)
			VEC_ADD(a, &line, o->series.v[i].last);
	*out = line.v;
	return line.n;
}

int64_t
history_expect(const struct history *h, struct str package, struct str target)
{
	const struct owner *o = find_owner(h, package, target);
	int64_t sum_ms = 0;

	if (o == NULL)
		return -1;
	for (int i = 0; i < o->series.n; i++) {
		const struct series *s = &o->series.v[i];
		/* A phase that was asked for once, like check, is forgotten again. */
		if (s->run + LAST_RUNS <= o->run)
			continue;
		int64_t ms = median(s);
		if (ms == -1)
			return -1;
		sum_ms += ms;
	}
	return sum_ms;
}
