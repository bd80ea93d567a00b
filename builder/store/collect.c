/* SPDX-License-Identifier: ISC */
#include "base/map.h"
#include "store/shelf.h"
#include "store/store.h"
#include "sys/fs.h"

static int
add_size(void *ctx, const struct fs_entry *entry, struct err *e)
{
	uint64_t *total = ctx;

	(void)e;
	if (!S_ISDIR(entry->st.st_mode))
		*total += (uint64_t)entry->st.st_size;
	return 0;
}

/* By its files and not by its manifest: a damaged one goes, too. */
static int
collect_object(
    struct store *s, const struct digest *object, bool dry, uint64_t *freed_bytes, struct err *e)
{
	struct arena a = { 0 };
	uint64_t size_bytes = 0;
	int result = fs_walk(&a, s->dir, shelf_name(&a, object), add_size, &size_bytes, e);

	if (result == 0 && !dry)
		result = shelf_remove(s, object, e);
	if (result == 0)
		*freed_bytes += size_bytes;
	arena_free(&a);
	return result;
}

static bool
is_on_shelf(const struct store *s, const struct digest *object)
{
	struct arena a = { 0 };
	bool is_there = fs_exists(s->dir, shelf_name(&a, object));

	arena_free(&a);
	return is_there;
}

struct garbage {
	struct map keep;
	struct digest *object;
	int n;
};

static int
collect_all(struct store *s, int use, const struct garbage *g, bool dry, uint64_t *freed_bytes,
    struct err *e)
{
	int nremoved = 0;

	for (int i = 0; i < g->n; i++) {
		const struct digest *object = &g->object[i];
		struct str name = { (const char *)object->byte, DIGEST_BYTES };
		if (map_get(&g->keep, name) != -1 || !shelf_seize(use, object))
			continue;
		/* Another collection may have been here between list and lock. */
		bool is_there = is_on_shelf(s, object);
		int result = is_there ? collect_object(s, object, dry, freed_bytes, e) : 0;
		shelf_release(use, object);
		if (result == -1)
			return -1;
		nremoved += is_there;
	}
	return nremoved;
}

int
store_collect(struct store *s, const struct digest *keep, int nkeep, bool dry,
    uint64_t *freed_bytes, int *nremoved, struct err *e)
{
	struct arena a = { 0 };
	struct garbage g = { .keep = { .a = &a } };
	CLEANUP(fs_close) int use = shelf_open_use(s, e);
	int result = use;

	*freed_bytes = 0;
	*nremoved = 0;
	for (int i = 0; i < nkeep; i++)
		map_put(&g.keep, (struct str){ (const char *)keep[i].byte, DIGEST_BYTES }, i);
	if (result != -1)
		result = shelf_list(s, &a, &g.object, &g.n, e);
	if (result != -1)
		result = collect_all(s, use, &g, dry, freed_bytes, e);
	arena_free(&a);
	if (result == -1)
		return err_wrap(e, "collect garbage in the store");
	*nremoved = result;
	return 0;
}
