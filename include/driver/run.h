/*
 * run.h - `run`, `run-children` and `skip`: the words of a recipe's test.
 *
 *	run PROG ARG...            PROG in /target as its root, natively or emulated
 *	run-children PROG ARG...   the same for a program that starts programs; where the kernel
 *	                           does not let it, the test is skipped with that reason
 *	skip REASON...             the test ends here, as skipped
 *
 * PROG without a slash is looked for in /usr/bin, /usr/sbin, /bin, /sbin of /target.
 * The program starts in the folder that the body is in when that is below /target,
 * else in /; it has no right, no /proc and no network.
 *
 * See runconf.h for what they are told and what they leave.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef DRIVER_RUN_H
#define DRIVER_RUN_H

/* Exit status of a body that ends as skipped. */
enum { RUN_SKIPPED = 77 };

/* argv[0] says which of the three it is. Exit status of the program; 127 when there is
 * none, RUN_SKIPPED. */
int run_main(int argc, char **argv);

#endif
