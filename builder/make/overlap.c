/* SPDX-License-Identifier: ISC */
#include "make/overlap.h"

#include "base/vec.h"

/* The need that brings a package; the recipe itself when another need does. */
static struct loc
need_at(const struct overlap *v, struct str name)
{
	for (int i = 0; i < v->of->nneed; i++)
		if (v->of->need[i].kind == v->kind && str_eq(v->of->need[i].name, name))
			return v->of->need[i].at;
	return v->of->at;
}

int
overlap_take(struct overlap *v, const struct object *o, struct err *e)
{
	v->name = vec_room(v->a, v->name, v->n, &v->cap, sizeof(*v->name));
	v->name[v->n++] = o->name;
	for (int i = 0; i < o->nfile; i++) {
		const struct object_file *f = &o->file[i];
		if (f->class != v->class)
			continue;
		int other = map_get(&v->owner, f->path);
		if (other != -1)
			return loc_err(e, need_at(v, o->name),
			    "'" STR_FMT "' and '" STR_FMT "' both have " STR_FMT ", and '" STR_FMT
			    "' sees both: need one of them only, or let one not install it",
			    STR_ARG(v->name[other]), STR_ARG(o->name), STR_ARG(f->path),
			    STR_ARG(v->of->name));
		map_put(&v->owner, f->path, v->n - 1);
	}
	return 0;
}
