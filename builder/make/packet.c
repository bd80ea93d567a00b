/* SPDX-License-Identifier: ISC */
#include "make/packet.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int) * PACKET_FDS_MAX)];
};

int
packet_send(int sock, const void *p, size_t n_bytes, const int *fd, int nfd)
{
	struct iovec iov = { .iov_base = (void *)p, .iov_len = n_bytes };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	union control control = { 0 };
	ssize_t n;

	assert(nfd <= PACKET_FDS_MAX);
	if (nfd > 0) {
		m.msg_control = control.bytes;
		/* These lengths are of another type in each C library. */
		m.msg_controllen = (unsigned)CMSG_SPACE(sizeof(int) * (size_t)nfd);
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = (unsigned)CMSG_LEN(sizeof(int) * (size_t)nfd);
		memcpy(CMSG_DATA(c), fd, sizeof(int) * (size_t)nfd);
	}
	do
		n = sendmsg(sock, &m, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	return n == (ssize_t)n_bytes ? 0 : -1;
}

static void
take_fds(struct cmsghdr *c, int *fd, int nfd)
{
	size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	int got;

	for (size_t i = 0; i < n; i++) {
		memcpy(&got, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
		if (i < (size_t)nfd)
			fd[i] = got;
		else
			close(got);
	}
}

int
packet_recv(int sock, void *p, size_t n_bytes, int *fd, int nfd)
{
	struct iovec iov = { .iov_base = p, .iov_len = n_bytes };
	union control control = { 0 };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	ssize_t n;

	do
		n = recvmsg(sock, &m, MSG_CMSG_CLOEXEC);
	while (n == -1 && errno == EINTR);
	if (n <= 0)
		return -1;
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	if (c != NULL && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		take_fds(c, fd, nfd);
	return n == (ssize_t)n_bytes && (m.msg_flags & MSG_TRUNC) == 0 ? 0 : -1;
}
