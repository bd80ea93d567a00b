/* base.h - words that every module uses. SPDX-License-Identifier: ISC */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A caller who drops the result of a function that can fail gets a warning. */
#define MUST_USE     __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define NORETURN     __attribute__((noreturn))
#define CLEANUP(fn)  __attribute__((cleanup(fn)))
#define COUNT_OF(a)  (sizeof(a) / sizeof((a)[0]))

#define KILN_VERSION "0.1.0"

#endif
