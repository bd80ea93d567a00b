/*
 * cargo.h - the packages of a profile, built and tested, and what of them a target gets.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef CMD_CARGO_H
#define CMD_CARGO_H

#include "cmd/session.h"
#include "ship/bill.h"

/* Initialise with .s, .a. */
struct shipping {
	struct session *s;
	struct arena *a;
	const struct bundle *bundle;
	struct graph graph;
	struct plan plan;
};

/* The profile that the command line names. ERR_USAGE, with those that there are. */
MUST_USE int shipping_profile(struct shipping *sh, struct err *e);

/* Build what is missing, and test it. *status is that of the build: 0 when all of it is there
 * or may be left out. */
MUST_USE int shipping_build(struct shipping *sh, int *status, struct err *e);

/* What one target gets. */
struct cargo {
	struct shipping *sh;
	const struct target *target;
	struct fileset files;
	VEC(int) node; /* of the packages that it has files of */
	VEC(struct bill_left_out) left_out;
	struct inventory inventory;
	struct map seen; /* packages that are in it */
};

/* The files of the profile's packages and of what these run with. ERR_RECIPE, located, for a
 * package that could not be made and is not optional; ERR_CHECK for one that may not be given
 * out. */
MUST_USE int cargo_load(
    struct shipping *sh, const struct target *target, struct cargo *out, struct err *e);

/* What its programs consist of, whether its files are complete or not. */
MUST_USE int cargo_take_stock(struct cargo *c, struct err *e);

/* Once the files are complete: the profile's links and checks, and the inventory. */
MUST_USE int cargo_seal(struct cargo *c, struct err *e);

#endif
