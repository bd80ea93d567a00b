/* SPDX-License-Identifier: ISC */
#include "make/verified.h"

#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/fs.h"

#define MEMORY "distfiles/verified"

enum { MEMORY_MAX_BYTES = 4 << 20, SETTLED_S = 2, NS = 1000000000 };

static int64_t
ns_of(struct timespec t)
{
	return (int64_t)t.tv_sec * NS + t.tv_nsec;
}

static struct str
line_of(struct arena *a, const struct stat *st, const struct digest *d)
{
	return str_printf(a, "%s %ju %ju %jd %" PRId64 " %" PRId64, digest_hex(a, d),
	    (uintmax_t)st->st_dev, (uintmax_t)st->st_ino, (intmax_t)st->st_size, ns_of(st->st_mtim),
	    ns_of(st->st_ctim));
}

static bool
is_known(struct arena *a, int out_dir, struct str line)
{
	struct err ignored = { 0 };
	struct str text, one;

	if (fs_read(a, out_dir, MEMORY, MEMORY_MAX_BYTES, &text, &ignored) == -1)
		return false;
	while (str_cut(&text, '\n', &one))
		if (str_eq(one, line))
			return true;
	return false;
}

static void
remember(struct arena *a, int out_dir, struct str line)
{
	struct err ignored = { 0 };
	struct stat st;
	bool is_large = fstatat(out_dir, MEMORY, &st, 0) == 0 &&
			st.st_size > MEMORY_MAX_BYTES - (int64_t)line.n - 1;
	int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (is_large ? O_TRUNC : 0);
	CLEANUP(fs_close) int fd = openat(out_dir, MEMORY, flags, 0644);

	if (fd != -1 &&
	    fs_write_all(fd, str_printf(a, STR_FMT "\n", STR_ARG(line)), &ignored) == -1)
		err_clear(&ignored);
}

static int
check(struct arena *a, int out_dir, int fd, const struct digest *wanted, uint64_t size_bytes,
    bool *right, struct err *e)
{
	struct digest found;
	struct stat st;

	*right = false;
	if (fstat(fd, &st) == -1)
		return err_sys(e, "stat");
	if ((uint64_t)st.st_size != size_bytes)
		return 0;
	struct str line = line_of(a, &st, wanted);
	*right = is_known(a, out_dir, line);
	if (*right)
		return 0;
	if (digest_fd(fd, &found, NULL, e) == -1)
		return -1;
	*right = digest_eq(&found, wanted);
	if (*right && clock_unix() - st.st_ctim.tv_sec > SETTLED_S)
		remember(a, out_dir, line);
	return 0;
}

int
verified_check(int out_dir, int fd, const char *path, const struct digest *wanted,
    uint64_t size_bytes, bool *right, struct err *e)
{
	struct arena a = { 0 };
	int result = check(&a, out_dir, fd, wanted, size_bytes, right, e);

	arena_free(&a);
	return result == -1 ? err_wrap(e, "check %s", path) : 0;
}
