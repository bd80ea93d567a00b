/* copy.h - the files of a list, put into a stage. SPDX-License-Identifier: ISC */
#ifndef MAKE_COPY_H
#define MAKE_COPY_H

#include "lib/filelist.h"

/* Copy each file of the list, which was read below from, to its path below the stage, with
 * mode 0644 or 0755. ERR_FETCH when a file has other bytes than the list says: it changed
 * since, and what is staged goes by the list's digest. */
MUST_USE int copy_files(int from, const struct filelist *list, int stage, struct err *e);

#endif
