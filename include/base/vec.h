/*
 * vec.h - a growing array of any type, in an arena.
 *
 *	VEC(struct need) needs = { 0 };
 *	VEC_ADD(run, &needs, (struct need){ .name = name });
 *	for (int i = 0; i < needs.n; i++) use(&needs.v[i]);
 *
 * Growing copies: pointers into v do not survive VEC_ADD.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *v;                                                                           \
		int n, cap;                                                                        \
	}

#define VEC_ADD(a, vec, ...)                                                                       \
	do {                                                                                       \
		(vec)->v = vec_room((a), (vec)->v, (vec)->n, &(vec)->cap, sizeof(*(vec)->v));      \
		(vec)->v[(vec)->n++] = __VA_ARGS__;                                                \
	} while (0)

/* Room for one more: v itself, or a larger copy of it. */
void *vec_room(struct arena *a, void *v, int n, int *cap, size_t each_bytes);

#endif
