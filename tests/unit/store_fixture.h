/* store_fixture.h - a store in a folder of its own, and works to publish. SPDX-License-Identifier: ISC */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/store.h"
#include "sys/clock.h"
#include "sys/fs.h"

struct place {
	struct arena a;
	char path[64];
	int dir;
};

/* Fail the test with the sentence of an error. */
#define OK(call)                                                                                   \
	do {                                                                                       \
		struct err ok_e = { 0 };                                                           \
		struct err *e = &ok_e;                                                             \
		if ((call) == -1)                                                                  \
			fail_msg("%s: %s", #call, ok_e.text);                                      \
	} while (0)

static inline void
place_make(struct place *p)
{
	/* In memory if possible: what is tested here is the order of calls. */
	bool has_shm = access("/dev/shm", W_OK | X_OK) == 0;

	*p = (struct place){ 0 };
	snprintf(p->path, sizeof(p->path), "%s/kiln-test.XXXXXX", has_shm ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(p->path));
	p->dir = open(p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_not_equal(p->dir, -1);
}

static inline void
place_remove(struct place *p)
{
	close(p->dir);
	OK(fs_remove(AT_FDCWD, p->path, e));
	arena_free(&p->a);
}

/* One file of a work; text "-> x" makes a link. */
struct sample {
	const char *path, *text;
	mode_t mode;
};

static inline int
sample_write(int dir, const struct sample *f, struct err *e)
{
	char folder[256];

	snprintf(folder, sizeof(folder), "%s", f->path);
	char *slash = strrchr(folder, '/');
	if (slash != NULL) {
		*slash = '\0';
		if (fs_mkdirs(dir, folder, e) == -1)
			return -1;
	}
	if (strncmp(f->text, "-> ", 3) == 0)
		return fs_link(dir, f->text + 3, f->path, e);
	return fs_write(dir, f->path, str_of(f->text), f->mode, e);
}

static inline struct digest
key_of(const char *text)
{
	return digest_of(str_of(text));
}

/* Publish samples as name; the key is the hash of its text. */
static inline int
sample_publish(struct store *s, const char *name, const struct sample *file, int n,
    struct digest *out, struct err *e)
{
	struct arena a = { 0 };
	struct publish p = { str_of(name), STR("1.0"), STR("armv7"), key_of(name) };
	char *work;
	int lock, result = store_work(s, &a, &work, &lock, e);

	if (result == -1) {
		arena_free(&a);
		return -1;
	}
	int dir = open(work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < n && result == 0; i++)
		result = sample_write(dir, &file[i], e);
	close(dir);
	if (result == 0)
		result = store_publish(s, work, lock, &p, out, e);
	else
		store_discard(s, work, lock);
	arena_free(&a);
	return result;
}

static const struct sample zlib_files[] = {
	{ "dev/usr/include/zlib.h", "#define ZLIB\n", 0600 },
	{ "dev/usr/lib/libz.a", "!<arch>\n", 0664 },
	{ "dev/usr/lib/libz2.a", "-> libz.a", 0 },
	{ "bin/usr/bin/minigzip", "program", 0711 },
	{ "licence/usr/share/licenses/zlib/LICENSE", "free", 0644 },
};

/* What verify said, one sentence a line. */
static inline void
note_sentence(void *ctx, const char *sentence)
{
	struct buf *out = ctx;

	buf_add_z(out, sentence);
	buf_add_char(out, '\n');
}

static inline void
assert_clean(struct store *s)
{
	struct arena a = { 0 };
	struct buf said = { .a = &a };
	struct err e = { 0 };
	int n = store_verify(s, false, note_sentence, &said, &e);

	if (n != 0)
		fail_msg("%d damaged: %s%s", n, n == -1 ? e.text : "", said.n == 0 ? "" : said.p);
	arena_free(&a);
}

#endif
