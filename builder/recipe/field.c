/* SPDX-License-Identifier: ISC */
#include "recipe/field.h"

enum {
	ANY_FILE = IN_PACKAGE | IN_TARGET | IN_STYLE | IN_TOOL | IN_BUNDLE,
	RECIPE = IN_PACKAGE | IN_WHEN, /* what conditions may stand around */
};

/* clang-format off */
static const struct field table[] = {
	/* name and what follows; where, shape, how often, must it be, key, "$"; help */
	{ F_NAME, "name", "NAME", ANY_FILE,
	  SHAPE_LINE, TIMES_ONCE, MUST_BE, KEY_TEXT, DOLLAR_NO,
	  "what it is called: the name of its file" },
	{ F_VERSION, "version", "VERSION", IN_PACKAGE,
	  SHAPE_LINE, TIMES_ONCE, MUST_BE, KEY_TEXT, DOLLAR_NO,
	  "upstream's version" },
	{ F_SUMMARY, "summary", "TEXT...", ANY_FILE,
	  SHAPE_LINE, TIMES_ONCE, MUST_BE, KEY_NO, DOLLAR_NO,
	  "what it is, in one line of at most 80 characters without a full stop" },
	{ F_HOME, "home", "URL", IN_PACKAGE,
	  SHAPE_LINE, TIMES_ONCE, MUST_BE, KEY_NO, DOLLAR_NO,
	  "upstream's home page" },
	{ F_LICENCE, "licence", "SPDX...", IN_PACKAGE,
	  SHAPE_LINE, TIMES_MANY, MUST_BE, KEY_NO, DOLLAR_NO,
	  "SPDX identifiers of the licences that the files it installs are under" },
	{ F_LICENCE_FILE, "licence-file", "PATH...", RECIPE,
	  SHAPE_LINE, TIMES_MANY, LINT_ASKS, KEY_TEXT, DOLLAR_FILLED,
	  "texts of the licences in the stage, copied to usr/share/licenses/NAME" },
	{ F_CPE, "cpe", "CPE", IN_PACKAGE,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_NO, DOLLAR_NO,
	  "vendor and product, as databases of vulnerabilities call it: haxx:curl" },
	{ F_SOURCE, "source", "FILE", RECIPE,
	  SHAPE_GROUP, TIMES_DISTINCT, MAY_BE, KEY_TEXT, DOLLAR_FILLED,
	  "a file to download and unpack, by its name among the distfiles" },
	{ F_SOURCE_URL, "url", "PLACE...", IN_SOURCE,
	  SHAPE_LINE, TIMES_MANY, MUST_BE, KEY_NO, DOLLAR_FILLED,
	  "where to get it, upstream first" },
	{ F_SHA256, "sha256", "HEX", IN_SOURCE,
	  SHAPE_LINE, TIMES_ONCE, LINT_ASKS, KEY_TEXT, DOLLAR_NO,
	  "digest of its bytes; nothing is accepted on less" },
	{ F_SIZE, "size", "BYTES", IN_SOURCE,
	  SHAPE_LINE, TIMES_ONCE, LINT_ASKS, KEY_NO, DOLLAR_NO,
	  "how many bytes it has" },
	{ F_DIR, "dir", "PATH", IN_SOURCE,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_TEXT, DOLLAR_FILLED,
	  "folder of the stage to unpack into; the stage itself when not said" },
	{ F_ONLY, "only", "PATH...", IN_SOURCE,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_TEXT, DOLLAR_FILLED,
	  "unpack nothing but these, named as they are after strip" },
	{ F_STRIP, "strip", "PARTS", IN_SOURCE,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_TEXT, DOLLAR_NO,
	  "leading parts taken off each path in it; 1 when not said" },
	{ F_KEEP, "keep", "", IN_SOURCE,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_TEXT, DOLLAR_NO,
	  "copy the file itself, do not unpack it" },
	{ F_LOCAL, "local", "FILE [PATH]", RECIPE,
	  SHAPE_LINE, TIMES_DISTINCT, MAY_BE, KEY_TEXT, DOLLAR_FILLED,
	  "a file of patches/NAME to put into the stage, or into a folder of it" },
	{ F_FROM_TREE, "from-tree", "PATH", RECIPE,
	  SHAPE_LINE, TIMES_DISTINCT, MAY_BE, KEY_TEXT, DOLLAR_NO,
	  "a file or folder of the recipe tree itself to put into the stage, at its path" },
	{ F_NEED, "need", "NAME... [for build|run]", RECIPE | IN_STYLE,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_EDGE, DOLLAR_FILLED,
	  "packages it is linked with; or runs while it is built; or runs with" },
	{ F_TOOL, "tool", "NAME...", RECIPE | IN_STYLE,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_EDGE, DOLLAR_FILLED,
	  "programs of the build machine; base and clang are always there" },
	{ F_STYLE, "style", "NAME", IN_PACKAGE,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_EDGE, DOLLAR_NO,
	  "how its build system is driven: phases, tools and settings" },
	{ F_CONFIGURE, "configure", "ARG...", RECIPE,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_TEXT, DOLLAR_FILLED,
	  "words that bodies see as $CONFIGURE_ARGS" },
	{ F_MAKE, "make", "ARG...", RECIPE,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_TEXT, DOLLAR_FILLED,
	  "words that bodies see as $MAKE_ARGS" },
	{ F_INSTALL, "install", "ARG...", RECIPE,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_TEXT, DOLLAR_FILLED,
	  "words that bodies see as $INSTALL_ARGS" },
	{ F_SET, "set", "VAR VALUE", RECIPE | IN_TARGET | IN_STYLE,
	  SHAPE_LINE, TIMES_ONCE_EACH, MAY_BE, KEY_TEXT, DOLLAR_NO,
	  "an environment variable of the bodies" },
	{ F_EDIT, "edit", "PATH", RECIPE,
	  SHAPE_GROUP, TIMES_MANY, MAY_BE, KEY_TEXT, DOLLAR_NO,
	  "replace in a file of the stage, after the patches" },
	{ F_MATCH, "match", "ERE", IN_EDIT,
	  SHAPE_LINE, TIMES_ONCE, MUST_BE, KEY_TEXT, DOLLAR_NO,
	  "what to replace, within a line" },
	{ F_WITH, "with", "REPLACEMENT", IN_EDIT,
	  SHAPE_LINE, TIMES_ONCE, MUST_BE, KEY_TEXT, DOLLAR_NO,
	  "what to put there; \\0 is the match, \\1 to \\9 its groups" },
	{ F_TIMES, "times", "N", IN_EDIT,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_TEXT, DOLLAR_NO,
	  "how many matches there must be in the file; 1 when not said" },
	{ F_PHASE, "phase", "configure|build|check|install", RECIPE | IN_STYLE,
	  SHAPE_BODY, TIMES_ONCE_EACH, MAY_BE, KEY_TEXT, DOLLAR_NO,
	  "shell text of a phase, instead of the style's; check is not in the key" },
	{ F_TEST_BODY, "test", "", RECIPE,
	  SHAPE_BODY, TIMES_ONCE, LINT_ASKS, KEY_NO, DOLLAR_NO,
	  "shell text that tries the finished programs on their target" },
	{ F_OPTION, "option", "NAME on|off TEXT...", IN_PACKAGE,
	  SHAPE_LINE, TIMES_ONCE_EACH, MAY_BE, KEY_TEXT, DOLLAR_NO,
	  "something to choose when building, its default, and what it does" },
	{ F_WHEN, "when", "target|option|no-option NAME...", RECIPE,
	  SHAPE_GROUP, TIMES_MANY, MAY_BE, KEY_NO, DOLLAR_NO,
	  "fields that hold for one of these targets, or with or without an option" },
	{ F_PART_OF, "part-of", "sysroot", IN_PACKAGE,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_TEXT, DOLLAR_NO,
	  "a part of the sysroot: does not need it, and is built bare" },
	{ F_ONLY_TARGET, "only-target", "NAME...", IN_PACKAGE,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_NO, DOLLAR_NO,
	  "targets it can be built for, when it is not for all" },
	{ F_WAIVE, "waive", "RULE TEXT...", RECIPE,
	  SHAPE_MAYBE_GROUP, TIMES_MANY, MAY_BE, KEY_NO, DOLLAR_NO,
	  "a rule of the judge that does not hold here, and the reason" },
	{ F_WAIVE_PATH, "path", "PATTERN", IN_WAIVE,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_NO, DOLLAR_NO,
	  "the file it does not hold for; a last * stands for any rest" },
	{ F_LIMIT, "limit", "total|silent SECONDS", RECIPE,
	  SHAPE_LINE, TIMES_ONCE_EACH, MAY_BE, KEY_NO, DOLLAR_NO,
	  "seconds a phase may take (7200), or stay without output (900)" },

	{ F_TRIPLE, "triple", "NAME", IN_TARGET,
	  SHAPE_LINE, TIMES_ONCE, MUST_BE, KEY_TEXT, DOLLAR_NO,
	  "the compiler's name for the target" },
	{ F_MACHINE, "machine", "N", IN_TARGET,
	  SHAPE_LINE, TIMES_ONCE, MUST_BE, KEY_NO, DOLLAR_NO,
	  "e_machine that every ELF file must have" },
	{ F_BITS, "bits", "32|64", IN_TARGET,
	  SHAPE_LINE, TIMES_ONCE, MUST_BE, KEY_NO, DOLLAR_NO,
	  "class that every ELF file must have" },
	{ F_FLAGS, "flags", "N N", IN_TARGET,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_NO, DOLLAR_NO,
	  "which bits of e_flags the ABI stands in, as a mask, and their value in every ELF file" },
	{ F_FLOAT, "float", "hard|soft", IN_TARGET,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_NO, DOLLAR_NO,
	  "how numbers with a point are passed, where there are two ways" },
	{ F_LEVEL, "level", "NAME", IN_TARGET,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_NO, DOLLAR_NO,
	  "the highest architecture level that code may ask for" },
	{ F_EMULATION, "emulation", "NAME", IN_TARGET,
	  SHAPE_LINE, TIMES_ONCE, MUST_BE, KEY_TEXT, DOLLAR_NO,
	  "the linker's name for the target, what stands behind ld -m" },
	{ F_PLATFORM, "platform", "PLATFORM", IN_TARGET,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_NO, DOLLAR_NO,
	  "what images of containers call it: linux/arm/v7" },
	{ F_UNAME, "uname", "NAME...", IN_TARGET,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_NO, DOLLAR_NO,
	  "what uname -m says on machines that run it" },
	{ F_ARCH, "arch", "ARG...", IN_TARGET,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_TEXT, DOLLAR_NO,
	  "flags that the driver adds to every compile and link" },
	{ F_CFLAGS, "cflags", "ARG...", IN_TARGET,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_TEXT, DOLLAR_NO,
	  "what bodies see as $CFLAGS and $CXXFLAGS" },
	{ F_LDFLAGS, "ldflags", "ARG...", IN_TARGET,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_TEXT, DOLLAR_NO,
	  "what bodies see as $LDFLAGS" },
	{ F_EMULATOR, "emulator", "ARG...", IN_TARGET,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_NO, DOLLAR_NO,
	  "program and arguments that run its programs; none where they run as they are" },
	{ F_SYSROOT, "sysroot", "NAME...", IN_TARGET,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_TEXT, DOLLAR_NO,
	  "packages that make up the sysroot" },
	{ F_SYSROOT_CXX, "sysroot-c++", "NAME...", IN_TARGET,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_EDGE, DOLLAR_NO,
	  "packages that C++ needs beyond it: what `need sysroot-c++` stands for" },

	{ F_PROGRAM, "program", "ABSOLUTE [as PROGRAM]", IN_TOOL,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_EDGE, DOLLAR_NO,
	  "the real program, and the name it is called by when another one" },
	{ F_DATA, "data", "ABSOLUTE...", IN_TOOL,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_EDGE, DOLLAR_NO,
	  "files and folders it reads" },
	{ F_DEBIAN, "debian", "NAME...", IN_TOOL,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_EDGE, DOLLAR_NO,
	  "Debian packages that bring it" },
	{ F_IDENTITY, "identity", "bytes|version", IN_TOOL,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_EDGE, DOLLAR_NO,
	  "what of it stands in keys; version when not said" },

	{ F_MIRROR, "mirror", "NAME", IN_MIRRORS,
	  SHAPE_GROUP, TIMES_DISTINCT, MAY_BE, KEY_NO, DOLLAR_NO,
	  "a group of places that hold the same files: NAME in url NAME:PATH" },
	{ F_ENV, "env", "VAR", IN_MIRROR,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_NO, DOLLAR_NO,
	  "environment variable that overrides the places" },
	{ F_APT, "apt", "yes|no", IN_MIRROR,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_NO, DOLLAR_NO,
	  "whether the machine's own apt sources are asked first" },
	{ F_MIRROR_URL, "url", "URL...", IN_MIRROR,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_NO, DOLLAR_NO,
	  "a place; the path is put behind it" },

	{ F_PACKAGE, "package", "NAME", IN_BUNDLE,
	  SHAPE_MAYBE_GROUP, TIMES_DISTINCT, MUST_BE, KEY_NO, DOLLAR_NO,
	  "a package whose programs and data are in it, and what it runs with" },
	{ F_PART_OPTION, "option", "ARG...", IN_PART,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_NO, DOLLAR_NO,
	  "options it is built with, NAME for on or -NAME for off" },
	{ F_PART_PROGRAM, "program", "PROGRAM...", IN_PART,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_NO, DOLLAR_NO,
	  "which of its programs; all of them when not said" },
	{ F_PART_WITHOUT, "without", "PATTERN...", IN_PART,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_NO, DOLLAR_NO,
	  "files of it that are left out; a last * stands for any rest" },
	{ F_PART_OPTIONAL, "optional", "TEXT...", IN_PART,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_NO, DOLLAR_NO,
	  "leave it out where its source cannot be had, and the reason why that may be" },
	{ F_RENAME, "rename", "PATH PATH", IN_BUNDLE,
	  SHAPE_LINE, TIMES_DISTINCT, MAY_BE, KEY_NO, DOLLAR_NO,
	  "where a file, or all below a folder, goes instead" },
	{ F_WITHOUT, "without", "PATTERN...", IN_BUNDLE,
	  SHAPE_LINE, TIMES_MANY, MAY_BE, KEY_NO, DOLLAR_NO,
	  "files of any package that are left out; a last * stands for any rest" },
	{ F_LINK, "link", "PATH PATH", IN_BUNDLE,
	  SHAPE_LINE, TIMES_DISTINCT, MAY_BE, KEY_NO, DOLLAR_NO,
	  "a link, and the file of the bundle that it leads to" },
	{ F_OVERLAY, "overlay", "PATH", IN_BUNDLE,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_NO, DOLLAR_NO,
	  "a folder of the recipe tree whose files, configuration say, are put on top" },
	{ F_CAP, "cap", "BYTES", IN_BUNDLE,
	  SHAPE_LINE, TIMES_ONCE, MAY_BE, KEY_NO, DOLLAR_NO,
	  "how many bytes its files may have in all on the device" },
	{ F_FORMAT, "format", "NAME...", IN_BUNDLE,
	  SHAPE_LINE, TIMES_MANY, MUST_BE, KEY_NO, DOLLAR_NO,
	  "tar.gz, tar.zst, cpio, oci: what is written" },
};
/* clang-format on */

const struct field *
field_row(int i)
{
	return i < (int)COUNT_OF(table) ? &table[i] : NULL;
}

static bool
is_named(const struct field *f, struct str name)
{
	return name.n != 0 && name.p[0] == f->name[0] && str_is(name, f->name);
}

const struct field *
field_find(struct str name, enum field_place place)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if ((table[i].where & place) != 0 && is_named(&table[i], name))
			return &table[i];
	return NULL;
}

const struct field *
field_anywhere(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (is_named(&table[i], name))
			return &table[i];
	return NULL;
}

const char *
field_nearest(struct str wrong, enum field_place place)
{
	struct str name[COUNT_OF(table)];
	int n = 0;

	for (size_t i = 0; i < COUNT_OF(table); i++)
		if ((table[i].where & place) != 0)
			name[n++] = str_of(table[i].name);
	int near = str_nearest(wrong, name, n);
	return near == -1 ? NULL : name[near].p;
}

const char *
field_place_name(enum field_place place)
{
	switch (place) {
	case IN_PACKAGE:
		return "a package";
	case IN_TARGET:
		return "a target";
	case IN_STYLE:
		return "a style";
	case IN_TOOL:
		return "a tool";
	case IN_MIRRORS:
		return "the mirrors";
	case IN_WHEN:
		return "a group of `when`";
	case IN_SOURCE:
		return "a group of `source`";
	case IN_EDIT:
		return "a group of `edit`";
	case IN_WAIVE:
		return "a group of `waive`";
	case IN_MIRROR:
		return "a group of `mirror`";
	case IN_BUNDLE:
		return "a bundle";
	case IN_PART:
		return "a group of `package`";
	}
	return "";
}

bool
field_is_body(struct str first_word)
{
	const struct field *f = field_anywhere(first_word);

	return f != NULL && f->shape == SHAPE_BODY;
}
