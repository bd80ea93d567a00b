/*
 * Snapshots: the first 32 bytes are the request that is asked for, the rest is the
 * file behind its sum.
 *
 * SPDX-License-Identifier: ISC
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crc.h"
#include "store/snapshot.h"
#include "sys/fs.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static int dir = -1;
static char path[] = "/tmp/kiln-fuzz.XXXXXX";

static void
clean_up(void)
{
	struct err e = { 0 };

	if (fs_remove(AT_FDCWD, path, &e) == -1)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct buf text = { .a = &a };
	struct digest request;
	struct str answer;

	if (dir == -1) {
		if (mkdtemp(path) == NULL)
			abort();
		dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		atexit(clean_up);
	}
	if (n < sizeof(request))
		return 0;
	memcpy(&request, p, sizeof(request));
	struct str body = { (const char *)p + sizeof(request), n - sizeof(request) };
	uint32_t sum = crc32_of(body);
	buf_add_z(&text, "kiln-snapshot 1\n");
	buf_add(&text, (struct str){ (const char *)&sum, sizeof(sum) });
	buf_add(&text, body);
	if (fs_write(dir, "snapshot", buf_str(&text), 0644, &e) == -1)
		abort();
	/* The answer is a view of the file: every byte of it can be read. */
	if (snapshot_check(&a, dir, &request, &answer) && answer.n > body.n)
		abort();
	arena_free(&a);
	return 0;
}
