/* SPDX-License-Identifier: ISC */
#include "fetch/get.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fetch/dead.h"
#include "sys/fs.h"

enum { HEAD_BYTES = 512, CHUNK_BYTES = 128 * 1024, ROUNDS_MAX = 4 };

/* The file that grows beside its final name. */
struct part {
	const struct get *g;
	char path[PATH_MAX];
	int fd;
	uint64_t n_bytes;
	struct digest_ctx hash;
	char head[HEAD_BYTES]; /* tells what it is when it is not what we want */
	size_t nhead;
	struct err *e; /* of a write */
};

/* What one URL came to. */
enum outcome {
	GOT,
	NOT_HERE,
	AGAIN,       /* not with the beginning we have */
	BROKEN_HERE, /* the error is set */
};

static void
part_forget(struct part *p)
{
	if (p->hash.impl != NULL)
		digest_end(&p->hash);
	digest_init(&p->hash);
	p->n_bytes = 0;
	p->nhead = 0;
}

static void
part_count(struct part *p, const void *bytes, size_t n)
{
	size_t room = HEAD_BYTES - p->nhead;
	size_t take = n < room ? n : room;

	if (p->n_bytes == p->nhead) {
		memcpy(p->head + p->nhead, bytes, take);
		p->nhead += take;
	}
	digest_add(&p->hash, bytes, n);
	p->n_bytes += n;
}

/* Start again with nothing. */
static int
part_empty(struct part *p, struct err *e)
{
	part_forget(p);
	if (ftruncate(p->fd, 0) == -1 || lseek(p->fd, 0, SEEK_SET) == -1)
		return err_sys(e, "empty %s", p->path);
	return 0;
}

/* Hash what is there; the place to write is its end then. */
static int
part_reread(struct part *p, struct err *e)
{
	char chunk[CHUNK_BYTES];
	ssize_t n;

	part_forget(p);
	if (lseek(p->fd, 0, SEEK_SET) == -1)
		return err_sys(e, "read %s", p->path);
	while ((n = read(p->fd, chunk, sizeof(chunk))) > 0)
		part_count(p, chunk, (size_t)n);
	if (n == -1)
		return err_sys(e, "read %s", p->path);
	return 0;
}

/* What a broken download left is used only where a digest will tell whether it fits. */
static int
part_open(struct part *p, struct err *e)
{
	int n = snprintf(p->path, sizeof(p->path), "%s.part", p->g->to);

	if (n < 0 || (size_t)n >= sizeof(p->path))
		return err_set(e, ERR_USAGE, "fetch to %.100s...: the name is too long", p->g->to);
	p->fd = open(p->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (p->fd == -1)
		return err_sys(e, "make %s", p->path);
	if (!p->g->has_digest)
		return part_empty(p, e);
	if (part_reread(p, e) == -1)
		return -1;
	return p->n_bytes > p->g->max_bytes ? part_empty(p, e) : 0;
}

static void
part_close(struct part *p)
{
	fs_close(&p->fd);
	if (p->hash.impl != NULL)
		digest_end(&p->hash);
}

static int
sink(void *ctx, const void *bytes, size_t n)
{
	struct part *p = ctx;

	if (fs_write_all(p->fd, (struct str){ bytes, n }, p->e) == -1)
		return err_wrap(p->e, "write %s", p->path);
	part_count(p, bytes, n);
	return 0;
}

static void PRINTF(3, 4) say_fault(const struct get *g, const char *url, const char *fmt, ...)
{
	va_list ap;

	fprintf(g->status, "fault\t%s\t", url);
	va_start(ap, fmt);
	vfprintf(g->status, fmt, ap);
	va_end(ap);
	fputc('\n', g->status);
	fflush(g->status);
}

static bool
looks_html(const struct part *p)
{
	static const char *const start[] = { "<!doctype html", "<html", "<head" };
	size_t i = p->nhead >= 3 && memcmp(p->head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (i < p->nhead && strchr(" \t\r\n", p->head[i]) != NULL)
		i++;
	for (size_t k = 0; k < COUNT_OF(start); k++) {
		size_t n = strlen(start[k]);
		if (p->nhead - i >= n && strncasecmp(p->head + i, start[k], n) == 0)
			return true;
	}
	return false;
}

/* Whole, but not what was wanted. */
static enum outcome
wrong(struct part *p, const char *url, const struct digest *d)
{
	const struct get *g = p->g;
	struct arena a = { 0 };

	if (looks_html(p))
		say_fault(g, url, "an HTML page instead of an archive");
	else if (p->n_bytes < g->max_bytes)
		say_fault(g, url, "truncated: %" PRIu64 " of %" PRIu64 " bytes", p->n_bytes,
		    g->max_bytes);
	else
		say_fault(g, url, "other bytes: sha256 %s was wanted, it has %s",
		    digest_hex(&a, &g->digest), digest_hex(&a, d));
	arena_free(&a);
	return part_empty(p, p->e) == -1 ? BROKEN_HERE : NOT_HERE;
}

static int
part_publish(struct part *p, struct err *e)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(p->path, '/');

	snprintf(folder, sizeof(folder), "%.*s", slash == NULL ? 1 : (int)(slash - p->path) + 1,
	    slash == NULL ? "." : p->path);
	CLEANUP(fs_close) int dir = fs_open_dir(AT_FDCWD, folder, e);
	if (dir == -1)
		return -1;
	if (fsync(p->fd) == -1)
		return err_sys(e, "fsync %s", p->path);
	if (rename(p->path, p->g->to) == -1)
		return err_sys(e, "rename %s to %s", p->path, p->g->to);
	return fsync(dir) == -1 ? err_sys(e, "fsync %s", folder) : 0;
}

/* The body is complete: is it the file? Its beginning may have come from elsewhere. */
static enum outcome
finish(struct part *p, const char *url, bool resumed)
{
	const struct get *g = p->g;
	struct digest d = digest_end(&p->hash);
	bool is_right = g->has_digest ? p->n_bytes == g->max_bytes && digest_eq(&d, &g->digest) :
					!looks_html(p);

	if (!is_right && resumed)
		return AGAIN;
	if (!is_right)
		return wrong(p, url, &d);
	if (part_publish(p, p->e) == -1)
		return BROKEN_HERE;
	fprintf(g->status, "got\t%s\t%" PRIu64 "\n", url, p->n_bytes);
	fflush(g->status);
	return GOT;
}

static void
say_end(struct part *p, const char *url, const struct http_answer *answer)
{
	const struct get *g = p->g;

	if (looks_html(p))
		say_fault(g, url, "an HTML page instead of an archive");
	else if (answer->end == HTTP_TOO_LARGE)
		say_fault(g, url, "larger than the %" PRIu64 " bytes that were %s", g->max_bytes,
		    g->has_digest ? "declared" : "allowed");
	else if (answer->end == HTTP_CUT && p->n_bytes != 0)
		say_fault(g, url, "truncated: %s after %" PRIu64 " of %" PRIu64 " bytes",
		    answer->text, p->n_bytes, g->max_bytes);
	else
		say_fault(g, url, "%s", answer->text);
}

/* No whole body came. Its beginning is kept only when the connection is to blame. */
static enum outcome
fault(struct part *p, const char *url, const char *host, const struct http_answer *answer)
{
	bool keep = answer->end == HTTP_CUT || answer->end == HTTP_SLOW ||
		    answer->end == HTTP_UNREACHABLE || answer->end == HTTP_STATUS ||
		    answer->end == HTTP_TLS || answer->end == HTTP_REDIRECT;

	say_end(p, url, answer);
	if (answer->end == HTTP_UNREACHABLE || answer->end == HTTP_SLOW)
		dead_add(p->g->dead, host);
	if ((!keep || looks_html(p)) && part_empty(p, p->e) == -1)
		return BROKEN_HERE;
	return NOT_HERE;
}

static enum outcome
ask(struct part *p, const char *url, bool was_dead)
{
	const struct get *g = p->g;
	struct http_answer answer;
	char host[HTTP_HOST_MAX];
	uint64_t from = p->n_bytes;
	struct http_request q = {
		.url = url,
		.from = from,
		.max_bytes = g->max_bytes - from,
		.only_https = !g->has_digest,
		.limits = g->limits,
		.sink = sink,
		.ctx = p,
	};

	if (was_dead && q.limits.connect_s > GET_AGAIN_S)
		q.limits.connect_s = GET_AGAIN_S;
	http_host(url, host);
	http_get(&q, &answer);
	if (p->e->kind != ERR_NONE)
		return BROKEN_HERE;
	if (from != 0 && (answer.end == HTTP_NO_RANGE || answer.end == HTTP_TOO_LARGE))
		return AGAIN;
	if (answer.end != HTTP_DONE)
		return fault(p, url, host, &answer);
	return finish(p, url, from != 0);
}

/* Continue what is there; where that leads nowhere, once more from the start. */
static enum outcome
one_url(struct part *p, const char *url, bool was_dead)
{
	enum outcome o = ask(p, url, was_dead);

	if (o != AGAIN)
		return o;
	return part_empty(p, p->e) == -1 ? BROKEN_HERE : ask(p, url, was_dead);
}

/* A process that died right before the rename left all of it. */
static enum outcome
take_complete(struct part *p)
{
	enum outcome o = NOT_HERE;

	if (p->g->has_digest && p->n_bytes == p->g->max_bytes)
		o = finish(p, p->path, true);
	if (o == AGAIN)
		o = part_empty(p, p->e) == -1 ? BROKEN_HERE : NOT_HERE;
	return o;
}

/* Each URL once, those on dead hosts last. */
static enum outcome
one_round(struct part *p)
{
	const struct get *g = p->g;
	struct arena a = { 0 };
	bool *late = ARENA_NEW(&a, bool, (size_t)g->nurl + 1);
	enum outcome o = NOT_HERE;
	char host[HTTP_HOST_MAX];

	for (int i = 0; i < g->nurl && o == NOT_HERE; i++) {
		http_host(g->url[i], host);
		late[i] = dead_has(g->dead, host);
		if (!late[i])
			o = one_url(p, g->url[i], false);
	}
	for (int i = 0; i < g->nurl && o == NOT_HERE; i++)
		if (late[i])
			o = one_url(p, g->url[i], true);
	arena_free(&a);
	return o;
}

/* Again as long as broken connections bring the end nearer. */
static enum outcome
all_urls(struct part *p)
{
	enum outcome o = take_complete(p);

	for (int i = 0; i < ROUNDS_MAX && o == NOT_HERE; i++) {
		uint64_t before = p->n_bytes;
		o = one_round(p);
		if (p->n_bytes <= before)
			break;
	}
	return o;
}

int
get(const struct get *g, struct err *e)
{
	struct part p = { .g = g, .fd = -1, .e = e };
	enum outcome o = BROKEN_HERE;

	if (part_open(&p, e) == 0)
		o = all_urls(&p);
	if (o != BROKEN_HERE && p.n_bytes == 0)
		unlink(p.path);
	part_close(&p);
	if (o == NOT_HERE)
		return err_set(e, ERR_FETCH, "fetch %s: none of %d places gave it", g->to, g->nurl);
	return o == GOT ? 0 : -1;
}
