/* crc.h - CRC-32 as gzip and zip have it (ISO 3309). SPDX-License-Identifier: ISC */
#ifndef BASE_CRC_H
#define BASE_CRC_H

#include "base/str.h"

/* Finds torn and rotten bytes in our own files; it is no protection against people. */
uint32_t crc32_of(struct str bytes);

#endif
