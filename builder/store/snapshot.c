/* SPDX-License-Identifier: ISC */
#include "store/snapshot.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crc.h"
#include "base/vec.h"
#include "sys/clock.h"
#include "sys/fs.h"

static const char file_name[] = "snapshot";
static const char first_line[] = "kiln-snapshot 1\n";

/* Times of files are as coarse as the kernel's tick, 10 ms at most. */
static const int64_t grain_ns = 20000000;

enum { SNAPSHOT_MAX = 64 << 20, REQUESTS_MAX = 64, OWN_TRIES = 5 };

/* What is compared of a file. */
struct mark {
	uint64_t dev, ino, size_bytes;
	int64_t mtime_ns, ctime_ns;
};

static int64_t
in_ns(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* All 0 when there is no such file; false when that cannot be told. */
static bool
mark_of(const char *path, struct mark *m)
{
	struct stat st;

	*m = (struct mark){ 0 };
	if (stat(path, &st) == -1)
		return errno == ENOENT || errno == ENOTDIR;
	m->dev = st.st_dev;
	m->ino = st.st_ino;
	m->size_bytes = (uint64_t)st.st_size;
	m->mtime_ns = in_ns(st.st_mtim);
	m->ctime_ns = in_ns(st.st_ctim);
	return true;
}

static bool
is_same(const struct mark *a, const struct mark *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size_bytes == b->size_bytes &&
	       a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

/* Cut n bytes off the front of *rest and copy them; false when there are fewer. */
static bool
take(struct str *rest, void *out, size_t n)
{
	if (rest->n < n)
		return false;
	memcpy(out, rest->p, n);
	*rest = str_skip(*rest, n);
	return true;
}

static bool
take_text(struct str *rest, struct str *out)
{
	uint32_t n;

	if (!take(rest, &n, sizeof(n)) || rest->n < n)
		return false;
	*out = (struct str){ rest->p, n };
	*rest = str_skip(*rest, n);
	return true;
}

struct request {
	struct digest digest;
	struct str answer;
};

struct file {
	struct request request[REQUESTS_MAX];
	uint32_t nrequest;
	struct str inputs;
};

static bool
parse(struct str text, struct file *out)
{
	uint32_t sum, n;

	if (!str_starts(text, STR(first_line)))
		return false;
	text = str_skip(text, sizeof(first_line) - 1);
	if (!take(&text, &sum, sizeof(sum)) || crc32_of(text) != sum ||
	    !take(&text, &n, sizeof(n)) || n > REQUESTS_MAX)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (!take(&text, &out->request[i].digest, sizeof(out->request[i].digest)) ||
		    !take_text(&text, &out->request[i].answer))
			return false;
	out->nrequest = n;
	out->inputs = text;
	return true;
}

/* Views of out point into the arena. */
static bool
load(struct arena *a, int out_dir, struct file *out)
{
	struct err ignored = { 0 };
	struct str text;

	return fs_exists(out_dir, file_name) &&
	       fs_read(a, out_dir, file_name, SNAPSHOT_MAX, &text, &ignored) == 0 &&
	       parse(text, out);
}

static bool
is_unchanged(struct str inputs)
{
	struct mark was, is;
	struct str path;

	while (inputs.n != 0) {
		if (!take(&inputs, &was, sizeof(was)) || !take_text(&inputs, &path) ||
		    inputs.n == 0 || inputs.p[0] != '\0' || path.n == 0 || path.p[0] != '/')
			return false;
		inputs = str_skip(inputs, 1);
		if (!mark_of(path.p, &is) || !is_same(&was, &is))
			return false;
	}
	return true;
}

bool
snapshot_check(struct arena *a, int out_dir, const struct digest *request, struct str *answer)
{
	struct file f;

	if (!load(a, out_dir, &f))
		return false;
	for (uint32_t i = 0; i < f.nrequest; i++)
		if (digest_eq(&f.request[i].digest, request)) {
			*answer = f.request[i].answer;
			return is_unchanged(f.inputs);
		}
	return false;
}

struct input {
	const char *path;
	bool is_own;
	struct mark mark;
};

static int
by_path(const void *a, const void *b)
{
	const struct input *x = a, *y = b;
	int c = strcmp(x->path, y->path);

	return c != 0 ? c : x->is_own - y->is_own;
}

/* A file that was missing could have been there for a while: its folder tells.
 * Cuts path down to the folder. */
static int64_t
folder_ctime(char *path)
{
	struct mark m = { 0 };

	while (m.ino == 0) {
		char *slash = strrchr(path, '/');
		if (slash == NULL || slash == path)
			path[1] = '\0';
		else
			*slash = '\0';
		if (!mark_of(path, &m))
			return INT64_MAX;
	}
	return m.ctime_ns;
}

/* Only ctime counts: nobody can set it back, and every change sets it. */
static bool
is_older(struct arena *a, const struct input *in, int64_t than_ns)
{
	int64_t ctime_ns = in->mark.ctime_ns;

	if (in->mark.ino == 0)
		ctime_ns = folder_ctime(arena_printf(a, "%s", in->path));
	return ctime_ns < than_ns - grain_ns;
}

/* Look at a file of ours until it has been quiet for a while. */
static bool
is_quiet(struct arena *a, struct input *in)
{
	struct timespec pause = { .tv_nsec = grain_ns };

	for (int i = 0; i < OWN_TRIES; i++) {
		if (!mark_of(in->path, &in->mark))
			return false;
		if (is_older(a, in, clock_unix_ns()))
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static bool
is_settled(struct arena *a, struct input *in, int64_t since_ns)
{
	if (in->is_own)
		return is_quiet(a, in);
	return mark_of(in->path, &in->mark) && is_older(a, in, since_ns);
}

static void
add(struct buf *b, const void *p, size_t n)
{
	buf_add(b, (struct str){ p, n });
}

static void
add_text(struct buf *b, struct str text)
{
	uint32_t n = (uint32_t)text.n;

	add(b, &n, sizeof(n));
	buf_add(b, text);
}

/* The inputs as the file has them; empty when one is not settled. */
static struct str
print_inputs(struct arena *a, const struct snapshot *s)
{
	struct buf out = { .a = a };
	int n = s->ninput + s->nown;
	struct input *in = ARENA_NEW(a, struct input, (size_t)n + 1);

	for (int i = 0; i < n; i++) {
		bool is_own = i >= s->ninput;
		struct str path = is_own ? s->own[i - s->ninput] : s->input[i];
		assert(path.n != 0 && path.p[0] == '/' && memchr(path.p, '\0', path.n) == NULL);
		in[i] = (struct input){ .path = str_z(a, path), .is_own = is_own };
	}
	qsort(in, (size_t)n, sizeof(in[0]), by_path);
	for (int i = 0; i < n; i++) {
		if (i != 0 && strcmp(in[i].path, in[i - 1].path) == 0)
			continue;
		if (!is_settled(a, &in[i], s->since_ns))
			return (struct str){ "", 0 };
		add(&out, &in[i].mark, sizeof(in[i].mark));
		add_text(&out, str_of(in[i].path));
		buf_add_char(&out, '\0');
	}
	return buf_str(&out);
}

/* Ours first, then the others, the oldest of too many fall out. */
static struct str
print(struct arena *a, const struct request *own, const struct file *old, struct str inputs)
{
	struct buf body = { .a = a }, out = { .a = a };
	uint32_t n = 1;

	for (uint32_t i = 0; i < old->nrequest; i++)
		n += !digest_eq(&old->request[i].digest, &own->digest);
	if (n > REQUESTS_MAX)
		n = REQUESTS_MAX;
	add(&body, &n, sizeof(n));
	add(&body, &own->digest, sizeof(own->digest));
	add_text(&body, own->answer);
	for (uint32_t i = 0, left = n - 1; left != 0; i++) {
		if (digest_eq(&old->request[i].digest, &own->digest))
			continue;
		add(&body, &old->request[i].digest, sizeof(old->request[i].digest));
		add_text(&body, old->request[i].answer);
		left--;
	}
	buf_add(&body, inputs);
	uint32_t sum = crc32_of(buf_str(&body));
	buf_add_z(&out, first_line);
	add(&out, &sum, sizeof(sum));
	buf_add(&out, buf_str(&body));
	return buf_str(&out);
}

int
snapshot_save(int out_dir, const struct snapshot *s, const struct digest *request,
    struct str answer, struct err *e)
{
	struct arena a = { 0 };
	struct request own = { *request, answer };
	struct file old = { 0 };
	struct str inputs = print_inputs(&a, s);
	int result = 0;

	if (!load(&a, out_dir, &old) || !str_eq(old.inputs, inputs))
		old.nrequest = 0;
	if (inputs.n != 0)
		result = fs_write(out_dir, file_name, print(&a, &own, &old, inputs), 0644, e);
	arena_free(&a);
	return result;
}
