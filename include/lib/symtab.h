/*
 * symtab.h - what an object file defines for others to use.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef LIB_SYMTAB_H
#define LIB_SYMTAB_H

#include "base/err.h"
#include "base/str.h"

enum symtab_kind {
	SYMTAB_STRONG, /* there may be one in a link: two that are taken are an error */
	SYMTAB_WEAK,   /* gives way; also GNU's unique ones */
	SYMTAB_COMMON, /* space that several may ask for */
	SYMTAB_COMDAT, /* in a group of which a link keeps one: C++ inline functions */
};

/* Each global symbol that a relocatable file defines, hidden ones too: within one link
 * visibility changes nothing. ERR_CHECK: what is wrong with the file. */
typedef void symtab_each(void *ctx, struct str name, enum symtab_kind kind);
MUST_USE int symtab_walk(
    struct arena *a, struct str object, symtab_each *each, void *ctx, struct err *e);

#endif
