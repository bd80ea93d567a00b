/* SPDX-License-Identifier: ISC */
#include "driver/command.h"

#include <string.h>

struct line {
	struct arena *a;
	const struct driver_conf *c;
	VEC(const char *) word;
};

static void
add(struct line *l, const char *word)
{
	VEC_ADD(l->a, &l->word, word);
}

static void
add_list(struct line *l, const char *const *word)
{
	for (; *word != NULL; word++)
		add(l, *word);
}

/* A file below the sysroot. */
static const char *
inside(struct line *l, const char *folder, const char *name)
{
	return arena_printf(l->a, "%s/%s/%s", l->c->sysroot, folder, name);
}

static const char *const *
end(struct line *l)
{
	add(l, NULL);
	return l->word.v;
}

static struct line
begin(struct arena *a, const struct driver_conf *c, const char *program)
{
	struct line l = { .a = a, .c = c };

	add(&l, arena_printf(a, "%s/%s", c->llvm, program));
	return l;
}

/* ---- the compiler ---- */

/* What holds for every compile and link, and that none of it counts as unused. */
static void
add_base(struct line *l, const struct name *name)
{
	const struct driver_conf *c = l->c;

	add(l, "--no-default-config");
	add(l, "--start-no-unused-arguments");
	add(l, arena_printf(l->a, "--target=%s", c->triple));
	add(l, arena_printf(l->a, "--sysroot=%s", c->sysroot));
	/* Else clang takes folders from the machine's own GCC. */
	add(l, arena_printf(l->a, "--gcc-toolchain=%s/usr", c->sysroot));
	add(l, "-resource-dir");
	add(l, c->resource);
	for (int i = 0; i < c->prefix.n; i++)
		add(l, arena_printf(l->a, "-ffile-prefix-map=%s", c->prefix.v[i]));
	for (int i = 0; i < c->arch.n; i++)
		add(l, c->arch.v[i]);
	add(l, "-fPIE");
	/* A C++ file is one by its name, whatever the compiler is called. */
	add(l, "-stdlib=libc++");
	add(l, "-stdlib++-isystem");
	add(l, inside(l, "usr/include", "c++/v1"));
	if (name->extra != NULL)
		add(l, name->extra);
}

static void
add_start(struct line *l, const struct cc_args *args)
{
	if (args->no_start || args->is_relocatable)
		return;
	add(l, inside(l, "usr/lib", args->no_pie ? "crt1.o" : "rcrt1.o"));
	add(l, inside(l, "usr/lib", "crti.o"));
	add(l, inside(l, DRIVER_RUNTIME, "clang_rt.crtbegin.o"));
}

static void
add_libraries(struct line *l, const struct name *name, const struct cc_args *args)
{
	if (args->no_libs || args->is_relocatable)
		return;
	if (name->is_cxx && !args->no_cxx) {
		add(l, "-lc++");
		add(l, "-lc++abi");
		add(l, "-lunwind");
	}
	add(l, "-Wl,--start-group");
	add(l, "-lc");
	add(l, inside(l, DRIVER_RUNTIME, "libclang_rt.builtins.a"));
	add(l, "-Wl,--end-group");
}

static void
add_finish(struct line *l, const struct cc_args *args)
{
	if (args->no_start || args->is_relocatable)
		return;
	add(l, inside(l, DRIVER_RUNTIME, "clang_rt.crtend.o"));
	add(l, inside(l, "usr/lib", "crtn.o"));
}

/* How every program is linked; stands last, so that it holds. */
static const char *const hardening[] = { "--build-id=sha1", "-z", "relro", "-z", "now", "-z",
	"noexecstack", NULL };

static void
add_hardening(struct line *l)
{
	const char *text = "-Wl";

	for (int i = 0; hardening[i] != NULL; i++)
		text = arena_printf(l->a, "%s,%s", text, hardening[i]);
	add(l, text);
}

/* Of two such options lld heeds the last. */
static void
add_files(struct line *l, const char *start, const struct link_files *files)
{
	add(l, arena_printf(l->a, "%s--Map=%s", start, files->map));
	add(l, arena_printf(l->a, "%s--dependency-file=%s", start, files->inputs));
	add(l, arena_printf(l->a, "%s--why-extract=%s", start, files->taken));
}

static void
add_kind_of_program(struct line *l, const struct cc_args *args)
{
	add(l, arena_printf(l->a, "--ld-path=%s/ld.lld", l->c->llvm));
	add(l, "-nostartfiles");
	add(l, "-nodefaultlibs");
	if (args->is_relocatable || l->c->is_bare)
		return;
	if (args->no_pie)
		add(l, "-no-pie");
	add(l, args->no_pie ? "-static" : "-static-pie");
}

const char *const *
command_compiler(struct arena *a, const struct driver_conf *c, const struct name *name,
    const struct cc_args *args, const struct link_files *files)
{
	struct line l = begin(a, c, "clang");
	bool is_whole = args_links(args) && !c->is_bare;

	add_base(&l, name);
	/* Also for -Wl,--version: build tools ask the linker who it is. */
	if (!args->is_partial)
		add_kind_of_program(&l, args);
	add(&l, "--end-no-unused-arguments");
	if (is_whole)
		add_start(&l, args);
	for (int i = 0; i < args->word.n; i++)
		add(&l, args->word.v[i]);
	if (!is_whole)
		return end(&l);
	/* A -x of the caller's is not for what follows. */
	add(&l, "-x");
	add(&l, "none");
	add_libraries(&l, name, args);
	add_finish(&l, args);
	if (!args->is_relocatable)
		add_hardening(&l);
	if (files != NULL)
		add_files(&l, "-Wl,", files);
	return end(&l);
}

/* ---- the linker ---- */

const char *const *
command_linker(struct arena *a, const struct driver_conf *c, const struct cc_args *args,
    const struct link_files *files)
{
	struct line l = begin(a, c, "ld.lld");

	if (args->has_input) {
		add(&l, "-m");
		add(&l, c->emulation);
	}
	for (int i = 0; i < args->word.n; i++)
		add(&l, args->word.v[i]);
	if (!args->has_input || args->is_relocatable || c->is_bare)
		return end(&l);
	if (!args->no_pie)
		add_list(
		    &l, (const char *const[]){ "-pie", "--no-dynamic-linker", "-z", "text", NULL });
	add(&l, "-static");
	add_list(&l, hardening);
	if (files != NULL)
		add_files(&l, "", files);
	return end(&l);
}

/* ---- the others ---- */

/* The operation of ar, without U: times and owners never go into an archive. */
static const char *
operation(struct arena *a, const char *word)
{
	char *out = arena_printf(a, "%s", word), *to = out;

	for (const char *p = word; *p != '\0'; p++)
		if (*p != 'U')
			*to++ = *p;
	*to = '\0';
	return out;
}

const char *const *
command_archiver(struct arena *a, const struct driver_conf *c, const char *const *argv)
{
	struct line l = begin(a, c, "llvm-ar");

	if (argv[0] != NULL && strncmp(argv[0], "--", 2) != 0 && argv[0][0] != '@')
		add(&l, operation(a, *argv++));
	add_list(&l, argv);
	return end(&l);
}

const char *const *
command_tool(
    struct arena *a, const struct driver_conf *c, const char *tool, const char *const *argv)
{
	struct line l = begin(a, c, tool);

	add_list(&l, argv);
	return end(&l);
}

const char *const *
command_pkg_config(struct arena *a, const char *const *argv)
{
	struct line l = { .a = a };

	add(&l, "/usr/bin/pkgconf");
	add(&l, "--static");
	add_list(&l, argv);
	return end(&l);
}

const char *
command_answer(
    struct arena *a, const struct driver_conf *c, const char *before, const char *question)
{
	struct str q = str_of(question), prog = STR("-print-prog-name=");
	const struct name *name;

	if (str_starts(q, STR("--")))
		q = str_skip(q, 1);
	if (str_is(q, "-print-libgcc-file-name"))
		return arena_printf(a, "%s/%s/libclang_rt.builtins.a", c->sysroot, DRIVER_RUNTIME);
	if (!str_starts(q, prog))
		return NULL;
	name = name_find(str_skip(q, prog.n).p);
	return name != NULL ? arena_printf(a, "%s%s", before, name->name) : NULL;
}

const char *
command_language(const char *const *argv)
{
	for (; *argv != NULL; argv++)
		if (strcmp(*argv, "-x") == 0 && argv[1] != NULL)
			return argv[1];
	return "its language";
}

static const struct command_variable steering[] = {
	{ "CPATH", NULL },
	{ "C_INCLUDE_PATH", NULL },
	{ "CPLUS_INCLUDE_PATH", NULL },
	{ "OBJC_INCLUDE_PATH", NULL },
	{ "OBJCPLUS_INCLUDE_PATH", NULL },
	{ "LIBRARY_PATH", NULL },
	{ "LD_RUN_PATH", NULL },
	{ "LD_LIBRARY_PATH", NULL },
	{ "COMPILER_PATH", NULL },
	{ "GCC_EXEC_PREFIX", NULL },
	{ "GCC_COMPARE_DEBUG", NULL },
	{ "DEPENDENCIES_OUTPUT", NULL },
	{ "SUNPRO_DEPENDENCIES", NULL },
	{ "CCC_OVERRIDE_OPTIONS", NULL },
	{ "CCC_ADD_ARGS", NULL },
	{ "CC_PRINT_OPTIONS", NULL },
	{ "CC_PRINT_HEADERS", NULL },
	{ "CC_LOG_DIAGNOSTICS", NULL },
	{ "CLANG_NO_DEFAULT_CONFIG", NULL },
	{ "LLD_REPRODUCE", NULL },
	{ "LLD_VERSION", NULL },
	{ "SDKROOT", NULL },
	{ "ZERO_AR_DATE", "1" },
	{ COMMAND_WITHIN, "1" },
};

static const struct command_variable *
pkg_config_environment(struct arena *a, const struct driver_conf *c, int *n)
{
	const struct command_variable row[] = {
		{ "PKG_CONFIG_PATH", NULL },
		{ "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS", NULL },
		{ "PKG_CONFIG_ALLOW_SYSTEM_LIBS", NULL },
		{ "PKG_CONFIG_LIBDIR",
		    arena_printf(
			a, "%s/usr/lib/pkgconfig:%s/usr/share/pkgconfig", c->sysroot, c->sysroot) },
		{ "PKG_CONFIG_SYSROOT_DIR", c->sysroot },
		/* The compiler looks there anyway; pkgconf compares what the sysroot is in front of. */
		{ "PKG_CONFIG_SYSTEM_INCLUDE_PATH",
		    arena_printf(a, "/usr/include:%s/usr/include", c->sysroot) },
		{ "PKG_CONFIG_SYSTEM_LIBRARY_PATH",
		    arena_printf(a, "/usr/lib:/lib:%s/usr/lib:%s/lib", c->sysroot, c->sysroot) },
	};
	struct command_variable *out = ARENA_NEW(a, struct command_variable, COUNT_OF(row));

	memcpy(out, row, sizeof(row));
	*n = (int)COUNT_OF(row);
	return out;
}

const struct command_variable *
command_environment(struct arena *a, const struct driver_conf *c, enum name_kind kind, int *n)
{
	if (kind == NAME_PKG_CONFIG)
		return pkg_config_environment(a, c, n);
	*n = (int)COUNT_OF(steering);
	return steering;
}
