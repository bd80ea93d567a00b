/*
 * verify.h - verify.sh, which goes into the folder of every bundle: builder/ship/verify.sh,
 * byte by byte.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef SHIP_VERIFY_H
#define SHIP_VERIFY_H

#include "base/str.h"

#define VERIFY_NAME "verify.sh"

struct str verify_text(void);

#endif
