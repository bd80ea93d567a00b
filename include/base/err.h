/*
 * err.h - one error, carried up as a sentence.
 *
 * A function that can fail takes `struct err *e` last, returns 0 or -1 (or a
 * value and NULL), and has filled *e exactly once when it fails.  The sentence
 * grows from the inside out: err_set at the cause, err_wrap on the way up, so
 * that it reads "intent: object: cause".  Lower case, no full stop, no
 * "failed to"; the remedy stands in the cause.  Only main prints it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/base.h"

/* What kind of thing is wrong; the value is kiln's exit status. */
enum err_kind {
	ERR_NONE = 0,
	ERR_PACKAGE = 1, /* a package's own phase failed */
	ERR_USAGE = 2,   /* the command line makes no sense */
	ERR_RECIPE = 3,  /* a recipe is wrong; the text starts path:line:column: */
	ERR_FETCH = 4,   /* no place gave us the file, or it had other bytes */
	ERR_CHECK = 5,   /* the judge or a test said no */
	ERR_REPRO = 6,   /* the same inputs gave other bytes */
	ERR_MACHINE = 7, /* this machine refused: tool, namespace, disk, lock */
};

struct err {
	enum err_kind kind;
	char text[4096]; /* may hold several lines: located errors show their line */
};

/* Fill an empty *e and return -1, so that failing is one statement. Aborts when
 * *e already holds an error: the first cause would be lost. */
MUST_USE int err_set(struct err *e, enum err_kind kind, const char *fmt, ...) PRINTF(3, 4);

/* The same with ERR_MACHINE, and ": " strerror(errno) appended. */
MUST_USE int err_sys(struct err *e, const char *fmt, ...) PRINTF(2, 3);

/* Put "context: " in front of the text already there; returns -1. Context that
 * does not fit is cut, the cause is kept. */
MUST_USE int err_wrap(struct err *e, const char *fmt, ...) PRINTF(2, 3);

/* Empty *e again: the fault was dealt with. */
void err_clear(struct err *e);

/* The word for a kind in events and JSON: "package", "usage", "recipe", ... */
const char *err_kind_name(enum err_kind kind);

#endif
