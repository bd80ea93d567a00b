/* SPDX-License-Identifier: ISC */
#include "recipe/package.h"

#include "base/buf.h"

static const char *const names[PHASE_COUNT] = {
	[PHASE_FETCH] = "fetch",
	[PHASE_UNPACK] = "unpack",
	[PHASE_PATCH] = "patch",
	[PHASE_CONFIGURE] = "configure",
	[PHASE_BUILD] = "build",
	[PHASE_CHECK] = "check",
	[PHASE_INSTALL] = "install",
	[PHASE_PACKAGE] = "package",
	[PHASE_TEST] = "test",
};

const char *
phase_name(enum phase p)
{
	return names[p];
}

int
phase_find(struct str name)
{
	for (int i = 0; i < PHASE_COUNT; i++)
		if (str_is(name, names[i]))
			return i;
	return -1;
}

const char *
need_kind_name(enum need_kind k)
{
	static const char *const name[] = {
		[NEED_LINK] = "link",
		[NEED_BUILD] = "build",
		[NEED_RUN] = "run",
		[NEED_BUILD_LINK] = "build-link",
	};

	return name[k];
}

bool
package_fits(const struct package *p)
{
	for (int i = 0; i < p->nonly_target; i++)
		if (str_eq(p->only_target[i], p->target->name))
			return true;
	return p->nonly_target == 0;
}

struct str
package_only(struct arena *a, const struct package *p)
{
	struct buf out = { .a = a };
	int last = p->nonly_target - 1;

	for (int i = 0; i <= last; i++)
		buf_printf(&out, "%s" STR_FMT,
		    i == 0    ? "" :
		    i == last ? " and " :
				", ",
		    STR_ARG(p->only_target[i]));
	return buf_str(&out);
}
