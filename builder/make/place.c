/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/vec.h"
#include "make/apt.h"
#include "make/source.h"

#define APT_FOLDER "/etc/apt"

struct places {
	struct str *v;
	int n, cap;
};

static bool
is_web(struct str url)
{
	return str_starts(url, STR("http://")) || str_starts(url, STR("https://"));
}

static void
add_below(struct arena *a, struct places *out, struct str base, struct str path)
{
	while (base.n != 0 && base.p[base.n - 1] == '/')
		base.n--;
	VEC_ADD(a, out, str_printf(a, STR_FMT "/" STR_FMT, STR_ARG(base), STR_ARG(path)));
}

/* What the user says holds alone: who names a mirror wants no other to be asked. */
static bool
add_from_env(struct arena *a, const struct mirror *m, struct str path, struct places *out)
{
	const char *value = m->env.n == 0 ? NULL : getenv(str_z(a, m->env));
	struct str rest = value == NULL ? STR("") : str_of(value), base;
	bool added = false;

	while (str_cut(&rest, ' ', &base)) {
		if (base.n == 0)
			continue;
		add_below(a, out, base, path);
		added = true;
	}
	return added;
}

static void
add_mirror(struct arena *a, const struct mirror *m, struct str path, struct places *out)
{
	struct apt_places apt = { 0 };

	if (add_from_env(a, m, path, out))
		return;
	if (m->from_apt)
		apt_places(a, APT_FOLDER, m->name, &apt);
	for (int i = 0; i < apt.n; i++)
		add_below(a, out, apt.v[i], path);
	for (int i = 0; apt.n == 0 && i < m->nurl; i++)
		add_below(a, out, m->url[i], path);
}

/* "group:path" */
static int
add_group(struct arena *a, struct tree *t, const struct source *s, struct str url,
    struct places *out, struct err *e)
{
	const struct mirror *m;
	struct str path = url, group;

	if (!str_cut(&path, ':', &group) || path.n == 0 || !str_is_name(group))
		return loc_err(
		    e, s->at, "url %.*s is neither http, https nor group:path", SHOWN(url));
	if (tree_mirror(t, group, &m, e) == -1)
		return -1;
	if (m == NULL)
		return loc_err(e, s->at, "url %.*s: no mirror " STR_FMT " in recipes/mirrors",
		    SHOWN(url), STR_ARG(group));
	add_mirror(a, m, path, out);
	return 0;
}

int
source_places(struct arena *a, struct tree *t, const struct source *s, struct str **url, int *n,
    struct err *e)
{
	struct places out = { 0 };

	for (int i = 0; i < s->nurl; i++)
		if (is_web(s->url[i]))
			VEC_ADD(a, &out, s->url[i]);
	for (int i = 0; i < s->nurl; i++)
		if (!is_web(s->url[i]) && add_group(a, t, s, s->url[i], &out, e) == -1)
			return -1;
	*url = out.v;
	*n = out.n;
	return 0;
}
