/* SPDX-License-Identifier: ISC */
#include "make/fetcher.h"

#include <sys/wait.h>

#include "sys/fs.h"
#include "sys/proc.h"

enum { ANSWER_MAX_BYTES = 1 << 20 };

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

	if (fs_reread(a, err_fd, ANSWER_MAX_BYTES, &text, e) == -1)
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

static int
start(struct proc *p, struct str input, struct fetcher *f, struct err *e)
{
	CLEANUP(fs_close) int in = fs_memory(input, e);

	if (in == -1 || (f->out = fs_memory(STR(""), e)) == -1 ||
	    (f->err = fs_memory(STR(""), e)) == -1)
		return -1;
	p->in = in;
	p->out = f->out;
	p->err = f->err;
	return proc_start(p, &f->pid, e);
}

static int
finish(struct arena *a, const struct fetcher *f, struct str *answers, struct err *e)
{
	int status;

	if (proc_wait(f->pid, &status, e) == -1 ||
	    fs_reread(a, f->out, ANSWER_MAX_BYTES, answers, e) == -1)
		return -1;
	return status == 0 ? 0 : failed(a, status, f->err, e);
}

static void
drop(struct fetcher *f)
{
	fs_close(&f->out);
	fs_close(&f->err);
}

int
fetcher_start(
    struct arena *a, const char *const *argv, struct str input, struct fetcher *f, struct err *e)
{
	struct proc p = { .argv = by_name(a, argv), .program = argv[0], .keep = -1 };

	*f = (struct fetcher){ .out = -1, .err = -1 };
	if (start(&p, input, f, e) == 0)
		return 0;
	drop(f);
	return -1;
}

int
fetcher_wait(struct arena *a, struct fetcher *f, struct str *answers, struct err *e)
{
	int rc = finish(a, f, answers, e);

	drop(f);
	return rc;
}

int
fetcher_run(
    struct arena *a, const char *const *argv, struct str input, struct str *answers, struct err *e)
{
	struct fetcher f;

	return fetcher_start(a, argv, input, &f, e) == -1 ? -1 : fetcher_wait(a, &f, answers, e);
}
