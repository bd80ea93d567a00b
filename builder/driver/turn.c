/* SPDX-License-Identifier: ISC */
#include "driver/turn.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"

/* Two seconds in all: who does not answer for that long is gone. */
enum { TRIES = 400, TRY_MS = 5 };

static bool
is_full(int cause)
{
	return cause == EAGAIN || cause == ECONNREFUSED || cause == EINTR;
}

static int
connect_once(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(to.sun_path, path, strlen(path) + 1);
	/* No O_CLOEXEC: the compiler is to hold it. */
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd == -1 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	int cause = errno;
	close(fd);
	errno = cause;
	return -1;
}

void
turn_take(const char *socket_path)
{
	const struct timespec pause = { .tv_nsec = TRY_MS * 1000000L };
	int fd = -1;
	char byte;

	if (socket_path[0] == '\0')
		return;
	for (int i = 0; i < TRIES; i++) {
		fd = connect_once(socket_path);
		if (fd != -1 || !is_full(errno))
			break;
		nanosleep(&pause, NULL);
	}
	if (fd == -1)
		return;
	while (read(fd, &byte, 1) == -1 && errno == EINTR)
		;
}
