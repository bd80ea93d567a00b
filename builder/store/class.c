/* SPDX-License-Identifier: ISC */
#include "store/class.h"

static const char *const names[CLASS_COUNT] = {
	[CLASS_DEV] = "dev",
	[CLASS_BIN] = "bin",
	[CLASS_DATA] = "data",
	[CLASS_DOC] = "doc",
	[CLASS_LICENCE] = "licence",
	[CLASS_DEBUG] = "debug",
	[CLASS_MAP] = "map",
};

const char *class_name(enum class c)
{
	return names[c];
}

int
class_find(struct str name)
{
	for (int c = 0; c < CLASS_COUNT; c++)
		if (str_is(name, names[c]))
			return c;
	return -1;
}

/* The first rule that fits decides. A rule with a folder and a suffix wants both;
 * a suffix alone may stand anywhere. */
static const struct {
	const char *folder, *suffix;
	enum class class;
} rules[] = {
	{ "usr/lib/debug", NULL, CLASS_DEBUG },
	{ "usr/share/licenses", NULL, CLASS_LICENCE },
	{ "usr/share/man", NULL, CLASS_DOC },
	{ "usr/share/doc", NULL, CLASS_DOC },
	{ "usr/share/info", NULL, CLASS_DOC },
	{ "usr/share/gtk-doc", NULL, CLASS_DOC },
	{ "usr/include", NULL, CLASS_DEV },
	{ "usr/share/aclocal", NULL, CLASS_DEV },
	{ "usr/share/cmake", NULL, CLASS_DEV },
	{ "usr/share/pkgconfig", NULL, CLASS_DEV },
	{ "usr/lib/cmake", NULL, CLASS_DEV },
	{ "usr/lib/pkgconfig", NULL, CLASS_DEV },
	{ "usr/lib/clang", NULL, CLASS_DEV },
	{ NULL, ".a", CLASS_DEV },
	{ NULL, ".o", CLASS_DEV },
	{ NULL, ".pc", CLASS_DEV },
	{ NULL, ".cmake", CLASS_DEV },
	{ "usr/bin/pkg-config", NULL, CLASS_BIN },
	{ "usr/bin", "-config", CLASS_DEV },
	{ "usr/bin", NULL, CLASS_BIN },
	{ "usr/sbin", NULL, CLASS_BIN },
	{ "bin", NULL, CLASS_BIN },
	{ "sbin", NULL, CLASS_BIN },
	{ "usr/libexec", NULL, CLASS_BIN },
};

static bool
is_in(struct str path, const char *folder)
{
	struct str f = str_of(folder);

	return str_starts(path, f) && (path.n == f.n || path.p[f.n] == '/');
}

enum class class_of_path(struct str path) {
	for (size_t i = 0; i < COUNT_OF(rules);
	     i++) if ((rules[i].folder == NULL || is_in(path, rules[i].folder)) &&
		      (rules[i].suffix == NULL ||
			  str_ends(path, str_of(rules[i].suffix)))) return rules[i]
	    .class;
	/* Nothing is installed into the root: this is "<build-id>.map", or its record. */
	if (!str_has(path, STR("/")) &&
	    (str_ends(path, STR(".map")) || str_ends(path, STR(".link")))) return CLASS_MAP;
	return CLASS_DATA;
}
