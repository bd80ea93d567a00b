/* SPDX-License-Identifier: ISC */
#include "sys/term.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "sys/fs.h"

enum { ASK_MAX_BYTES = 4096 };

bool
term_is(int fd)
{
	return isatty(fd) == 1;
}

bool
term_is_dumb(void)
{
	const char *term = getenv("TERM");

	return term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0;
}

bool
term_size(int fd, int *columns, int *rows)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) == -1 || size.ws_col == 0 || size.ws_row == 0)
		return false;
	*columns = size.ws_col;
	*rows = size.ws_row;
	return true;
}

/* So that a terminal that is left shows again what is typed. */
static volatile sig_atomic_t asked_to_end;

static void
end_asking(int signal)
{
	asked_to_end = signal;
}

/* One line, without its end. */
static int
read_line(struct arena *a, int fd, struct str *out, struct err *e)
{
	char line[ASK_MAX_BYTES];
	size_t n = 0;

	while (n < sizeof(line)) {
		ssize_t got = read(fd, line + n, 1);
		if (got == -1 && errno == EINTR && asked_to_end == 0)
			continue;
		if (got == -1)
			return err_sys(e, "read from the terminal");
		if (got == 0 || line[n] == '\n')
			break;
		n++;
	}
	*out = str_copy(a, (struct str){ line, n });
	explicit_bzero(line, sizeof(line));
	return 0;
}

int
term_ask(struct arena *a, const char *prompt, struct str *out, struct err *e)
{
	CLEANUP(fs_close) int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct sigaction end = { .sa_handler = end_asking }, before;
	struct termios shown, hidden;

	if (fd == -1 || tcgetattr(fd, &shown) == -1)
		return err_set(e, ERR_USAGE, "there is no terminal to ask");
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	if (fs_write_all(fd, str_of(prompt), e) == -1)
		return -1;
	if (sigaction(SIGINT, &end, &before) == -1 || tcsetattr(fd, TCSAFLUSH, &hidden) == -1)
		return err_sys(e, "hide what is typed");
	int rc = read_line(a, fd, out, e);
	(void)tcsetattr(fd, TCSAFLUSH, &shown);
	(void)sigaction(SIGINT, &before, NULL);
	if (rc == 0)
		rc = fs_write_all(fd, STR("\n"), e);
	return rc;
}
