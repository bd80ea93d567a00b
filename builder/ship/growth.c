/* SPDX-License-Identifier: ISC */
#include "ship/growth.h"

#include <stdlib.h>

int
growth_check(const struct json_value *bill, struct err *e)
{
	if (str_is(json_text(bill, "schema"), "kiln/bundle/1"))
		return 0;
	return err_set(e, ERR_CHECK,
	    "it does not tell what is in a bundle: its schema is not "
	    "kiln/bundle/1");
}

uint64_t
growth_bytes(const struct json_value *bill, struct str package)
{
	const struct json_value *files = json_get(bill, "files");
	uint64_t sum = 0;

	for (const struct json_value *f = files == NULL ? NULL : files->child; f != NULL;
	     f = f->next)
		if (str_eq(json_text(f, "package"), package))
			sum += json_number(f, "size");
	return sum;
}

static struct growth *
row_of(struct arena *a, struct growth_list *v, struct str package)
{
	for (int i = 0; i < v->n; i++)
		if (str_eq(v->v[i].package, package))
			return &v->v[i];
	VEC_ADD(a, v, (struct growth){ .package = package });
	return &v->v[v->n - 1];
}

static int64_t
more(const struct growth *g)
{
	return (int64_t)g->now_bytes - (int64_t)g->before_bytes;
}

static int
compare(const void *one, const void *two)
{
	const struct growth *a = one, *b = two;

	if (more(a) != more(b))
		return more(a) > more(b) ? -1 : 1;
	if (a->now_bytes != b->now_bytes)
		return a->now_bytes > b->now_bytes ? -1 : 1;
	return str_cmp(a->package, b->package);
}

void
growth_make(struct arena *a, const struct json_value *before, const struct json_value *now,
    struct growth_list *out)
{
	const struct json_value *const bill[] = { before, now };

	*out = (struct growth_list){ 0 };
	for (int k = 0; k < 2; k++) {
		const struct json_value *files = json_get(bill[k], "files");
		for (const struct json_value *f = files == NULL ? NULL : files->child; f != NULL;
		     f = f->next) {
			struct growth *row = row_of(a, out, json_text(f, "package"));
			*(k == 0 ? &row->before_bytes : &row->now_bytes) += json_number(f, "size");
		}
	}
	if (out->n > 1)
		qsort(out->v, (size_t)out->n, sizeof(*out->v), compare);
}
