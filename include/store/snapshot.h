/*
 * snapshot.h - "nothing to do", found by stat calls alone: out/snapshot.
 *
 * The file holds what a run read (files and listed folders, also those that were
 * missing) as (path, device, inode, size, mtime, ctime), and the requests that
 * were found complete with these inputs, each with the text of its answer.  It is
 * binary, of this machine only, with a sum; one that is torn, of another version
 * or not there only costs a longer run.  Layout, integers in native order:
 *
 *	"kiln-snapshot 1\n"  crc32 of the rest (4)  number of requests (4)
 *	each request: digest (32)  length of the answer (4)  answer
 *	each input, to the end of the file, by path: device, inode, size,
 *	  mtime ns, ctime ns (8 each; all 0 when missing)  length of the path (4)
 *	  path  NUL
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef STORE_SNAPSHOT_H
#define STORE_SNAPSHOT_H

#include "base/err.h"
#include "lib/digest.h"

/* True, with the answer in the arena, when request is in the file and no input
 * changed. It never fails: what cannot be read is no snapshot. */
bool snapshot_check(struct arena *a, int out_dir, const struct digest *request, struct str *answer);

struct snapshot {
	const struct str *input; /* absolute paths, any order; a link stands for its target */
	int ninput;
	const struct str *own; /* the same of what this run itself wrote, read or not */
	int nown;
	int64_t since_ns; /* clock_unix_ns() before the first input was read */
};

/* Remember that request is complete, replacing the file without a sync; other
 * requests stay when the inputs are the same. Nothing is saved, which is no error,
 * when an input may have changed since it was read (its ctime is not older than
 * since_ns by the grain of file times). For files of our own it waits up to
 * 100 ms until a later change would show. */
MUST_USE int snapshot_save(int out_dir, const struct snapshot *s, const struct digest *request,
    struct str answer, struct err *e);

#endif
