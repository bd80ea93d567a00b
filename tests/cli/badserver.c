/*
 * badserver - an HTTP server that misbehaves in ways a real one cannot be told to.
 *
 *	badserver           print a port, serve on it until killed
 *	badserver free      print a port that is free right now, and end
 *
 * /cut/N/M/...   says that M bytes come, sends N of them, closes
 * /flaky/N/M/... has M bytes "x", sends N of those that are asked for, closes
 * /endless/...   chunks without end
 * /silent/...    takes the connection, never answers
 * /gzip/...      a small body that claims to be gzip's content encoding
 *
 * SPDX-License-Identifier: ISC
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int
listen_anywhere(unsigned *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&at, n) == -1 || listen(fd, 16) == -1 ||
	    getsockname(fd, (struct sockaddr *)&at, &n) == -1)
		exit(7);
	*port = ntohs(at.sin_port);
	return fd;
}

static void
send_all(int fd, const char *p, size_t n)
{
	while (n != 0) {
		ssize_t did = write(fd, p, n);
		if (did <= 0)
			exit(0);
		p += did;
		n -= (size_t)did;
	}
}

static void
cut(int fd, const char *path)
{
	char *end, head[128];
	unsigned long send = strtoul(path, &end, 10), say = strtoul(end + 1, NULL, 10);
	int n = snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %lu\r\n\r\n", say);

	send_all(fd, head, (size_t)n);
	for (; send != 0; send--)
		send_all(fd, "x", 1);
}

static void
flaky(int fd, const char *request)
{
	const char *range = strstr(request, "Range: bytes=");
	unsigned long from = range == NULL ? 0 : strtoul(range + 13, NULL, 10);
	char *end, head[256];
	unsigned long send = strtoul(request + 11, &end, 10), all = strtoul(end + 1, NULL, 10);

	if (from == 0)
		snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %lu\r\n\r\n", all);
	else
		snprintf(head, sizeof(head),
		    "HTTP/1.1 206 Partial Content\r\nContent-Length: %lu\r\n"
		    "Content-Range: bytes %lu-%lu/%lu\r\n\r\n",
		    all - from, from, all - 1, all);
	send_all(fd, head, strlen(head));
	for (; send != 0 && from < all; send--, from++)
		send_all(fd, "x", 1);
}

static void
endless(int fd)
{
	static char chunk[4096];
	const char head[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

	memset(chunk, 'x', sizeof(chunk));
	send_all(fd, head, sizeof(head) - 1);
	for (;;) {
		send_all(fd, "1000\r\n", 6);
		send_all(fd, chunk, sizeof(chunk));
		send_all(fd, "\r\n", 2);
	}
}

static void
claim_gzip(int fd)
{
	const char all[] =
	    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello";

	send_all(fd, all, sizeof(all) - 1);
}

static void
answer(int fd)
{
	char request[4096];
	ssize_t n = read(fd, request, sizeof(request) - 1);

	request[n < 0 ? 0 : n] = '\0';
	if (strncmp(request, "GET /cut/", 9) == 0)
		cut(fd, request + 9);
	else if (strncmp(request, "GET /flaky/", 11) == 0)
		flaky(fd, request);
	else if (strncmp(request, "GET /endless/", 13) == 0)
		endless(fd);
	else if (strncmp(request, "GET /silent/", 12) == 0)
		sleep(60);
	else if (strncmp(request, "GET /gzip/", 10) == 0)
		claim_gzip(fd);
	close(fd);
}

int
main(int argc, char **argv)
{
	unsigned port;
	int fd = listen_anywhere(&port);

	(void)argv;
	printf("%u\n", port);
	fflush(stdout);
	if (argc > 1)
		return 0;
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		int one = accept(fd, NULL, NULL);
		if (one != -1 && fork() == 0) {
			answer(one);
			return 0;
		}
		close(one);
	}
}
