/*
 * build.h - one package, from a plan's step to an object in the store.
 *
 * These run in worker processes of their own, one for each step, so that each
 * reads as a plain sequence and a crash takes nothing else down.  They report
 * through events and end with EVENT_BUILT, EVENT_TESTED or EVENT_FAILED.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_BUILD_H
#define MAKE_BUILD_H

#include "make/report.h"
#include "make/workshop.h"

/* Fetch, unpack and patch for node i: leaves its stage. */
MUST_USE int build_prepare(const struct workshop *w, int i, struct report *r, struct err *e);

/* Build node i, whose key is known, and publish it. slot: the path of its slot socket. */
MUST_USE int build_package(
    const struct workshop *w, int i, const char *slot, struct report *r, struct err *e);

/* Run node i's test on its object and record the verdict. */
MUST_USE int build_test(
    const struct workshop *w, int i, const char *slot, struct report *r, struct err *e);

/* What a test's record is kept under: object, what it links against, the test's text, the
 * emulator. */
struct digest build_test_key(const struct workshop *w, int i);

/* The absolute path of a target's emulator on this machine; NULL when it runs natively.
 * ERR_MACHINE when it is not there, with the package that brings it. */
MUST_USE int build_emulator(
    struct arena *a, const struct target *t, const char **out, struct err *e);

#endif
