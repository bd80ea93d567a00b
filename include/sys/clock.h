/* clock.h - time that only goes forward, and the time of day. SPDX-License-Identifier: ISC */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stdint.h>

int64_t clock_ms(void);   /* monotonic */
int64_t clock_unix(void); /* seconds since 1970 */

/* Nanoseconds since 1970, as coarse as the times of files are. */
int64_t clock_unix_ns(void);

/* Processor time of all children that have ended and were waited for, and of theirs. */
int64_t clock_children_cpu_ms(void);

/* Every mtime in an object and in a stage: 1980-01-01, the earliest that zip,
 * FAT and everything else can say. Seconds since 1970. */
enum { CLOCK_FIXED_MTIME = 315532800 };

#endif
