/*
 * testrun.h - the recipe's test, run on the finished object.
 *
 * The body runs outside, in a sandbox with the base tools; each `run PROG ...` in
 * it runs PROG inside /target, a root that holds nothing but the object's bin and
 * data (and those of its needs for running), an empty /tmp and /dev/null, natively
 * or under the target's emulator.  The body itself has the compiler driver and a
 * /sysroot with the package's own dev class and its needs', so a library's test
 * compiles a program: cc -o "$TARGET_TMP/t" t.c -lz; run /tmp/t.  /target/tmp is where bodies put input for it.
 * `skip REASON` ends the test as skipped.  Where the kernel lets the namespace
 * register the emulator, programs may start programs; else `run-children PROG ...`
 * ends the test as skipped with that reason.
 *
 * A body that ended in failure is run once more with each command shown, for the log alone,
 * unless it took more than a minute.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_TESTRUN_H
#define MAKE_TESTRUN_H

#include "make/sandbox.h"

enum test_verdict { TEST_PASSED, TEST_FAILED, TEST_SKIPPED };

struct test_result {
	enum test_verdict verdict;
	int nrun;        /* `run` commands that were carried out */
	struct str text; /* why it failed or was skipped; in the arena */
	int64_t ms;
};

struct test_plan {
	const struct package *package;
	const char *const *folder; /* bin and data folders that make up /target; NULL-ended */
	const char *toolroot, *driver, *work; /* as in struct sandbox; work is emptied first */
	const char *const *driver_name, *const *sysroot, *const *env; /* the same */
	const char *driver_conf, *slot_socket;
	const char *emulator; /* absolute path of the emulator, NULL: native */
	enum sandbox_level level;
	int log;
};

MUST_USE int test_run(
    struct arena *a, const struct test_plan *t, struct test_result *out, struct err *e);

#endif
