/* SPDX-License-Identifier: ISC */
#include "make/drain.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/fs.h"

/* As much as a pipe holds. */
enum { CHUNK_BYTES = 64 << 10 };

struct state {
	const struct drain *d;
	int64_t started_ms, heard_ms;
	uint64_t used_bytes;
	bool closed, flooded;
};

/* One read; false when there is nothing more for now. */
static int
take_chunk(struct state *s, bool *more, struct err *e)
{
	char chunk[CHUNK_BYTES];
	ssize_t n = read(s->d->from, chunk, sizeof(chunk));

	*more = n > 0 || (n == -1 && errno == EINTR);
	if (n == -1 && errno != EAGAIN && errno != EINTR)
		return err_sys(e, "read a phase's output");
	s->closed = n == 0;
	if (n <= 0)
		return 0;
	s->heard_ms = clock_ms();
	if (s->d->max_bytes != 0 && (uint64_t)n > s->d->max_bytes - s->used_bytes) {
		s->flooded = true;
		*more = false;
		n = (ssize_t)(s->d->max_bytes - s->used_bytes);
	}
	s->used_bytes += (uint64_t)n;
	if (fs_write_all(s->d->log, (struct str){ chunk, (size_t)n }, e) == -1)
		return err_wrap(e, "write the log");
	return 0;
}

static int
take_all(struct state *s, struct err *e)
{
	for (bool more = true; more;)
		if (take_chunk(s, &more, e) == -1)
			return -1;
	return 0;
}

/* Milliseconds until a limit of so many seconds that began then; INT64_MAX: none. */
static int64_t
left_ms(uint64_t limit_s, int64_t since_ms)
{
	if (limit_s == 0 || limit_s > INT32_MAX)
		return INT64_MAX;
	return since_ms + (int64_t)limit_s * 1000 - clock_ms();
}

/* For poll: whole milliseconds, an hour at most. */
static int
poll_ms(int64_t a, int64_t b)
{
	const int64_t hour = (int64_t)3600 * 1000;
	int64_t least = a < b ? a : b;

	return (int)(least < 0 ? 0 : least > hour ? hour : least);
}

int
drain_run(const struct drain *d, enum drain_end *end, struct err *e)
{
	struct state s = { .d = d, .started_ms = clock_ms(), .heard_ms = clock_ms() };

	for (;;) {
		int64_t total = left_ms(d->total_s, s.started_ms);
		int64_t silent = left_ms(d->silent_s, s.heard_ms);
		struct pollfd v[] = { { d->news, POLLIN, 0 },
			{ s.closed ? -1 : d->from, POLLIN, 0 } };
		*end = total <= 0 ? DRAIN_TOO_LONG : DRAIN_SILENT;
		if (total <= 0 || silent <= 0)
			return 0;
		if (poll(v, COUNT_OF(v), poll_ms(total, silent)) == -1 && errno != EINTR)
			return err_sys(e, "wait for a phase's output");
		/* Bytes before the news: when it is there, no more can come. */
		bool over = v[0].revents != 0;
		if (take_all(&s, e) == -1)
			return -1;
		*end = s.flooded ? DRAIN_FLOOD : DRAIN_OVER;
		if (s.flooded || over)
			return 0;
	}
}
