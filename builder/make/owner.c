/* SPDX-License-Identifier: ISC */
#include "make/owner.h"

#include <fcntl.h>

#include "sys/fs.h"

int
owners_find(struct owners *o, struct str path)
{
	int i = map_get(&o->seen, path);

	if (i != -1)
		return i - 1;
	for (i = 0; i < o->n; i++) {
		const char *below = origin_below(o->a, &o->origin[i], path);
		if (below != NULL &&
		    fs_exists(AT_FDCWD, arena_printf(o->a, "%s/%s", o->origin[i].folder, below)))
			break;
	}
	i = i == o->n ? -1 : i;
	map_put(&o->seen, path, i + 1);
	return i;
}

static int
find(void *ctx, struct str path)
{
	return owners_find(ctx, path);
}

struct linked_owner
owners_of_links(struct owners *o)
{
	return (struct linked_owner){ find, o };
}
