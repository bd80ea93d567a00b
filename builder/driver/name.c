/* SPDX-License-Identifier: ISC */
#include "driver/name.h"

#include <string.h>

#include "base/vec.h"

static const struct name names[] = {
	{ .name = "cc", .kind = NAME_COMPILER },
	{ .name = "gcc", .kind = NAME_COMPILER },
	{ .name = "clang", .kind = NAME_COMPILER },
	{ .name = "c89", .kind = NAME_COMPILER, .extra = "-std=c89" },
	{ .name = "c99", .kind = NAME_COMPILER, .extra = "-std=c99" },
	{ .name = "c++", .kind = NAME_COMPILER, .extra = "--driver-mode=g++", .is_cxx = true },
	{ .name = "g++", .kind = NAME_COMPILER, .extra = "--driver-mode=g++", .is_cxx = true },
	{ .name = "clang++", .kind = NAME_COMPILER, .extra = "--driver-mode=g++", .is_cxx = true },
	{ .name = "cpp",
	    .kind = NAME_COMPILER,
	    .extra = "--driver-mode=cpp",
	    .is_preprocessor = true },
	{ .name = "ld", .kind = NAME_LINKER },
	{ .name = "ld.lld", .kind = NAME_LINKER },
	{ .name = "ar", .kind = NAME_ARCHIVER },
	{ .name = "gcc-ar", .kind = NAME_ARCHIVER },
	{ .name = "ranlib", .kind = NAME_TOOL, .extra = "llvm-ranlib" },
	{ .name = "gcc-ranlib", .kind = NAME_TOOL, .extra = "llvm-ranlib" },
	{ .name = "nm", .kind = NAME_TOOL, .extra = "llvm-nm" },
	{ .name = "gcc-nm", .kind = NAME_TOOL, .extra = "llvm-nm" },
	{ .name = "strip", .kind = NAME_TOOL, .extra = "llvm-strip" },
	{ .name = "objcopy", .kind = NAME_TOOL, .extra = "llvm-objcopy" },
	{ .name = "objdump", .kind = NAME_TOOL, .extra = "llvm-objdump" },
	{ .name = "readelf", .kind = NAME_TOOL, .extra = "llvm-readelf" },
	{ .name = "size", .kind = NAME_TOOL, .extra = "llvm-size" },
	{ .name = "strings", .kind = NAME_TOOL, .extra = "llvm-strings" },
	{ .name = "pkg-config", .kind = NAME_PKG_CONFIG },
	{ .name = "turn", .kind = NAME_TURN, .is_bare = true },
	{ .name = "run", .kind = NAME_RUN, .is_bare = true },
	{ .name = "run-children", .kind = NAME_RUN, .is_bare = true },
	{ .name = "skip", .kind = NAME_RUN, .is_bare = true },
};

static bool
name_fits(const struct name *n, struct str called)
{
	struct str own = str_of(n->name);

	if (str_eq(called, own))
		return true;
	return !n->is_bare && str_ends(called, own) && called.p[called.n - own.n - 1] == '-';
}

const struct name *
name_find(const char *argv0)
{
	const char *slash = strrchr(argv0, '/');
	struct str called = str_of(slash != NULL ? slash + 1 : argv0);
	const struct name *best = NULL;

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (name_fits(&names[i], called) &&
		    (best == NULL || strlen(names[i].name) > strlen(best->name)))
			best = &names[i];
	return best;
}

const char *const *
driver_names(struct arena *a, struct str triple, bool for_build)
{
	VEC(const char *) out = { 0 };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		VEC_ADD(a, &out, names[i].name);
		if (names[i].is_bare)
			continue;
		VEC_ADD(a, &out, arena_printf(a, STR_FMT "-%s", STR_ARG(triple), names[i].name));
		if (for_build)
			VEC_ADD(a, &out, arena_printf(a, NAME_FOR_BUILD "%s", names[i].name));
	}
	VEC_ADD(a, &out, NULL);
	return out.v;
}
