/* SPDX-License-Identifier: ISC */
#include "make/strip.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "lib/ar.h"
#include "lib/elf.h"
#include "sys/fs.h"
#include "sys/mapping.h"

/* Files in one call: below the kernel's limit for arguments by far. */
enum { BATCH = 200 };

static void
look_at_elf(struct arena *a, struct strip *s, struct str bytes, struct str path)
{
	struct elf elf;
	struct err ignored = { 0 };

	if (elf_parse(a, bytes, &elf, &ignored) == -1)
		return;
	if (elf.type == ELF_REL) {
		VEC_ADD(a, &s->archive, path);
		return;
	}
	/* The first two digits are a folder. */
	if (elf.build_id.n > 1)
		VEC_ADD(a, &s->program, (struct strip_program){ path, elf_build_id(a, &elf) });
}

/* Read first: data files may be large, and are none of ours. */
static bool
is_candidate(int dir, const char *name)
{
	CLEANUP(fs_close)
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char start[8];
	ssize_t n = fd == -1 ? -1 : read(fd, start, sizeof(start));
	struct str bytes = { start, n > 0 ? (size_t)n : 0 };

	/* One that cannot be read is the next step's error. */
	return n == -1 || ar_is(bytes) || elf_is(bytes);
}

int
strip_look(
    struct arena *a, struct strip *s, int dir, const char *name, struct str path, struct err *e)
{
	struct mapping m;

	if (!is_candidate(dir, name))
		return 0;
	if (mapping_open(dir, name, &m, e) == -1)
		return -1;
	if (ar_is(m.bytes))
		VEC_ADD(a, &s->archive, path);
	else if (elf_is(m.bytes))
		look_at_elf(a, s, m.bytes, path);
	mapping_close(&m);
	return 0;
}

struct str
strip_debug_path(struct arena *a, struct str id)
{
	return str_printf(
	    a, "usr/lib/debug/.build-id/%.2s/" STR_FMT ".debug", id.p, STR_ARG(str_skip(id, 2)));
}

/* One shell word, which no option can be taken for. */
static void
add_path(struct buf *out, struct str path)
{
	buf_add_z(out, " './");
	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] == '\'')
			buf_add_z(out, "'\\''");
		else
			buf_add_char(out, path.p[i]);
	buf_add_char(out, '\'');
}

static void
add_batched(struct buf *out, const char *command, struct str path, int i)
{
	if (i % BATCH == 0)
		buf_printf(out, "\n%s", command);
	add_path(out, path);
}

struct str
strip_script(struct arena *a, const struct strip *s)
{
	struct buf out = { .a = a };

	if (s->archive.n + s->program.n == 0)
		return STR("");
	buf_add_z(&out, "cd /out");
	for (int i = 0; i < s->archive.n; i++)
		add_batched(&out, "strip --strip-debug", s->archive.v[i], i);
	for (int i = 0; i < s->program.n; i++) {
		buf_add_z(&out, "\nobjcopy --only-keep-debug");
		add_path(&out, s->program.v[i].path);
		add_path(&out, strip_debug_path(a, s->program.v[i].build_id));
	}
	for (int i = 0; i < s->program.n; i++)
		add_batched(&out, "strip --strip-all", s->program.v[i].path, i);
	buf_add_char(&out, '\n');
	return buf_str(&out);
}
