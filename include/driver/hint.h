/*
 * hint.h - what a linker complains about, and what a recipe can do about it.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef DRIVER_HINT_H
#define DRIVER_HINT_H

#include "base/base.h"

#define HINT_NEED_CXX "there is no C++ library: the recipe has to say `need sysroot-c++`"

struct hint {
	char line[256]; /* the start of the line that is being read */
	size_t n;
	const char *sentence; /* for the first complaint that is known; NULL: none was */
};

/* Output of the linker, as it comes. The caller zeroes the struct before the first. */
void hint_read(struct hint *h, const char *bytes, size_t n);

#endif
