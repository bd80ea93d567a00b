/*
 * jail.h - what the program gives up before it touches bytes from outside.
 *
 * Every step is taken where the kernel has it and skipped where it has not: the
 * checks of the unpacker hold without any of them, this is the second wall.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef FETCH_JAIL_H
#define FETCH_JAIL_H

#include "base/err.h"

/* For what has the network: no new privileges, no core, writing below the n folders only. */
void jail_fetch(const int *dir, int n);

/* For what unpacks: also no network, nothing to read or write outside dir but what is
 * open already, memory and processor time limited. max_bytes is for each file. */
void jail_unpack(int dir, uint64_t max_bytes);

/* For what packs: no network, nothing written but what is open already. */
void jail_pack(void);

#endif
