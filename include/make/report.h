/*
 * report.h - how a worker tells kiln what happens: event lines through a pipe.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_REPORT_H
#define MAKE_REPORT_H

#include "make/event.h"

struct report {
	int fd; /* the pipe; a reader that is gone ends the worker */
	struct str package, target;
	enum phase phase; /* the one at work */
};

/* One event; package and target are filled in. */
void report(const struct report *r, struct event ev);

/* A phase begins. */
void report_phase(struct report *r, enum phase phase);

/* Something worth a line. */
void report_note(const struct report *r, struct str text);

/* The phase at work failed: e's kind and text. */
void report_failed(const struct report *r, const struct err *e, struct str log);

#endif
