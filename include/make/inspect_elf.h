/*
 * inspect_elf.h - the judge's rules for linked programs and for object files.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_INSPECT_ELF_H
#define MAKE_INSPECT_ELF_H

#include "lib/elf.h"
#include "make/finding.h"

/* Judge a file that begins like ELF: a linked one by the elf-* rules, a relocatable one
 * (a kernel module, say) by the archive-* rules. Returns its build-id in hexadecimal, "" when
 * it has none. Memory for this file only is in tmp. */
struct str inspect_program(
    struct findings *f, struct arena *tmp, struct place at, struct str bytes);

/* Judge an archive's member or a file *.o: it has to be relocatable ELF. */
void inspect_object(struct findings *f, struct arena *tmp, struct place at, struct str bytes);

#endif
