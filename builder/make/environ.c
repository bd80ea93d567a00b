/* SPDX-License-Identifier: ISC */
#include "make/environ.h"

#include <assert.h>

#include "base/map.h"
#include "base/vec.h"
#include "sys/clock.h"

struct maker {
	struct arena *a;
	struct map index;
	VEC(const char *) line;
};

static void
set(struct maker *m, struct str name, struct str value)
{
	const char *text = arena_printf(m->a, STR_FMT "=" STR_FMT, STR_ARG(name), STR_ARG(value));
	int at = map_get(&m->index, name);

	if (at != -1) {
		assert(m->line.v != NULL);
		m->line.v[at] = text;
		return;
	}
	map_put(&m->index, name, m->line.n);
	VEC_ADD(m->a, &m->line, text);
}

/* What stands for the same thing in every package. */
static void
set_fixed(struct maker *m)
{
	static const struct {
		const char *name, *value;
	} row[] = {
		{ "CC", "cc" },
		{ "CXX", "c++" },
		{ "CPP", "cc -E" },
		{ "AR", "ar" },
		{ "LD", "ld" },
		{ "NM", "nm" },
		{ "RANLIB", "ranlib" },
		{ "STRIP", "strip" },
		{ "OBJCOPY", "objcopy" },
		{ "OBJDUMP", "objdump" },
		{ "READELF", "readelf" },
		{ "PKG_CONFIG", "pkg-config" },
		{ "DESTDIR", "/out" },
		{ "PREFIX", "/usr" },
		{ "SYSROOT", "/sysroot" },
		{ "CONFIG_SHELL", "/bin/sh" },
		{ "TMPDIR", "/tmp" },
	};

	for (size_t i = 0; i < COUNT_OF(row); i++)
		set(m, str_of(row[i].name), str_of(row[i].value));
	set(m, STR("SOURCE_DATE_EPOCH"), str_printf(m->a, "%d", CLOCK_FIXED_MTIME));
}

/* As configure scripts ask for it. */
static void
set_build_compiler(struct maker *m, const struct package *p)
{
	static const char *const row[][2] = { { "CC_FOR_BUILD", "build-cc" },
		{ "CXX_FOR_BUILD", "build-c++" }, { "AR_FOR_BUILD", "build-ar" },
		{ "RANLIB_FOR_BUILD", "build-ranlib" } };
	bool has = false;

	for (int i = 0; i < p->nneed; i++)
		has |= p->need[i].kind == NEED_BUILD_LINK;
	for (size_t i = 0; has && i < COUNT_OF(row); i++)
		set(m, str_of(row[i][0]), str_of(row[i][1]));
}

static void
set_settings(struct maker *m, const struct setting *s, int n)
{
	for (int i = 0; i < n; i++)
		set(m, s[i].name, s[i].value);
}

const char *const *
environ_make(struct arena *a, const struct package *p, int jobs)
{
	struct maker m = { .a = a, .index = { .a = a } };

	set_fixed(&m);
	set_build_compiler(&m, p);
	set(&m, STR("JOBS"), str_printf(a, "%d", jobs));
	set(&m, STR("NAME"), p->name);
	set(&m, STR("VERSION"), p->version);
	set(&m, STR("TARGET"), p->target->name);
	set(&m, STR("TRIPLE"), p->target->triple);
	set(&m, STR("CFLAGS"), p->target->cflags);
	set(&m, STR("CXXFLAGS"), p->target->cflags);
	set(&m, STR("LDFLAGS"), p->target->ldflags);
	set(&m, STR("CONFIGURE_ARGS"), p->args[ARGS_CONFIGURE]);
	set(&m, STR("MAKE_ARGS"), p->args[ARGS_MAKE]);
	set(&m, STR("INSTALL_ARGS"), p->args[ARGS_INSTALL]);
	set_settings(&m, p->setting, p->nsetting);
	VEC_ADD(a, &m.line, NULL);
	return m.line.v;
}
