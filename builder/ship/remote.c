/* SPDX-License-Identifier: ISC */
#include "ship/remote.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/vec.h"
#include "sys/fs.h"
#include "sys/proc.h"

enum { ANSWER_MAX_BYTES = 1 << 20 };

static const char *
search(struct arena *a, struct str name)
{
	const char *env = getenv("PATH");
	struct str rest = str_of(env == NULL ? "/usr/bin:/bin" : env), folder;

	if (memchr(name.p, '/', name.n) != NULL)
		return str_z(a, name);
	while (str_cut(&rest, ':', &folder)) {
		const char *path =
		    arena_printf(a, STR_FMT "/" STR_FMT, STR_ARG(folder), STR_ARG(name));
		if (folder.n != 0 && access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}

int
remote_open(struct arena *a, const char *host, struct remote *out, struct err *e)
{
	const char *env = getenv("KILN_SSH");
	struct str rest = str_of(env == NULL ? "ssh" : env), one;
	VEC(const char *) word = { 0 };

	while (str_cut(&rest, ' ', &one))
		if (one.n != 0)
			VEC_ADD(a, &word, str_z(a, one));
	if (word.n == 0)
		return err_set(e, ERR_USAGE, "KILN_SSH is empty: \"ssh -p 2222\", say, or not set");
	const char *program = search(a, str_of(word.v[0]));
	if (program == NULL)
		return err_set(e, ERR_MACHINE,
		    "there is no program '%s' here: install openssh-client, or let KILN_SSH name "
		    "another "
		    "one",
		    word.v[0]);
	word.v[0] = program;
	VEC_ADD(a, &word, NULL);
	*out = (struct remote){ .a = a, .word = word.v, .host = host };
	return 0;
}

static const char *const *
arguments(const struct remote *r, const char *command)
{
	int n = 0;

	while (r->word[n] != NULL)
		n++;
	const char **argv = ARENA_NEW(r->a, const char *, (size_t)n + 3);
	for (int i = 0; i < n; i++)
		argv[i] = r->word[i];
	argv[n] = r->host;
	argv[n + 1] = command;
	return argv;
}

int
remote_run(const struct remote *r, const char *what, const char *command, int in,
    struct str *answer, struct err *e)
{
	CLEANUP(fs_close) int out = fs_memory(STR(""), e);
	struct proc p = {
		.argv = arguments(r, command), .in = in, .out = out, .err = 2, .keep = -1
	};
	struct arena tmp = { 0 };
	pid_t pid;
	int status;

	if (out == -1 || proc_start(&p, &pid, e) == -1 || proc_wait(pid, &status, e) == -1)
		return -1;
	if (status != 0) {
		int rc = err_set(e, ERR_MACHINE, "%s on %s: %s", what, r->host,
		    WIFEXITED(status) && WEXITSTATUS(status) == 255 ?
			"the connection failed, or was cut" :
			proc_status(&tmp, status));
		arena_free(&tmp);
		return rc;
	}
	return fs_reread(r->a, out, ANSWER_MAX_BYTES, answer, e);
}

char *
remote_shown(const struct remote *r, const char *command)
{
	struct buf out = { .a = r->a };

	for (int i = 0; r->word[i] != NULL; i++)
		buf_printf(&out, "%s ", r->word[i]);
	buf_printf(&out, "%s '", r->host);
	for (; *command != '\0'; command++) {
		if (*command == '\'')
			buf_add_z(&out, "'\\''");
		else
			buf_add_char(&out, *command);
	}
	buf_add_char(&out, '\'');
	return out.p;
}
