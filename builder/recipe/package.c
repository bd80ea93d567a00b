/* SPDX-License-Identifier: ISC */
#include "recipe/package.h"

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
