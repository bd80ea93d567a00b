/*
 * conf.h - what the compiler driver is told about the package it works for.
 *
 * kiln writes it, as /etc/kiln-cc.conf of the sandbox; the driver reads it.  Lines
 * of "key value", the value reaching to the end of the line:
 *
 *	kiln-cc 1                                  first line
 *	triple armv7-linux-musleabihf
 *	emulation armelf_linux_eabi                what the linker calls the target
 *	llvm /usr/lib/llvm-19/bin                  clang, ld.lld, llvm-ar, ... stand here
 *	resource /usr/lib/llvm-19/lib/clang/19     the compiler's own headers
 *	sysroot /sysroot
 *	maps /maps                                 link maps and records go here, by build-id
 *	slot /run/kiln/slot
 *	mode normal                                or bare: no crt, no libraries
 *	pie always                                 or may-not: -no-pie is allowed
 *	arch -march=armv7-a                        a flag of every compile and link; repeated
 *	prefix /build=.                            path written down as another; repeated
 *
 * What the sysroot's packages promise, below the sysroot:
 *
 *	usr/lib/{crt1,rcrt1,crti,crtn}.o, libc.a       from musl
 *	usr/lib/kiln/libclang_rt.builtins.a            from compiler-rt
 *	usr/lib/kiln/clang_rt.crtbegin.o, clang_rt.crtend.o
 *	usr/lib/libatomic.a                            empty; builtins holds its functions
 *	usr/include/c++/v1/, usr/lib/libc++.a, libc++abi.a, libunwind.a   from libcxx
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef DRIVER_CONF_H
#define DRIVER_CONF_H

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "driver/name.h"
#include "recipe/package.h"

#define DRIVER_CONF_PATH       "/etc/kiln-cc.conf"
/* The same for build-cc and its kin, and where the build machine's sysroot stands. */
#define DRIVER_BUILD_CONF_PATH "/etc/kiln-build-cc.conf"
#define DRIVER_BUILD_SYSROOT   "/kiln/sysroot"
#define DRIVER_RUNTIME         "usr/lib/kiln" /* below the sysroot */

struct driver_conf {
	const char *triple, *emulation, *llvm, *resource, *sysroot;
	const char *maps, *slot; /* "" for none */
	bool is_bare, may_no_pie;
	VEC(const char *) arch;
	VEC(const char *) prefix;
};

void driver_conf_print(struct buf *out, const struct driver_conf *c);

/* The views it keeps are copied into a. ERR_MACHINE names the line. */
MUST_USE int driver_conf_parse(
    struct arena *a, struct str text, struct driver_conf *out, struct err *e);

/* The text for a package: bare when it is part of a sysroot; -no-pie is allowed when its
 * recipe says `set NO_PIE allowed`. */
const char *driver_conf_text(struct arena *a, const struct package *p);

/* The text for programs of the build machine, whose target t is. */
const char *driver_build_conf_text(struct arena *a, const struct target *t);

#endif
