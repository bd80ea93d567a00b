/*
 * dpkg.h - what Debian's package manager says is installed.
 *
 * Read from its status file: deb-control(5) paragraphs, in one pass.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_DPKG_H
#define MAKE_DPKG_H

#include "base/str.h"

#define DPKG_STATUS_PATH "/var/lib/dpkg/status"

/* The version of each of n packages; empty for one that is not installed. Of several
 * architectures the first counts. Views borrow from status. */
void dpkg_versions(struct str status, const struct str *package, int n, struct str *version);

#endif
