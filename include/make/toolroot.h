/*
 * toolroot.h - the read-only root of a sandbox: the declared tools and nothing else.
 *
 * A toolroot is a folder out/tools/<id>/ that holds copies (hard links into one
 * pool, out/tools/.pool/<sha256>) of each tool's programs, the shared libraries
 * they load (found in the ELF files, never by running ldd), the loader, and the
 * data they read, at the paths where the machine has them.  So nothing of the
 * host that was not declared can be found: no header, library, .pc, .cmake or
 * .m4 file.  Called names stand in /usr/bin as links; /bin, /lib, /lib64 are links
 * into usr.  The id is a digest of what is in it.
 *
 * The identity of a tool is what enters keys: SHA-256 of all files it names when it is
 * by_bytes (compiler, linker, their own libraries and headers; not what these load of the
 * machine: a repaired C library would have everything built again for nothing), else its name and the version the
 * machine's package manager states, or the first line of `PROGRAM --version`
 * where there is none.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_TOOLROOT_H
#define MAKE_TOOLROOT_H

#include "base/map.h"
#include "recipe/package.h"

/* "make 4.3-4.1", "clang sha256:..."; in run. ERR_MACHINE names what is missing and
 * the package that brings it. Cached in out/tools/identity by stat of every file. */
MUST_USE int tool_identity(
    struct arena *run, int out_dir, const struct tool *t, struct str *out, struct err *e);

/* The absolute path of a root with these tools (sorted by name), made if need be. */
MUST_USE int toolroot_get(struct arena *run, int out_dir, const struct tool *const *tool, int ntool,
    char **path, struct err *e);

/* Which of the tool's programs and data the machine lacks; none: n is 0. No error. */
void tool_missing(struct arena *a, const struct tool *t, struct str **path, int *n);

/* Are all of them there? ERR_MACHINE names for each tool what is missing, and the one
 * command that brings all of it. */
MUST_USE int tools_check(const struct tool *const *tool, int ntool, struct err *e);

/* Add the names of the packages that bring it to a list; each stands there once. */
void tool_packages(struct map *list, const struct tool *t);

#endif
