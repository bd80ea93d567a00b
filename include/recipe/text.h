/*
 * text.h - is a file text at all?
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef RECIPE_TEXT_H
#define RECIPE_TEXT_H

#include "base/str.h"

/* How many bytes from the start are UTF-8 (RFC 3629) without control characters but the
 * tab and the newline; all of them when it is text. */
size_t text_length(struct str s);

#endif
