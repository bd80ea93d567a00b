/* SPDX-License-Identifier: ISC */
#include "make/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/vec.h"

/* Of one kind in one archive; a thousand members compiled wrongly are one fault. */
enum { SHOWN_PER_ARCHIVE = 3, DETAIL_MAX = 1024 };

static struct str
without_class(struct str path)
{
	struct str rest = path, class;

	return str_cut(&rest, '/', &class) ? rest : path;
}

static bool
matches(struct str pattern, struct str path)
{
	if (pattern.n == 0 || str_fits(path, pattern))
		return true;
	return str_starts(path, pattern) && path.p[pattern.n] == '(';
}

static bool
is_waived_by(const struct waiver *w, const struct rule *rule, struct str path)
{
	return rule->waive_path != NULL && str_is(w->rule, rule->id) &&
	       (matches(w->path, path) || matches(w->path, without_class(path)));
}

/* Every waiver that fits is used, the first one's reason is kept. */
static struct str
waived(struct findings *f, const struct rule *rule, struct str path)
{
	struct str reason = { 0 };

	for (int i = 0; i < f->package->nwaiver; i++) {
		const struct waiver *w = &f->package->waiver[i];
		if (!is_waived_by(w, rule, path))
			continue;
		if (f->is_used == NULL)
			f->is_used = ARENA_NEW(f->a, bool, f->package->nwaiver);
		f->is_used[i] = true;
		if (reason.n == 0)
			reason = w->reason;
	}
	return reason;
}

/* A copy without anything that could steer a terminal or look like another line. */
static struct str
one_line(struct arena *a, struct str s)
{
	char *z = str_z(a, str_clean(a, s));

	for (size_t i = 0; i < s.n; i++)
		if (z[i] == '\n' || z[i] == '\t')
			z[i] = ' ';
	return (struct str){ z, s.n };
}

void
findings_add(struct findings *f, enum rule_id rule, struct place at, const char *fmt, ...)
{
	struct finding new = { .rule = rule_row(rule) };
	char text[DETAIL_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	new.detail = one_line(f->a, str_of(text));
	new.path = at.path;
	if (at.member.n != 0)
		new.path =
		    str_printf(f->a, STR_FMT "(" STR_FMT ")", STR_ARG(at.path), STR_ARG(at.member));
	new.path = one_line(f->a, new.path);
	new.waived = waived(f, new.rule, new.path);
	VEC_ADD(f->a, f, new);
}

static void
judge_waivers(struct findings *f)
{
	struct place recipe = { .path = STR("recipe") };

	for (int i = 0; i < f->package->nwaiver; i++) {
		const struct waiver *w = &f->package->waiver[i];
		if (rule_find(w->rule) == -1)
			findings_add(f, RULE_WAIVER_UNKNOWN, recipe,
			    "waive " STR_FMT ": no rule has this name", STR_ARG(w->rule));
		else if (f->is_used == NULL || !f->is_used[i])
			findings_add(f, RULE_WAIVER_UNUSED, recipe,
			    "waive " STR_FMT "%s" STR_FMT ": nothing to waive", STR_ARG(w->rule),
			    w->path.n == 0 ? "" : " ", STR_ARG(w->path));
	}
}

/* The archive's part of a member's path. */
static struct str
archive_of(struct str path)
{
	struct str rest = path, file;

	return str_ends(path, STR(")")) && str_cut(&rest, '(', &file) ? file : path;
}

static int
by_path(const void *pa, const void *pb)
{
	const struct finding *a = pa, *b = pb;
	int c = str_cmp(archive_of(a->path), archive_of(b->path));

	if (c == 0 && a->rule != b->rule)
		c = a->rule < b->rule ? -1 : 1;
	if (c == 0)
		c = str_cmp(a->path, b->path);
	return c != 0 ? c : str_cmp(a->detail, b->detail);
}

void
findings_end(struct findings *f)
{
	judge_waivers(f);
	if (f->n != 0)
		qsort(f->v, (size_t)f->n, sizeof(*f->v), by_path);
}

void
finding_print(struct buf *out, const struct finding *f)
{
	buf_printf(out, "%s: " STR_FMT ": " STR_FMT "\n", f->rule->id, STR_ARG(f->path),
	    STR_ARG(f->detail));
	if (f->waived.n != 0)
		buf_printf(out, "\twaived: " STR_FMT "\n", STR_ARG(f->waived));
	else
		buf_printf(out, "\t%s; see kiln explain %s\n", f->rule->summary, f->rule->id);
}

static bool
is_same_kind(const struct finding *a, const struct finding *b)
{
	return a->rule == b->rule && str_eq(a->waived, b->waived) &&
	       str_eq(archive_of(a->path), archive_of(b->path));
}

void
findings_print(struct buf *out, const struct finding *v, int n)
{
	int same = 0;

	for (int i = 0; i < n; i++) {
		same = i != 0 && is_same_kind(&v[i - 1], &v[i]) ? same + 1 : 0;
		if (same < SHOWN_PER_ARCHIVE)
			finding_print(out, &v[i]);
		else if (i + 1 == n || !is_same_kind(&v[i], &v[i + 1]))
			buf_printf(out, "%s: " STR_FMT ": and %d more\n", v[i].rule->id,
			    STR_ARG(archive_of(v[i].path)), same + 1 - SHOWN_PER_ARCHIVE);
	}
}
