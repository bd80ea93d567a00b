/*
 * packet.h - a struct and some descriptors over a socket of packets, between two
 * processes of one program.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef MAKE_PACKET_H
#define MAKE_PACKET_H

#include "base/base.h"

enum { PACKET_FDS_MAX = 4 };

/* Send n bytes and nfd descriptors, which stay open here. -1 with errno. */
MUST_USE int packet_send(int sock, const void *p, size_t n_bytes, const int *fd, int nfd);

/* Receive exactly n bytes; descriptors (close-on-exec) fill fd from its start, fd[] that
 * were not sent stay as they are. -1: the other side is gone or sent something else. */
MUST_USE int packet_recv(int sock, void *p, size_t n_bytes, int *fd, int nfd);

#endif
