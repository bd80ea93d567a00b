/* term.h - the terminal behind a descriptor. SPDX-License-Identifier: ISC */
#ifndef SYS_TERM_H
#define SYS_TERM_H

#include "base/err.h"
#include "base/str.h"

bool term_is(int fd);

/* Can it move the cursor? Says TERM; a terminal nobody described cannot. */
bool term_is_dumb(void);

/* Its size now; false when it does not say. One ioctl: asking before each picture is
 * cheaper than catching SIGWINCH, and cannot miss one. */
bool term_size(int fd, int *columns, int *rows);

/* Ask the terminal behind the process, whatever its descriptors are, without showing what is
 * typed. ERR_USAGE when there is none. */
MUST_USE int term_ask(struct arena *a, const char *prompt, struct str *out, struct err *e);

#endif
