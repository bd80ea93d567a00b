/*
 * command.h - the command line that is really run: what is asked for, made whole.
 *
 * clang is told everything it would otherwise look for on the machine: target,
 * sysroot, headers, linker, start files, libraries.  A program is linked as
 *
 *	rcrt1.o crti.o clang_rt.crtbegin.o WORDS... --start-group -lc builtins --end-group
 *	clang_rt.crtend.o crtn.o
 *
 * with -lc++ -lc++abi -lunwind in front of the group for C++.  All functions are pure:
 * argv out, NULL-ended, in a.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef DRIVER_COMMAND_H
#define DRIVER_COMMAND_H

#include "driver/args.h"
#include "driver/conf.h"

/* Set for clang: languages that it does not know it gives to TRIPLE-gcc, which is us. */
#define COMMAND_WITHIN "KILN_CC_WITHIN"

/* files: what the linker is to write; NULL: nothing. */
const char *const *command_compiler(struct arena *a, const struct driver_conf *c,
    const struct name *name, const struct cc_args *args, const struct link_files *files);
const char *const *command_linker(struct arena *a, const struct driver_conf *c,
    const struct cc_args *args, const struct link_files *files);

/* argv without the program's name. */
const char *const *command_archiver(
    struct arena *a, const struct driver_conf *c, const char *const *argv);
const char *const *command_tool(
    struct arena *a, const struct driver_conf *c, const char *tool, const char *const *argv);
const char *const *command_pkg_config(struct arena *a, const char *const *argv);

/* What the compiler is asked about itself and the driver knows better: the file that
 * -print-libgcc-file-name names, and programs that are the driver's, with what stands before
 * their names. NULL: ask it. */
const char *command_answer(
    struct arena *a, const struct driver_conf *c, const char *before, const char *question);

/* The language that clang asks for, the word behind its -x; "its language" when it says
 * none. */
const char *command_language(const char *const *argv);

/* Variables that would steer the programs, to be unset (value NULL) or set. */
struct command_variable {
	const char *name, *value;
};
const struct command_variable *command_environment(
    struct arena *a, const struct driver_conf *c, enum name_kind kind, int *n);

#endif
