/* SPDX-License-Identifier: ISC */
#include "store/journal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/crc.h"
#include "base/map.h"
#include "base/vec.h"
#include "sys/fs.h"

static const char file_name[] = "journal";
static const char first_line[] = "kiln-journal 1\n";

enum { SUM_HEX = 8, KIND_MAX = 32, ID_MAX = KIND_MAX + 1 + DIGEST_HEX + 1 };

struct record {
	const char *kind;
	struct digest key;
	struct str value;
};

struct journal {
	struct arena *run;
	int dir;
	struct map at; /* "kind key" -> index into record */
	VEC(struct record) record;
	dev_t dev; /* the file that was read, and up to where its lines are */
	ino_t ino; /* complete */
	off_t end;
};

static void
start_over(struct journal *j, const struct stat *st)
{
	j->at = (struct map){ .a = j->run };
	j->record.n = j->record.cap = 0;
	j->record.v = NULL;
	j->end = 0;
	j->dev = st->st_dev;
	j->ino = st->st_ino;
}

/* "kind key" of a line without its sum, when all of it is well-formed. */
static bool
parse_body(struct arena *a, struct str body, struct str *id, struct record *out)
{
	struct str rest = body, kind, key;

	if (!str_cut(&rest, ' ', &kind) || !str_is_name(kind) || kind.n > KIND_MAX)
		return false;
	if (!str_cut(&rest, ' ', &key) || digest_parse(key, &out->key) == -1)
		return false;
	id->p = body.p;
	id->n = kind.n + 1 + key.n;
	out->kind = str_z(a, kind);
	out->value = rest;
	return body.n > id->n && body.p[id->n] == ' ';
}

static bool
is_sum_of(struct str sum, struct str body)
{
	char want[SUM_HEX + 1];

	snprintf(want, sizeof(want), "%08x", (unsigned)crc32_of(body));
	return str_is(sum, want);
}

/* A line that is not what it should be is as if it were not there. */
static void
take_line(struct journal *j, struct str line)
{
	struct str sum = { line.p, SUM_HEX }, body = str_skip(line, SUM_HEX + 1), id;
	struct record r;

	if (line.n <= SUM_HEX || line.p[SUM_HEX] != ' ' || !is_sum_of(sum, body) ||
	    !parse_body(j->run, body, &id, &r))
		return;
	int at = map_get(&j->at, id);
	if (at >= 0 && at < j->record.n) {
		j->record.v[at] = r;
		return;
	}
	map_put(&j->at, id, j->record.n);
	VEC_ADD(j->run, &j->record, r);
}

/* Take all complete lines of text, which starts at j->end. */
static int
take_text(struct journal *j, struct str text, struct err *e)
{
	struct str first = STR(first_line);

	if (j->end == 0) {
		struct str head = { text.p, text.n < first.n ? text.n : first.n };
		if (!str_starts(first, head))
			return err_set(e, ERR_MACHINE,
			    "out/%s: its first line is not \"kiln-journal 1\"; another kiln wrote "
			    "it, move "
			    "it away",
			    file_name);
		if (head.n < first.n)
			return 0;
		text = str_skip(text, first.n);
		j->end = (off_t)first.n;
	}
	const char *newline;
	while (text.n != 0 && (newline = memchr(text.p, '\n', text.n)) != NULL) {
		struct str line = { text.p, (size_t)(newline - text.p) };
		take_line(j, line);
		text = str_skip(text, line.n + 1);
		j->end += (off_t)line.n + 1;
	}
	return 0;
}

/* Read what stands behind j->end in fd. */
static int
read_new(struct journal *j, int fd, struct err *e)
{
	struct str text;
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "stat out/%s", file_name);
	if (st.st_dev != j->dev || st.st_ino != j->ino || st.st_size < j->end)
		start_over(j, &st);
	if (st.st_size == j->end)
		return 0;
	if (lseek(fd, j->end, SEEK_SET) == -1)
		return err_sys(e, "seek in out/%s", file_name);
	/* Values are views into what is read, so it goes to the arena that stays. */
	if (fs_read_fd(j->run, fd, (size_t)(st.st_size - j->end), &text, e) == -1)
		return err_wrap(e, "out/%s", file_name);
	return take_text(j, text, e);
}

int
journal_refresh(struct journal *j, struct err *e)
{
	static const struct stat nothing;
	CLEANUP(fs_close) int fd = openat(j->dir, file_name, O_RDONLY | O_CLOEXEC);

	if (fd == -1 && errno == ENOENT) {
		start_over(j, &nothing);
		return 0;
	}
	if (fd == -1)
		return err_sys(e, "open out/%s", file_name);
	return read_new(j, fd, e);
}

int
journal_open(struct arena *run, int out_dir, struct journal **out, struct err *e)
{
	struct journal *j = ARENA_NEW(run, struct journal, 1);

	j->run = run;
	j->at.a = run;
	j->dir = fs_open_dir(out_dir, ".", e);
	if (j->dir == -1)
		return -1;
	if (journal_refresh(j, e) == -1) {
		journal_close(j);
		return -1;
	}
	*out = j;
	return 0;
}

void
journal_close(struct journal *j)
{
	fs_close(&j->dir);
}

static const struct record *
find(const struct journal *j, const char *kind, const struct digest *key)
{
	struct arena tmp = { 0 };
	char id[ID_MAX];

	int n = snprintf(id, sizeof(id), "%s %s", kind, digest_hex(&tmp, key));
	arena_free(&tmp);
	assert(n > 0 && (size_t)n < sizeof(id));
	int at = map_get(&j->at, (struct str){ id, (size_t)n });
	return at == -1 ? NULL : &j->record.v[at];
}

bool
journal_get(const struct journal *j, const char *kind, const struct digest *key, struct str *value)
{
	const struct record *r = find(j, kind, key);

	if (r != NULL)
		*value = r->value;
	return r != NULL;
}

/* Whatever stands behind j->end is the torn line of somebody who died. */
static int
append(struct journal *j, int fd, struct str line, struct err *e)
{
	off_t size = lseek(fd, 0, SEEK_END);

	if (size == -1)
		return err_sys(e, "seek");
	if (size > j->end && ftruncate(fd, j->end) == -1)
		return err_sys(e, "cut a torn line off");
	if (lseek(fd, j->end, SEEK_SET) == -1)
		return err_sys(e, "seek");
	if (j->end == 0 && fs_write_all(fd, STR(first_line), e) == -1)
		return -1;
	return fs_write_all(fd, line, e);
}

static struct str
print_line(struct arena *a, const char *kind, const struct digest *key, struct str value)
{
	struct str body = str_printf(a, "%s %s " STR_FMT, kind, digest_hex(a, key), STR_ARG(value));

	return str_printf(a, "%08x " STR_FMT "\n", (unsigned)crc32_of(body), STR_ARG(body));
}

/* With the lock held: what others wrote is read, then ours stands behind it. */
static int
put_locked(struct journal *j, int fd, const struct record *r, bool *is_first, struct err *e)
{
	struct arena tmp = { 0 };
	int result = read_new(j, fd, e);
	const struct record *old = result == -1 ? NULL : find(j, r->kind, &r->key);

	if (result == 0 && (old == NULL || !str_eq(old->value, r->value))) {
		*is_first = j->end == 0;
		result = append(j, fd, print_line(&tmp, r->kind, &r->key, r->value), e);
		if (result == 0)
			result = read_new(j, fd, e);
	}
	arena_free(&tmp);
	return result;
}

/* The lock is let go first: of many that sync at once, the file system makes one
 * commit. Also done when there was nothing to write: who wrote it may have died
 * before it was on disk. */
static int
sync_file(struct journal *j, int fd, bool is_first, struct err *e)
{
	if (flock(fd, LOCK_UN) == -1)
		return err_sys(e, "unlock");
	if (fdatasync(fd) == -1)
		return err_sys(e, "fdatasync");
	if (is_first && fsync(j->dir) == -1)
		return err_sys(e, "fsync the folder");
	return 0;
}

int
journal_put(
    struct journal *j, const char *kind, const struct digest *key, struct str value, struct err *e)
{
	struct record r = { kind, *key, value };
	bool is_first = false;

	assert(str_is_name(str_of(kind)) && strlen(kind) <= KIND_MAX);
	assert(value.n == 0 || memchr(value.p, '\n', value.n) == NULL);
	/* A description of its own for each: one that a forked child shares would
	 * not lock the child out. */
	CLEANUP(fs_close) int fd = fs_lock(j->dir, file_name, true, true, e);
	if (fd < 0)
		return err_wrap(e, "record \"%s\" in out/%s", kind, file_name);
	if (put_locked(j, fd, &r, &is_first, e) == -1 || sync_file(j, fd, is_first, e) == -1)
		return err_wrap(e, "record \"%s\" in out/%s", kind, file_name);
	return 0;
}

void
journal_each(const struct journal *j,
    void (*each)(void *ctx, const char *kind, const struct digest *key, struct str value),
    void *ctx)
{
	for (int i = 0; i < j->record.n; i++) {
		const struct record *r = &j->record.v[i];
		each(ctx, r->kind, &r->key, r->value);
	}
}
