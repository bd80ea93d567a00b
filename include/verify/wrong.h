/*
 * wrong.h - what is wrong, in one sentence, said when it is found.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef VERIFY_WRONG_H
#define VERIFY_WRONG_H

/* Behind the program's name on standard error. Always -1. */
int wrong(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
