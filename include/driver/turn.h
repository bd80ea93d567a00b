/*
 * turn.h - waiting for one of kiln's slots before the real work starts.
 *
 * The other side is make/slot.h: connect, wait for one byte, hold the connection for
 * as long as the slot is used.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef DRIVER_TURN_H
#define DRIVER_TURN_H

/* Wait for a slot. The descriptor that holds it is left open in this process and in
 * what it becomes or starts, so that the slot is free when the last of them is gone.
 * Where nobody hands out slots ("" or no such socket) there is nothing to wait for. */
void turn_take(const char *socket_path);

#endif
