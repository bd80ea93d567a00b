/* SPDX-License-Identifier: ISC */
#include "driver/option.h"

#include <string.h>

#define WHY_STATIC "a static program shows no symbols to others"
#define WHY_PIE    "every program is made static and position-independent"
#define WHY_PIC    "a position-independent program needs such objects"
#define WHY_RPATH  "a static program loads no libraries"

/* In each table the first row that fits counts: longer names stand before their starts. */
static const struct cc_option compiler[] = {
	{ "-c", FORM_ALONE, EFFECT_NO_LINK, NULL },
	{ "-S", FORM_ALONE, EFFECT_NO_LINK, NULL },
	{ "-E", FORM_ALONE, EFFECT_NO_LINK, NULL },
	{ "-M", FORM_ALONE, EFFECT_NO_LINK, NULL },
	{ "-MM", FORM_ALONE, EFFECT_NO_LINK, NULL },
	{ "-fsyntax-only", FORM_ALONE, EFFECT_NO_LINK, NULL },
	{ "--analyze", FORM_ALONE, EFFECT_NO_LINK, NULL },
	{ "--precompile", FORM_ALONE, EFFECT_NO_LINK, NULL },
	{ "-emit-ast", FORM_ALONE, EFFECT_NO_LINK, NULL },

	{ "--version", FORM_ALONE, EFFECT_INFORM, NULL },
	{ "--help", FORM_JOINED, EFFECT_INFORM, NULL },
	{ "-###", FORM_ALONE, EFFECT_INFORM, NULL },
	{ "-dumpversion", FORM_ALONE, EFFECT_INFORM, NULL },
	{ "-dumpmachine", FORM_ALONE, EFFECT_INFORM, NULL },
	{ "-print-", FORM_JOINED, EFFECT_INFORM, NULL },
	{ "--print-", FORM_JOINED, EFFECT_INFORM, NULL },

	{ "-shared-libgcc", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-shared", FORM_ALONE, EFFECT_SHARED, NULL },
	{ "--shared", FORM_ALONE, EFFECT_SHARED, NULL },
	{ "-r", FORM_ALONE, EFFECT_RELOCATABLE, NULL },
	{ "-nostartfiles", FORM_ALONE, EFFECT_NO_START, NULL },
	{ "-nodefaultlibs", FORM_ALONE, EFFECT_NO_LIBS, NULL },
	{ "-nostdlib", FORM_ALONE, EFFECT_NO_BOTH, NULL },
	{ "-nostdlib++", FORM_ALONE, EFFECT_NO_CXX, NULL },

	{ "-static", FORM_ALONE, EFFECT_DROP, NULL },
	{ "--static", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-static-pie", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-static-libgcc", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-static-libstdc++", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-s", FORM_ALONE, EFFECT_DROP, NULL }, /* kiln strips, and keeps what it takes off */
	{ "-fuse-ld=", FORM_JOINED, EFFECT_DROP, NULL },
	{ "--ld-path=", FORM_JOINED, EFFECT_DROP, NULL },
	{ "-stdlib=", FORM_JOINED, EFFECT_DROP, NULL },
	{ "-pie", FORM_ALONE, EFFECT_LEAVE_OUT, WHY_PIE },
	{ "-rdynamic", FORM_ALONE, EFFECT_LEAVE_OUT, WHY_STATIC },
	{ "-export-dynamic", FORM_ALONE, EFFECT_LEAVE_OUT, WHY_STATIC },
	{ "--export-dynamic", FORM_ALONE, EFFECT_LEAVE_OUT, WHY_STATIC },
	{ "-rpath", FORM_NEXT, EFFECT_LEAVE_OUT, WHY_RPATH },
	{ "-no-pie", FORM_ALONE, EFFECT_NO_PIE, WHY_PIE },
	{ "-nopie", FORM_ALONE, EFFECT_NO_PIE, WHY_PIE },
	{ "-fno-pic", FORM_ALONE, EFFECT_NO_PIC, WHY_PIC },
	{ "-fno-PIC", FORM_ALONE, EFFECT_NO_PIC, WHY_PIC },
	{ "-fno-pie", FORM_ALONE, EFFECT_NO_PIC, WHY_PIC },
	{ "-fno-PIE", FORM_ALONE, EFFECT_NO_PIC, WHY_PIC },

	{ "-lgcc", FORM_ALONE, EFFECT_DROP, NULL }, /* compiler-rt holds what these do */
	{ "-lgcc_s", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-lgcc_eh", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-lstdc++", FORM_ALONE, EFFECT_LIBCXX, NULL },
	{ "-lc++", FORM_ALONE, EFFECT_LIBCXX, NULL },
	{ "-lsupc++", FORM_ALONE, EFFECT_LIBCXX, NULL },
	{ "-l", FORM_EITHER, EFFECT_LIBRARY, NULL },
	{ "-Wl,", FORM_JOINED, EFFECT_LINKER, NULL },
	{ "-Xlinker", FORM_NEXT, EFFECT_LINKER_WORD, NULL },
	{ "-o", FORM_EITHER, EFFECT_OUTPUT, NULL },
	{ "--", FORM_ALONE, EFFECT_END, NULL },

	{ "-x", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-idirafter", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-iframework", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-imacros", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-include-pch", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-include", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-iprefix", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-iquote", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-isysroot", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-isystem-after", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-isystem", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-iwithprefixbefore", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-iwithprefix", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-cxx-isystem", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-stdlib++-isystem", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-MF", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-MJ", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-MQ", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-MT", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-Xclang", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-Xassembler", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-Xpreprocessor", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-mllvm", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-target", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-arch", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-dumpbase", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-dumpdir", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-aux-info", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-wrapper", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-working-directory", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-resource-dir", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-serialize-diagnostics", FORM_NEXT, EFFECT_PASS, NULL },
	{ "--serialize-diagnostics", FORM_NEXT, EFFECT_PASS, NULL },
	{ "--sysroot", FORM_NEXT, EFFECT_PASS, NULL },
	{ "--param", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-undefined", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-A", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-B", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-D", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-F", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-I", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-L", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-T", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-U", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-V", FORM_EITHER, EFFECT_PASS, NULL },
	{ "-e", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-u", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-z", FORM_NEXT, EFFECT_PASS, NULL },
};

/* Long options of the linker may have one dash or two: here they stand with one. */
static const struct cc_option linker[] = {
	{ "-version", FORM_ALONE, EFFECT_INFORM, NULL },
	{ "-help", FORM_ALONE, EFFECT_INFORM, NULL },
	{ "-v", FORM_ALONE, EFFECT_INFORM, NULL },
	{ "-V", FORM_ALONE, EFFECT_INFORM, NULL },

	{ "-shared", FORM_ALONE, EFFECT_SHARED, NULL },
	{ "-Bshareable", FORM_ALONE, EFFECT_SHARED, NULL },
	{ "-relocatable", FORM_ALONE, EFFECT_RELOCATABLE, NULL },
	{ "-r", FORM_ALONE, EFFECT_RELOCATABLE, NULL },
	{ "-static", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-Bdynamic", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-Bstatic", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-strip-all", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-strip-debug", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-s", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-S", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-pic-executable", FORM_ALONE, EFFECT_LEAVE_OUT, WHY_PIE },
	{ "-pie", FORM_ALONE, EFFECT_LEAVE_OUT, WHY_PIE },
	{ "-no-pie", FORM_ALONE, EFFECT_NO_PIE, WHY_PIE },
	{ "-no-export-dynamic", FORM_ALONE, EFFECT_DROP, NULL },
	{ "-export-dynamic", FORM_ALONE, EFFECT_LEAVE_OUT, WHY_STATIC },
	{ "-E", FORM_ALONE, EFFECT_LEAVE_OUT, WHY_STATIC },
	{ "-rpath-link=", FORM_JOINED, EFFECT_DROP, NULL },
	{ "-rpath-link", FORM_NEXT, EFFECT_DROP, NULL },
	{ "-rpath=", FORM_JOINED, EFFECT_LEAVE_OUT, WHY_RPATH },
	{ "-rpath", FORM_NEXT, EFFECT_LEAVE_OUT, WHY_RPATH },
	{ "-R", FORM_EITHER, EFFECT_LEAVE_OUT, WHY_RPATH },
	{ "-dynamic-linker=", FORM_JOINED, EFFECT_LEAVE_OUT, WHY_RPATH },
	{ "-dynamic-linker", FORM_NEXT, EFFECT_LEAVE_OUT, WHY_RPATH },
	{ "-print-map", FORM_ALONE, EFFECT_PRINT_MAP, NULL },
	{ "-M", FORM_ALONE, EFFECT_PRINT_MAP, NULL },
	{ "-Map=", FORM_JOINED, EFFECT_MAP, NULL },
	{ "-Map", FORM_NEXT, EFFECT_MAP, NULL },
	{ "-dependency-file=", FORM_JOINED, EFFECT_INPUTS, NULL },
	{ "-dependency-file", FORM_NEXT, EFFECT_INPUTS, NULL },
	{ "-why-extract=", FORM_JOINED, EFFECT_TAKEN, NULL },
	{ "-output=", FORM_JOINED, EFFECT_OUTPUT, NULL },
	{ "-output", FORM_NEXT, EFFECT_OUTPUT, NULL },
	{ "-o", FORM_EITHER, EFFECT_OUTPUT, NULL },

	{ "-soname", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-entry", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-script", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-version-script", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-dynamic-list", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-sysroot", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-defsym", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-undefined", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-format", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-e", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-b", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-h", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-m", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-u", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-y", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-z", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-T", FORM_NEXT, EFFECT_PASS, NULL },
	{ "-l", FORM_EITHER, EFFECT_LIBRARY, NULL },
	{ "-L", FORM_EITHER, EFFECT_PASS, NULL },
};

static bool
fits(const struct cc_option *o, const char *word, const char **value)
{
	size_t n = strlen(o->name);

	*value = NULL;
	if (strncmp(word, o->name, n) != 0)
		return false;
	if (word[n] == '\0')
		return true;
	*value = word + n;
	return o->form == FORM_JOINED || o->form == FORM_EITHER;
}

static const struct cc_option *
find(const struct cc_option *table, size_t n, const char *word, const char **value)
{
	for (size_t i = 0; i < n; i++)
		if (fits(&table[i], word, value))
			return &table[i];
	*value = NULL;
	return NULL;
}

/* Behind two dashes stand long names only: --omagic is no -o. */
static const struct cc_option *
find_long(const struct cc_option *table, size_t n, const char *word, const char **value)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(table[i].name) > 2 && fits(&table[i], word, value))
			return &table[i];
	*value = NULL;
	return NULL;
}

const struct cc_option *
option_of_compiler(const char *word, const char **value)
{
	return find(compiler, COUNT_OF(compiler), word, value);
}

const struct cc_option *
option_of_linker(const char *word, const char **value)
{
	if (strncmp(word, "--", 2) == 0)
		return find_long(linker, COUNT_OF(linker), word + 1, value);
	return find(linker, COUNT_OF(linker), word, value);
}

bool
option_wants_next(const struct cc_option *o, const char *value)
{
	return value == NULL && (o->form == FORM_NEXT || o->form == FORM_EITHER);
}
