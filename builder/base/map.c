/* SPDX-License-Identifier: ISC */
#include "base/map.h"

#include "base/vec.h"

enum { FIRST_SLOTS = 32 };

static uint32_t
hash(struct str s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h;
}

/* The slot that holds key, or the free one where it belongs. */
static uint32_t
find_slot(const struct map *m, struct str key)
{
	uint32_t i = hash(key) & (m->nslot - 1);

	while (m->slot[i] != 0 && !str_eq(m->entry[m->slot[i] - 1].key, key))
		i = (i + 1) & (m->nslot - 1);
	return i;
}

static void
grow(struct map *m)
{
	m->nslot = m->nslot == 0 ? FIRST_SLOTS : m->nslot * 2;
	m->slot = ARENA_NEW(m->a, int, m->nslot);
	for (int i = 0; i < m->n; i++)
		m->slot[find_slot(m, m->entry[i].key)] = i + 1;
}

int
map_get(const struct map *m, struct str key)
{
	if (m->nslot == 0)
		return -1;
	int at = m->slot[find_slot(m, key)];
	return at == 0 ? -1 : m->entry[at - 1].value;
}

void
map_put(struct map *m, struct str key, int value)
{
	if ((uint32_t)m->n * 2 >= m->nslot)
		grow(m);
	uint32_t i = find_slot(m, key);
	if (m->slot[i] != 0) {
		m->entry[m->slot[i] - 1].value = value;
		return;
	}
	m->entry = vec_room(m->a, m->entry, m->n, &m->cap, sizeof(*m->entry));
	m->entry[m->n++] = (struct map_entry){ key, value };
	m->slot[i] = m->n;
}
