/*
 * sbom.h - a software bill of materials of a bundle for one target: CycloneDX 1.6, as JSON.
 *
 * Components are the packages that have bytes in it (ship/inventory.h) and its programs, each
 * program depending on what is linked into it; modules and the library of Go are those that a
 * program names (lib/gobuild.h).  Of any other program that kiln's driver did not link, the
 * document says that what it depends on is not known.  Nothing of the machine and its clock is
 * in it: the serial number is made of the digest of the files.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_SBOM_H
#define SHIP_SBOM_H

#include "ship/bill.h"

void sbom_print(struct buf *out, const struct bill *b);

#endif
