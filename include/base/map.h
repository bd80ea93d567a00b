/*
 * map.h - from a name to an index, iterated in the order of insertion.
 *
 * Open addressing, FNV-1a; keys are borrowed and must outlive the map.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"
#include "base/str.h"

struct map_entry {
	struct str key;
	int value;
};

/* Initialise with { .a = arena }. entry[0..n-1] stand in insertion order. */
struct map {
	struct arena *a;
	struct map_entry *entry;
	int n, cap;
	int *slot; /* index into entry plus one, 0 when free */
	uint32_t nslot;
};

/* The value of key, -1 when it is not there. */
int map_get(const struct map *m, struct str key);

/* Add key, or give it another value. */
void map_put(struct map *m, struct str key, int value);

#endif
