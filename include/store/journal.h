/*
 * journal.h - what is known, as an append-only file of records: out/journal.
 *
 *	kiln-journal 1
 *	<crc32 of the rest, 8 hex> <kind> <key hex> <value>
 *
 * One line a record; the last of a kind and key holds. Appending takes a lock,
 * writes one line, and syncs it (fdatasync; many at once are synced once).  A
 * last line without its end is torn: readers do not see it, and the next writer
 * cuts it off.  A line whose sum is wrong is skipped, so that a bad block costs
 * its own records and not all that came after.  The journal survives collection:
 * an object that is gone is simply not in the store.  Several processes may
 * append; reading again (journal_refresh) sees what others added.
 *
 * Kinds: "built" key -> object digest; "dirty" key -> the working copy that it was built
 * from; "latest" label of a package and target -> key of its latest build; "linked" the same
 * label -> the key whose programs out/<target>/bin has; "tested" test key -> "passed",
 * "failed" or "skipped <reason>".
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "base/err.h"
#include "base/str.h"
#include "lib/digest.h"

struct journal;

/* The file is made by the first journal_put. ERR_MACHINE when its first line is
 * another's: a journal is never written over. */
MUST_USE int journal_open(struct arena *run, int out_dir, struct journal **out, struct err *e);
void journal_close(struct journal *j);

/* Read what was appended since, by anyone. */
MUST_USE int journal_refresh(struct journal *j, struct err *e);

/* The newest value, false when there is none. The view lives as long as the journal. */
bool journal_get(
    const struct journal *j, const char *kind, const struct digest *key, struct str *value);

/* Append and sync. value holds no newline; kind is a name of at most 32 bytes. */
MUST_USE int journal_put(
    struct journal *j, const char *kind, const struct digest *key, struct str value, struct err *e);

/* Every record that holds, in the order they were first written. */
void journal_each(const struct journal *j,
    void (*each)(void *ctx, const char *kind, const struct digest *key, struct str value),
    void *ctx);

#endif
