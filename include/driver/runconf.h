/*
 * runconf.h - what `run` is told about programs of another machine.
 *
 * /etc/kiln-run.conf of a test's sandbox, there only when programs are emulated:
 *
 *	kiln-run 1
 *	machine 40        e_machine of the programs
 *	bits 32
 *	arg -cpu          one argument of the emulator; repeated
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef DRIVER_RUNCONF_H
#define DRIVER_RUNCONF_H

#include "base/vec.h"
#include "recipe/package.h"

#define RUN_CONF_PATH "/etc/kiln-run.conf"
#define RUN_ROOT      "/target"
#define RUN_EMULATOR  "/.emulator" /* below RUN_ROOT */

/* What the words of a test leave for kiln, below /run/kiln. */
#define RUN_COUNT "runs" /* one byte for each program started */
#define RUN_SKIP  "skip" /* the reason */

struct runconf {
	uint64_t machine, bits;
	VEC(const char *) arg; /* of the emulator */
};

/* Text for a target that is emulated; and back. */
const char *runconf_text(struct arena *a, const struct target *t);
MUST_USE int runconf_parse(struct arena *a, struct str text, struct runconf *out, struct err *e);

/* What is registered with binfmt_misc so that such programs start under the emulator:
 * ":kiln:M::magic:mask:path:flags". */
const char *runconf_binfmt(struct arena *a, const struct runconf *c);

#endif
