/*
 * machine.h - what a triple means to ELF files, of the machines that are known.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef RECIPE_MACHINE_H
#define RECIPE_MACHINE_H

#include "base/str.h"

struct machine {
	const char *start;    /* of its triples */
	unsigned elf_machine; /* e_machine */
	unsigned bits;
};

/* The row of a triple, NULL when it is not known. */
const struct machine *machine_of(struct str triple);

/* "hard" or "soft", as an ARM triple's end says; "" for other triples. */
const char *machine_float(struct str triple);

#endif
