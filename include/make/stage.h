/*
 * stage.h - a prepared source folder, made once for all targets.
 *
 *	out/stage/<id>/        unpacked, patched and edited; every mtime CLOCK_FIXED_MTIME
 *
 * The id is a digest of the sources' digests and how they are unpacked, the
 * patches' bytes and the edits, so it can be named before it exists.  It is made
 * beside (out/stage/.tmp) under a lock on its id and renamed when complete.
 * Unpacking is done by kiln-fetch in a process without a network that may write
 * into that folder only.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_STAGE_H
#define MAKE_STAGE_H

#include "make/source.h"

/* The name of the stage of a package; pure. Two targets with the same sources and
 * patches share one. */
struct digest stage_id(const struct package *p);

bool stage_exists(int out_dir, const struct digest *id);

/* One that is there as long as somebody holds it. */
struct stage {
	const char *path; /* absolute; NULL: none is held */
	int use;          /* descriptor of a shared lock, stagedir.h */
};

/* Make it, if it is not there, and hold it. progress (with the
 * ctx of o) is told when a phase (PHASE_FETCH, PHASE_UNPACK, PHASE_PATCH) begins; it may
 * be NULL. Faults: ERR_FETCH for a source that cannot be had or an archive that is damaged
 * or refused; ERR_PACKAGE for a patch that does not fit; ERR_RECIPE, located, for an edit,
 * `strip` or `only` that does not. */
MUST_USE int stage_make(struct arena *a, struct tree *t, const struct package *p,
    const struct source_opts *o, void (*progress)(void *ctx, enum phase phase), struct stage *out,
    struct err *e);

/* Hold the one of a path that was given before; none, when it is gone. */
MUST_USE int stage_hold(int out_dir, const char *path, struct stage *out, struct err *e);

/* Let go of it; of an empty one nothing. */
void stage_drop(struct stage *s);

#endif
