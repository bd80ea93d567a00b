/*
 * pcfile.h - pkg-config files without the places of the build.
 *
 * The prefix stays /usr: whoever reads the file says which sysroot it is below.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_PCFILE_H
#define MAKE_PCFILE_H

#include "base/arena.h"
#include "base/str.h"

/* The text with every word that names a place of the sandbox, or the prefix again, put right:
 *	-I/sysroot/usr/include, -L/sysroot/usr/lib       gone, searched anyway
 *	-L/build/..., -I/out/../build, /build/libx.a     gone, nobody has it
 *	/sysroot/usr/lib/libz.a                          -lz
 *	prefix=/out/usr, -I/sysroot/usr/include/x        without that start
 *	exec_prefix=/usr, libdir=/usr/lib                ${prefix}, ${prefix}/lib
 * Blanks between words that stay are kept. In a. */
struct str pcfile_relocate(struct arena *a, struct str text);

#endif
