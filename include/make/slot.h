/*
 * slot.h - one -j for everything, at the level of compiler calls.
 *
 * kiln listens on one Unix socket (SOCK_STREAM) for each running package; the
 * driver connects, waits for one byte, and keeps the descriptor open, through
 * exec, until the compiler ends.  The connection is the slot: when it closes,
 * for whatever reason, the slot is free.  Nothing is written back, so nothing can
 * be lost.  A package that asks for one slot at a time and has none, as configure
 * scripts do, goes first; then they go by their package's priority, then in order
 * of arrival.  Who has waited for two seconds goes before all of these.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_SLOT_H
#define MAKE_SLOT_H

#include <poll.h>

#include "base/arena.h"
#include "base/err.h"

struct slots;

MUST_USE int slots_open(struct arena *run, int nslot, struct slots **out, struct err *e);
void slots_close(struct slots *s);

/* Listen for a package at path (removed first); its id for slots_remove. */
MUST_USE int slots_add(struct slots *s, const char *path, int64_t priority, int *id, struct err *e);

/* Nobody of that package is granted any more; who holds a slot has it until the end. */
void slots_remove(struct slots *s, int id);

/* The descriptors to poll, appended to v (room for max); returns how many. */
int slots_poll_fill(const struct slots *s, struct pollfd *v, int max);

/* Look at what poll said; take new connections, notice closed ones, grant. */
void slots_poll_take(struct slots *s, const struct pollfd *v, int n);

int slots_in_use(const struct slots *s);

/* How many of a package wait; no more are taken in than there are slots, the others wait
 * in their connect. */
int slots_waiting(const struct slots *s, int id);

#endif
