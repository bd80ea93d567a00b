/* SPDX-License-Identifier: ISC */
#include "recipe/merge.h"

#include <stdlib.h>

#include "base/vec.h"

/* Tools that every package has. */
static const struct str always[] = { { "base", 4 }, { "clang", 5 } };

bool
merge_has_always(struct str tool)
{
	for (size_t i = 0; i < COUNT_OF(always); i++)
		if (str_eq(always[i], tool))
			return true;
	return false;
}

static int
by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void
merge_tools(struct arena *run, struct package *p, const struct style *style)
{
	int nstyle = style == NULL ? 0 : style->ntool, n = 0, kept = 0;
	struct str *all = ARENA_NEW(run, struct str, (int)COUNT_OF(always) + nstyle + p->ntool);

	for (size_t i = 0; i < COUNT_OF(always); i++)
		all[n++] = always[i];
	for (int i = 0; i < nstyle; i++)
		all[n++] = style->tool[i];
	for (int i = 0; i < p->ntool; i++)
		all[n++] = p->tool[i];
	qsort(all, (size_t)n, sizeof(*all), by_name);
	for (int i = 0; i < n; i++)
		if (kept == 0 || !str_eq(all[kept - 1], all[i]))
			all[kept++] = all[i];
	p->tool = all;
	p->ntool = kept;
}

/* Insert by name; one of that name is replaced. */
static int
put_setting(struct setting *all, int n, struct setting s)
{
	int at = n;

	while (at > 0 && str_cmp(s.name, all[at - 1].name) < 0)
		at--;
	if (at > 0 && str_eq(s.name, all[at - 1].name)) {
		all[at - 1] = s;
		return n;
	}
	for (int i = n; i > at; i--)
		all[i] = all[i - 1];
	all[at] = s;
	return n + 1;
}

static void
merge_settings(struct arena *run, struct package *p, const struct style *style)
{
	const struct target *t = p->target;
	int nstyle = style == NULL ? 0 : style->nsetting, n = 0;
	struct setting *all = ARENA_NEW(run, struct setting, t->nsetting + nstyle + p->nsetting);

	for (int i = 0; i < t->nsetting; i++)
		n = put_setting(all, n, t->setting[i]);
	for (int i = 0; i < nstyle; i++)
		n = put_setting(all, n, style->setting[i]);
	for (int i = 0; i < p->nsetting; i++)
		n = put_setting(all, n, p->setting[i]);
	p->setting = all;
	p->nsetting = n;
}

static int
put_need(struct need *all, int n, struct need need)
{
	for (int i = 0; i < n; i++)
		if (all[i].kind == need.kind && str_eq(all[i].name, need.name))
			return n;
	all[n] = need;
	return n + 1;
}

static void
merge_needs(struct arena *run, struct package *p, const struct style *style)
{
	int nsysroot = p->is_sysroot ? 0 : p->target->nsysroot, n = 0;
	int nstyle = style == NULL ? 0 : style->nneed;
	struct need *all = ARENA_NEW(run, struct need, nsysroot + nstyle + p->nneed);

	for (int i = 0; i < nsysroot; i++)
		n = put_need(all, n, (struct need){ p->target->sysroot[i], NEED_LINK, p->at });
	for (int i = 0; i < nstyle; i++)
		n = put_need(all, n, style->need[i]);
	for (int i = 0; i < p->nneed; i++)
		n = put_need(all, n, p->need[i]);
	p->need = all;
	p->nneed = n;
}

void
merge(struct arena *run, struct package *p, const struct style *style)
{
	merge_tools(run, p, style);
	merge_settings(run, p, style);
	merge_needs(run, p, style);
	for (int i = 0; style != NULL && i < PHASE_COUNT; i++)
		if (p->phase[i].text.n == 0)
			p->phase[i] = style->phase[i];
}
