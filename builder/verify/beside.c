/* SPDX-License-Identifier: ISC */
#include "verify/beside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "verify/wrong.h"

int
beside_open(int dir, const char *name, bool *is_there)
{
	/* Without O_NONBLOCK a FIFO of that name would hold us here. */
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (is_there != NULL)
		*is_there = fd != -1 || errno != ENOENT;
	if (fd == -1 && is_there != NULL && !*is_there)
		return -1;
	if (fd == -1)
		return wrong("%s: %s", name, strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return wrong("%s is not a regular file", name);
}

int
beside_read(int dir, const char *name, char *buffer, size_t max, struct text *out)
{
	int fd = beside_open(dir, name, NULL);
	ssize_t n = 0;

	if (fd == -1)
		return -1;
	*out = (struct text){ buffer, 0 };
	while (out->n <= max && (n = read(fd, buffer + out->n, max + 1 - out->n)) != 0) {
		if (n == -1 && errno != EINTR)
			break;
		if (n > 0)
			out->n += (size_t)n;
	}
	int why = errno;
	close(fd);
	if (n == -1)
		return wrong("%s: %s", name, strerror(why));
	return out->n <= max ? 0 : wrong("%s has more than %zu bytes", name, max);
}
