/*
 * main.c - kiln-cc: the compiler, its binutils and pkg-config, by the name it is called.
 *
 * SPDX-License-Identifier: ISC
 */
#include "driver/main.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/command.h"
#include "driver/hint.h"
#include "driver/link.h"
#include "driver/response.h"
#include "driver/run.h"
#include "driver/turn.h"
#include "sys/fs.h"

enum { CONF_MAX_BYTES = 64 << 10 };

struct driver {
	struct arena a;
	struct driver_conf conf;
	const struct name *name;
	bool is_for_build;       /* called build-NAME */
	const char *const *argv; /* without the program's name */
};

static NORETURN void
fail(const char *sentence)
{
	dprintf(2, "kiln-cc: %s\n", sentence);
	exit(1);
}

static NORETURN void
become(const char *const *argv)
{
	execv(argv[0], (char *const *)argv);
	dprintf(2, "kiln-cc: start %s: %s\n", argv[0], strerror(errno));
	exit(127);
}

/* Inside a sandbox the file is kiln's and nothing overrides it. */
static const char *
conf_path(const struct driver *d)
{
	const char *other = getenv("KILN_CC_CONF");

	if (d->is_for_build)
		return DRIVER_BUILD_CONF_PATH;
	return other == NULL || fs_exists(AT_FDCWD, DRIVER_CONF_PATH) ? DRIVER_CONF_PATH : other;
}

static void
load_conf(struct driver *d)
{
	struct err e = { 0 };
	struct str text;
	const char *path = conf_path(d);

	if (fs_read(&d->a, AT_FDCWD, path, CONF_MAX_BYTES, &text, &e) == -1)
		fail(e.text);
	if (driver_conf_parse(&d->a, text, &d->conf, &e) == -1)
		fail(arena_printf(&d->a, "%s: %s", path, e.text));
}

static void
pin_environment(struct driver *d)
{
	int n;
	const struct command_variable *v = command_environment(&d->a, &d->conf, d->name->kind, &n);

	for (int i = 0; i < n; i++)
		if (v[i].value == NULL)
			unsetenv(v[i].name);
		else
			setenv(v[i].name, v[i].value, 1);
}

/* Else each of us would start a clang, and each clang one of us. */
static void
refuse_gcc(struct driver *d)
{
	const char *const *last = d->argv;

	if (d->name->kind != NAME_COMPILER || getenv(COMMAND_WITHIN) == NULL)
		return;
	while (*last != NULL && last[1] != NULL)
		last++;
	fail(arena_printf(&d->a,
	    "%s: there is no compiler for %s here: clang has none and asks for GCC",
	    *last == NULL ? "nothing" : *last, command_language(d->argv)));
}

static void
print_notes(const struct cc_args *args)
{
	for (int i = 0; i < args->note.n; i++)
		dprintf(2, "kiln-cc: %s\n", args->note.v[i]);
}

/* The compiler will only say that it does not find <string>. */
static void
note_missing_cxx(struct driver *d, const struct cc_args *args)
{
	const char *headers = arena_printf(&d->a, "%s/usr/include/c++/v1", d->conf.sysroot);

	if (!d->name->is_cxx || args->informs || d->conf.is_bare || fs_exists(AT_FDCWD, headers))
		return;
	for (int i = 0; i < args->word.n; i++)
		if (strcmp(args->word.v[i], "-nostdinc++") == 0)
			return;
	dprintf(2, "kiln-cc: %s\n", HINT_NEED_CXX);
}

static void
refuse_shared(const struct driver *d, const struct cc_args *args)
{
	if (!args->is_shared || args->is_relocatable || d->conf.is_bare)
		return;
	dprintf(2,
	    "kiln-cc: %s: no shared library is made here, every program is static: give "
	    "configure --disable-shared or the like, or take the library out of the Makefile\n",
	    args->output);
	exit(1);
}

static NORETURN void
link_output(struct driver *d, const struct cc_args *args, bool is_compiler)
{
	bool has_files = !args->is_relocatable && !d->conf.is_bare;
	struct link l = { .output = args->output,
		.files = has_files ? link_files(&d->a, d->conf.maps) : NULL,
		.wanted = &args->wanted };

	refuse_shared(d, args);
	print_notes(args);
	l.argv = is_compiler ? command_compiler(&d->a, &d->conf, d->name, args, l.files) :
			       command_linker(&d->a, &d->conf, args, l.files);
	exit(link_run(&l));
}

static const char *const *
expanded(struct driver *d)
{
	const char *const *argv;
	struct err e = { 0 };

	if (response_expand(&d->a, d->argv, &argv, &e) == -1)
		fail(e.text);
	return argv;
}

static void
answer(struct driver *d)
{
	for (const char *const *p = d->argv; *p != NULL; p++) {
		const char *text =
		    command_answer(&d->a, &d->conf, d->is_for_build ? NAME_FOR_BUILD : "", *p);
		if (text == NULL)
			continue;
		printf("%s\n", text);
		exit(fflush(stdout) == 0 ? 0 : 1);
	}
}

static NORETURN void
compile(struct driver *d)
{
	struct cc_rules rules = { d->conf.is_bare, d->conf.may_no_pie, d->name->is_preprocessor };
	struct cc_args args;

	args_read_compiler(&d->a, expanded(d), &rules, &args);
	if (args.informs)
		answer(d);
	note_missing_cxx(d, &args);
	/* Also to say its version: never more compilers than slots means never. */
	turn_take(d->conf.slot);
	if (args_links(&args))
		link_output(d, &args, true);
	print_notes(&args);
	become(command_compiler(&d->a, &d->conf, d->name, &args, NULL));
}

static NORETURN void
link_objects(struct driver *d)
{
	struct cc_rules rules = { d->conf.is_bare, d->conf.may_no_pie, false };
	struct cc_args args;

	args_read_linker(&d->a, expanded(d), &rules, &args);
	turn_take(d->conf.slot);
	if (!args.has_input)
		become(command_linker(&d->a, &d->conf, &args, NULL));
	link_output(d, &args, false);
}

/* A compiler that is none of ours. It sees the environment as it is, and must start none of
 * ours either: that one would wait for a second slot. */
static NORETURN void
take_turn(struct driver *d)
{
	if (d->argv[0] == NULL || d->argv[0][0] != '/')
		fail("turn: expected the absolute path of a program and its arguments");
	turn_take(d->conf.slot);
	become(d->argv);
}

static NORETURN void
dispatch(struct driver *d)
{
	switch (d->name->kind) {
	case NAME_COMPILER:
		compile(d);
	case NAME_LINKER:
		link_objects(d);
	case NAME_ARCHIVER:
		become(command_archiver(&d->a, &d->conf, d->argv));
	case NAME_PKG_CONFIG:
		become(command_pkg_config(&d->a, d->argv));
	default:
		become(command_tool(&d->a, &d->conf, d->name->extra, d->argv));
	}
}

static const char *
file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Under its own name the first word is the name to act under. */
static const char *const *
called(const char *const *argv)
{
	return strcmp(file_name(argv[0]), "kiln-cc") == 0 && argv[1] != NULL ? argv + 1 : argv;
}

int
driver_main(int argc, char **argv)
{
	struct driver d = { 0 };
	const char *const *as;

	if (argc < 1)
		return 1;
	as = called((const char *const *)argv);
	d.name = name_find(as[0]);
	d.is_for_build = str_starts(str_of(file_name(as[0])), STR(NAME_FOR_BUILD));
	d.argv = as + 1;
	if (strcmp(as[0], "--version") == 0) {
		puts("kiln-cc " KILN_VERSION);
		return 0;
	}
	if (d.name == NULL)
		fail(arena_printf(&d.a, "%s is no name of the compiler driver", as[0]));
	if (d.name->kind == NAME_RUN)
		return run_main(argc - (int)(as - (const char *const *)argv), (char **)as);
	refuse_gcc(&d);
	load_conf(&d);
	if (d.name->kind == NAME_TURN)
		take_turn(&d);
	pin_environment(&d);
	dispatch(&d);
}
