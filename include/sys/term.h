/* term.h - the terminal behind a descriptor. SPDX-License-Identifier: ISC */
#ifndef SYS_TERM_H
#define SYS_TERM_H

#include "base/base.h"

bool term_is(int fd);

/* Can it move the cursor? Says TERM; a terminal nobody described cannot. */
bool term_is_dumb(void);

/* Its size now; false when it does not say. One ioctl: asking before each picture is
 * cheaper than catching SIGWINCH, and cannot miss one. */
bool term_size(int fd, int *columns, int *rows);

#endif
