/* SPDX-License-Identifier: ISC */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024, ALIGN = 16 };

struct arena_block {
	struct arena_block *before;
	size_t used, cap;
};

enum { HEADER_BYTES = (sizeof(struct arena_block) + ALIGN - 1) / ALIGN * ALIGN };

static NORETURN void
out_of_memory(size_t n_bytes)
{
	fprintf(stderr, "kiln: out of memory: %zu bytes wanted\n", n_bytes);
	exit(7);
}

static struct arena_block *
block_make(struct arena *a, size_t need)
{
	size_t cap = need > BLOCK_BYTES ? need : BLOCK_BYTES;
	struct arena_block *b = calloc(1, HEADER_BYTES + cap);

	if (b == NULL)
		out_of_memory(cap);
	b->before = a->last;
	b->cap = cap;
	a->last = b;
	return b;
}

void *
arena_alloc(struct arena *a, size_t n_bytes)
{
	struct arena_block *b = a->last;
	size_t need;

	if (n_bytes > SIZE_MAX / 2)
		out_of_memory(n_bytes);
	need = (n_bytes + ALIGN - 1) / ALIGN * ALIGN;
	if (b == NULL || b->cap - b->used < need)
		b = block_make(a, need);
	void *p = (char *)b + HEADER_BYTES + b->used;
	b->used += need;
	return p;
}

void *
arena_alloc_array(struct arena *a, size_t n, size_t each_bytes)
{
	if (n > SIZE_MAX / 2 / each_bytes)
		out_of_memory(SIZE_MAX);
	return arena_alloc(a, n * each_bytes);
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	char *p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

void
arena_free(struct arena *a)
{
	while (a->last != NULL) {
		struct arena_block *b = a->last;
		a->last = b->before;
		free(b);
	}
}
