/* SPDX-License-Identifier: ISC */
#include "make/origin.h"

#include <fcntl.h>

#include "sys/fs.h"

const char *
origin_below(struct arena *a, const struct origin *o, struct str path)
{
	struct str inside = str_of(o->inside);

	if (!str_starts(path, inside) || path.n <= inside.n + 1 || path.p[inside.n] != '/')
		return NULL;
	return str_z(a, str_skip(path, inside.n + 1));
}

const struct origin *
origin_open(struct origins o, struct str path, struct mapping *m)
{
	CLEANUP(arena_free) struct arena tmp = { 0 };

	for (int i = 0; i < o.n; i++) {
		struct err ignored = { 0 };
		const char *below = origin_below(&tmp, &o.v[i], path);
		if (below == NULL)
			continue;
		CLEANUP(fs_close) int dir = fs_open_dir(AT_FDCWD, o.v[i].folder, &ignored);
		if (dir != -1 && mapping_open_beneath(dir, below, m, &ignored) == 0)
			return o.v + i;
	}
	return NULL;
}
