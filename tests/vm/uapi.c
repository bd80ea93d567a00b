/*
 * uapi.c - ask a server at a socket in the file system.
 *
 *	uapi SOCKET < QUESTION
 *
 * Sends what it reads and prints what comes back, until the other side has no more to
 * say: wireguard-go takes its configuration so, and answers `errno=0`.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
copy(int from, int to)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(from, bytes, sizeof(bytes))) > 0)
		if (write(to, bytes, (size_t)n) != n)
			return -1;
	return (int)n;
}

int
main(int argc, char **argv)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	if (argc != 2 || strlen(argv[1]) >= sizeof(at.sun_path)) {
		fputs("usage: uapi SOCKET < QUESTION\n", stderr);
		return 2;
	}
	memcpy(at.sun_path, argv[1], strlen(argv[1]));
	if (s == -1 || connect(s, (void *)&at, sizeof(at)) == -1 || copy(0, s) == -1 ||
	    shutdown(s, SHUT_WR) == -1 || copy(s, 1) == -1) {
		perror(argv[1]);
		return 1;
	}
	return 0;
}
