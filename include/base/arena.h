/*
 * arena.h - memory with one owner and one end.
 *
 * A function that returns memory takes the arena it comes from: the signature
 * shows the lifetime.  `run` lives as long as the program, `tmp` until the
 * function that marked it resets it.  This is the only place that ends the
 * program, out of memory.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

struct arena {
	struct arena_block *last;
};

/* n bytes of zeros, aligned for any object; never NULL. */
void *arena_alloc(struct arena *a, size_t n_bytes);

/* Room for n objects of a type, zeroed. */
#define ARENA_NEW(a, type, n) ((type *)arena_alloc_array((a), (n), sizeof(type)))
void *arena_alloc_array(struct arena *a, size_t n, size_t each_bytes);

/* A NUL-terminated text in the arena. */
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

/* Give everything back. The arena is empty and usable again. */
void arena_free(struct arena *a);

#endif
