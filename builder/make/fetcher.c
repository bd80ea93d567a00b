/* SPDX-License-Identifier: ISC */
#include "make/fetcher.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/fs.h"
#include "sys/proc.h"

enum { ANSWER_MAX_BYTES = 1 << 20 };

/* Files in memory hold what it says: unlike pipes, two of them cannot block each other. */
static int
open_memory(const char *name, struct err *e)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	return fd == -1 ? err_sys(e, "make a file in memory for what kiln-fetch says") : fd;
}

static int
write_memory(int fd, struct str text, struct err *e)
{
	if (fs_write_all(fd, text, e) == -1)
		return -1;
	return lseek(fd, 0, SEEK_SET) == -1 ? err_sys(e, "rewind what kiln-fetch reads") : 0;
}

static int
read_memory(struct arena *a, int fd, struct str *out, struct err *e)
{
	if (lseek(fd, 0, SEEK_SET) == -1)
		return err_sys(e, "read what kiln-fetch said");
	return fs_read_fd(a, fd, ANSWER_MAX_BYTES, out, e);
}

static struct str
last_line(struct str text)
{
	struct str line = STR(""), last = STR("");

	while (str_cut(&text, '\n', &line))
		if (line.n != 0)
			last = line;
	return last;
}

/* Its exit status is the kind of its error. */
static int
failed(struct arena *a, int status, int err_fd, struct err *e)
{
	struct str text;

	if (read_memory(a, err_fd, &text, e) == -1)
		return -1;
	struct str sentence = str_clean(a, last_line(text));
	if (!WIFEXITED(status) || WEXITSTATUS(status) > ERR_MACHINE || sentence.n == 0)
		return err_set(e, ERR_MACHINE, "kiln-fetch: %s: " STR_FMT, proc_status(a, status),
		    STR_ARG(sentence));
	return err_set(e, (enum err_kind)WEXITSTATUS(status), STR_FMT, STR_ARG(sentence));
}

/* By its name, whatever file it is in: that may be kiln itself. */
static const char *const *
by_name(struct arena *a, const char *const *argv)
{
	int n = 0;

	while (argv[n] != NULL)
		n++;
	const char **named = ARENA_NEW(a, const char *, (size_t)n + 1);
	for (int i = 1; i < n; i++)
		named[i] = argv[i];
	named[0] = "kiln-fetch";
	return named;
}

int
fetcher_run(
    struct arena *a, const char *const *argv, struct str input, struct str *answers, struct err *e)
{
	struct proc p = { .argv = by_name(a, argv), .program = argv[0], .in = -1, .keep = -1 };
	pid_t pid;
	int status;

	CLEANUP(fs_close) int out = open_memory("answers", e);
	if (out == -1)
		return -1;
	CLEANUP(fs_close) int talk = open_memory("talk", e);
	if (talk == -1)
		return -1;
	CLEANUP(fs_close) int in = open_memory("input", e);
	if (in == -1 || write_memory(in, input, e) == -1)
		return -1;
	p.in = in;
	p.out = out;
	p.err = talk;
	if (proc_start(&p, &pid, e) == -1 || proc_wait(pid, &status, e) == -1 ||
	    read_memory(a, out, answers, e) == -1)
		return -1;
	return status == 0 ? 0 : failed(a, status, talk, e);
}
