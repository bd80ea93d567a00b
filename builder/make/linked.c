/* SPDX-License-Identifier: ISC */
#include "make/linked.h"

#include "base/map.h"

struct finder {
	struct arena *a;
	struct record record;
	struct map real; /* input's path to its number */
	const struct linked_owner *of;
	int package;
	struct linked *out;
};

/* Who owns the file, or the archive, that a name of the linker says. */
static int
owner_of(struct finder *f, struct str name, struct str *file, struct str *member)
{
	if (!record_split(name, file, member)) {
		*file = name;
		*member = STR("");
	}
	int i = map_get(&f->real, *file);
	return f->of->owner(f->of->ctx, i == -1 ? *file : f->record.input.v[i].real);
}

static void
find_entries(struct finder *f)
{
	for (int i = 0; i < f->record.taken.n; i++) {
		const struct record_taken *t = &f->record.taken.v[i];
		struct linked_entry new = { .symbol = t->symbol, .reference = t->reference };
		struct str unused[2];
		if (owner_of(f, t->member, &new.archive, &new.member) != f->package)
			continue;
		new.reference_owner = owner_of(f, t->reference, &unused[0], &unused[1]);
		if (new.reference_owner != f->package)
			VEC_ADD(f->a, &f->out->entry, new);
	}
}

int
linked_find(struct arena *a, struct str record, int package, const struct linked_owner *of,
    struct linked *out, struct err *e)
{
	struct finder f = { .a = a, .of = of, .package = package, .out = out };

	*out = (struct linked){ 0 };
	f.real.a = a;
	if (record_parse(a, record, &f.record, e) == -1)
		return -1;
	for (int i = 0; i < f.record.input.n; i++)
		map_put(&f.real, f.record.input.v[i].path, i);
	find_entries(&f);
	return 0;
}
