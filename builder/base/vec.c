/* SPDX-License-Identifier: ISC */
#include "base/vec.h"

#include <string.h>

enum { FIRST_CAP = 8 };

void *
vec_room(struct arena *a, void *v, int n, int *cap, size_t each_bytes)
{
	if (n < *cap)
		return v;
	*cap = *cap == 0 ? FIRST_CAP : *cap * 2;
	void *larger = arena_alloc_array(a, (size_t)*cap, each_bytes);
	if (n != 0)
		memcpy(larger, v, (size_t)n * each_bytes);
	return larger;
}
