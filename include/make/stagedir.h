/*
 * stagedir.h - the folders of stages: who works with one, and how one goes.
 *
 *	out/stage/<id>         a stage, whole
 *	out/stage/.tmp/<id>    one that is being made, or removed
 *	out/stage/.lock/<id>   locked: shared to work with it, exclusive to make or remove it
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_STAGEDIR_H
#define MAKE_STAGEDIR_H

#include "base/arena.h"
#include "base/err.h"

/* Relative to out. In a. */
char *stagedir_name(struct arena *a, const char *hex);
char *stagedir_tmp(struct arena *a, const char *hex);

/* Waits. The descriptor that holds it, -1 for an error. */
MUST_USE int stagedir_lock(int out_dir, const char *hex, bool exclusive, struct err *e);

/* Remove one, so that its name is gone before any of its files is. One that somebody works
 * with stays: *is_gone is false. One that is not there is gone. */
MUST_USE int stagedir_remove(int out_dir, const char *hex, bool *is_gone, struct err *e);

#endif
