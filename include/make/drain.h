/*
 * drain.h - a phase's output into its log, with limits on time, silence and bytes.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_DRAIN_H
#define MAKE_DRAIN_H

#include "base/err.h"

struct drain {
	int from; /* read end of a pipe, non-blocking */
	int news; /* readable when the phase is over and every writer gone */
	int log;
	uint64_t total_s, silent_s, max_bytes; /* 0: none */
};

enum drain_end {
	DRAIN_OVER, /* news came, everything before it is in the log */
	DRAIN_TOO_LONG,
	DRAIN_SILENT,
	DRAIN_FLOOD, /* the first max_bytes are in the log */
};

MUST_USE int drain_run(const struct drain *d, enum drain_end *end, struct err *e);

#endif
