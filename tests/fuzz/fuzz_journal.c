/*
 * Journals.  A first byte of 'r' leaves the rest as it is; else each line gets the
 * sum that nobody guesses.  What is read is written anew and must be read the same.
 *
 * SPDX-License-Identifier: ISC
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crc.h"
#include "store/journal.h"
#include "sys/fs.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static int dir = -1;
static char path[] = "/tmp/kiln-fuzz.XXXXXX";

static void
clean_up(void)
{
	struct err e = { 0 };

	if (fs_remove(AT_FDCWD, path, &e) == -1)
		abort();
}

static void
open_place(void)
{
	if (mkdtemp(path) == NULL)
		abort();
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	atexit(clean_up);
}

static void
note_record(void *ctx, const char *kind, const struct digest *key, struct str value)
{
	struct buf *out = ctx;

	buf_printf(out, "%s %s " STR_FMT "\n", kind, digest_hex(out->a, key), STR_ARG(value));
}

/* All records; false when the file is refused. */
static bool
read_all(struct arena *a, struct buf *out)
{
	struct err e = { 0 };
	struct journal *j;

	if (journal_open(a, dir, &j, &e) == -1)
		return false;
	journal_each(j, note_record, out);
	journal_close(j);
	return true;
}

static void
put_file(struct str text)
{
	struct err e = { 0 };

	if (fs_write(dir, "journal", text, 0644, &e) == -1)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct buf text = { .a = &a }, first = { .a = &a }, second = { .a = &a };
	struct str rest = { (const char *)p, n }, line;
	struct digest key = digest_of(STR("key"));
	struct journal *j;

	if (dir == -1)
		open_place();
	if (n != 0 && p[0] == 'r') {
		buf_add(&text, str_skip(rest, 1));
	} else {
		buf_add_z(&text, "kiln-journal 1\n");
		while (str_cut(&rest, '\n', &line))
			buf_printf(
			    &text, "%08x " STR_FMT "\n", (unsigned)crc32_of(line), STR_ARG(line));
	}
	put_file(buf_str(&text));
	if (read_all(&a, &first)) {
		/* Writing keeps what was there. */
		if (journal_open(&a, dir, &j, &e) == -1 ||
		    journal_put(j, "zzz", &key, STR("value"), &e) == -1)
			abort();
		journal_close(j);
		if (!read_all(&a, &second) || !str_starts(buf_str(&second), buf_str(&first)))
			abort();
	}
	arena_free(&a);
	return 0;
}
