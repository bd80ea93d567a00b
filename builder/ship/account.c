/* SPDX-License-Identifier: ISC */
#include "ship/account.h"

#include <stdlib.h>

#include "base/map.h"
#include "make/linkmap.h"

struct maker {
	struct arena *a;
	struct record record;
	struct map real;   /* input's path to its number */
	struct map object; /* path to its row */
	const struct linked_owner *of;
	struct account *out;
};

/* The linker's own sections have no file. */
static bool
is_linkers(struct str file)
{
	return str_is(file, "<internal>");
}

static struct account_object
new_object(struct maker *m, struct str path)
{
	struct account_object o = { .owner = ACCOUNT_LINKER, .file = path, .member = STR("") };

	if (is_linkers(path))
		return o;
	if (!record_split(path, &o.file, &o.member)) {
		o.file = path;
		o.member = STR("");
	}
	int i = map_get(&m->real, o.file);
	if (i != -1)
		o.file = m->record.input.v[i].real;
	o.owner = m->of->owner(m->of->ctx, o.file);
	return o;
}

static void
add_row(void *ctx, const struct linkmap_row *row)
{
	struct maker *m = ctx;

	if (row->place == LINKMAP_NOT_LOADED || row->size_bytes == 0)
		return;
	struct str path =
	    is_linkers(row->file) ? row->file : record_path(m->a, m->record.folder, row->file);
	int i = map_get(&m->object, path);
	if (i == -1) {
		i = m->out->object.n;
		map_put(&m->object, path, i);
		VEC_ADD(m->a, &m->out->object, new_object(m, path));
	}
	if (row->place == LINKMAP_MEMORY)
		m->out->object.v[i].memory_bytes += row->size_bytes;
	else
		m->out->object.v[i].file_bytes += row->size_bytes;
}

static int
by_size(uint64_t a, uint64_t b)
{
	return a > b ? -1 : a < b;
}

static int
compare_objects(const void *one, const void *two)
{
	const struct account_object *a = one, *b = two;
	int c = by_size(a->file_bytes, b->file_bytes);

	if (c == 0)
		c = by_size(a->memory_bytes, b->memory_bytes);
	if (c == 0)
		c = str_cmp(a->file, b->file);
	return c != 0 ? c : str_cmp(a->member, b->member);
}

static int
compare_shares(const void *one, const void *two)
{
	const struct account_share *a = one, *b = two;
	bool a_last = a->owner == ACCOUNT_LINKER, b_last = b->owner == ACCOUNT_LINKER;

	if (a_last != b_last)
		return a_last ? 1 : -1;
	int c = by_size(a->file_bytes, b->file_bytes);
	if (c == 0)
		c = by_size(a->memory_bytes, b->memory_bytes);
	return c != 0 ? c : (a->owner > b->owner) - (a->owner < b->owner);
}

static void
add_share(struct arena *a, struct account *out, const struct account_object *o)
{
	int i = 0;

	while (i < out->share.n && out->share.v[i].owner != o->owner)
		i++;
	if (i == out->share.n)
		VEC_ADD(a, &out->share, (struct account_share){ .owner = o->owner });
	out->share.v[i].nobject++;
	out->share.v[i].file_bytes += o->file_bytes;
	out->share.v[i].memory_bytes += o->memory_bytes;
	out->file_bytes += o->file_bytes;
}

static void
sort(void *v, int n, size_t each_bytes, int (*compare)(const void *, const void *))
{
	if (n > 1)
		qsort(v, (size_t)n, each_bytes, compare);
}

int
account_make(struct arena *a, struct str record, struct str map, const struct linked_owner *of,
    struct account *out, struct err *e)
{
	struct maker m = { .a = a, .real = { .a = a }, .object = { .a = a }, .of = of, .out = out };

	*out = (struct account){ 0 };
	if (record_parse(a, record, &m.record, e) == -1)
		return -1;
	for (int i = 0; i < m.record.input.n; i++)
		map_put(&m.real, m.record.input.v[i].path, i);
	linkmap_walk(map, add_row, &m);
	sort(out->object.v, out->object.n, sizeof(*out->object.v), compare_objects);
	for (int i = 0; i < out->object.n; i++)
		add_share(a, out, &out->object.v[i]);
	sort(out->share.v, out->share.n, sizeof(*out->share.v), compare_shares);
	return 0;
}

struct account_share
account_share_of(const struct account *c, int owner)
{
	for (int i = 0; i < c->share.n; i++)
		if (c->share.v[i].owner == owner)
			return c->share.v[i];
	return (struct account_share){ .owner = owner };
}
