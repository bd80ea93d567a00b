/* SPDX-License-Identifier: ISC */
#include "fetch/dead.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/fs.h"

enum { FILE_MAX_BYTES = 64 * 1024, LINE_MAX_BYTES = 320 };

bool
dead_in(struct str text, struct str host, int64_t now)
{
	struct str line, when;
	uint64_t at;

	if (host.n == 0)
		return false;
	while (str_cut(&text, '\n', &line))
		if (str_cut(&line, ' ', &when) && str_eq(line, host) && str_u64(when, &at) == 0 &&
		    (int64_t)at <= now && now - (int64_t)at < DEAD_SECONDS)
			return true;
	return false;
}

bool
dead_has(const char *path, const char *host)
{
	struct arena a = { 0 };
	struct err ignored = { 0 };
	struct str text;
	bool has = path != NULL &&
		   fs_read(&a, AT_FDCWD, path, FILE_MAX_BYTES, &text, &ignored) == 0 &&
		   dead_in(text, str_of(host), clock_unix());

	arena_free(&a);
	return has;
}

/* The lines that nobody reads any more go when the file has grown. */
static int
open_to_append(const char *path)
{
	struct stat st;
	bool is_large = stat(path, &st) == 0 && st.st_size > FILE_MAX_BYTES - LINE_MAX_BYTES;

	return open(
	    path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (is_large ? O_TRUNC : 0), 0644);
}

void
dead_add(const char *path, const char *host)
{
	char line[LINE_MAX_BYTES];
	struct err ignored = { 0 };
	int n = snprintf(line, sizeof(line), "%" PRId64 " %s\n", clock_unix(), host);

	if (path == NULL || host[0] == '\0' || n < 0 || (size_t)n >= sizeof(line))
		return;
	CLEANUP(fs_close) int fd = open_to_append(path);
	if (fd != -1 && fs_write_all(fd, (struct str){ line, (size_t)n }, &ignored) == -1)
		err_clear(&ignored);
}
