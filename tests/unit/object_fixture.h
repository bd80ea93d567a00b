/*
 * object_fixture.h - an object in a folder of its own with no fault in it, to be spoilt.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef TESTS_OBJECT_FIXTURE_H
#define TESTS_OBJECT_FIXTURE_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf_fixture.h"
#include "make/inspect.h"
#include "sys/fs.h"

static struct arena arena;

static struct target armv7 = {
	.name = { "armv7", 5 },
	.elf_machine = 40,
	.elf_bits = 32,
	.float_abi = { "hard", 4 },
	.arch_level = { "v7", 2 },
	.flags_mask = 1,
};

/* A program, an archive and a licence below object/; what the program was linked from
 * below build/ and sysroot/. */
struct fixture {
	char path[64], object[72];
	int dir, place; /* object/, and the folder that holds it */
	struct package package;
	struct origin origin[2];
	struct origins origins;
};

static inline void
put_below(int dir, const char *path, struct str bytes)
{
	struct err e = { 0 };
	char *folder = str_z(&arena, str_of(path)), *slash = strrchr(folder, '/');

	if (slash != NULL) {
		*slash = '\0';
		if (fs_mkdirs(dir, folder, &e) == -1)
			fail_msg("%s", e.text);
	}
	if (fs_write(dir, path, bytes, 0644, &e) == -1)
		fail_msg("%s", e.text);
}

static inline void
put(struct fixture *x, const char *path, struct str bytes)
{
	put_below(x->dir, path, bytes);
}

static inline void
put_link(struct fixture *x, const char *path, const char *target)
{
	put(x, path, STR(""));
	assert_int_equal(unlinkat(x->dir, path, 0), 0);
	assert_int_equal(symlinkat(target, x->dir, path), 0);
}

static inline int
set_up(void **state)
{
	struct fixture *x = test_calloc(1, sizeof(*x));
	struct elf_spec program = elf_good_program(), object = elf_good_object();
	const struct ar_member member[] = { { "z.o", elf_make(&arena, &object) } };
	struct err e = { 0 };

	snprintf(x->path, sizeof(x->path), "%s", "/tmp/kiln-inspect-XXXXXX");
	if (mkdtemp(x->path) == NULL || (x->place = fs_open_dir(AT_FDCWD, x->path, &e)) == -1 ||
	    fs_mkdirs(x->place, "object", &e) == -1 || fs_mkdirs(x->place, "build", &e) == -1 ||
	    fs_mkdirs(x->place, "sysroot", &e) == -1)
		return -1;
	snprintf(x->object, sizeof(x->object), "%s/object", x->path);
	x->dir = fs_open_dir(x->place, "object", &e);
	x->origin[0] =
	    (struct origin){ STR("z"), "/build", arena_printf(&arena, "%s/build", x->path) };
	x->origin[1] =
	    (struct origin){ STR("libs"), "/sysroot", arena_printf(&arena, "%s/sysroot", x->path) };
	x->origins = (struct origins){ x->origin, COUNT_OF(x->origin) };
	x->package.target = &armv7;
	put(x, "bin/usr/bin/z", elf_make(&arena, &program));
	put(x, "bin/usr/bin/zgrep", STR("#!/bin/sh\n"));
	put(x, "dev/usr/lib/libz.a", ar_make(&arena, member, 1));
	put(x, "dev/usr/lib/crt1.o", elf_make(&arena, &object));
	put(x, "dev/usr/lib/pkgconfig/z.pc", STR("prefix=/usr\nlibdir=${prefix}/lib\n"));
	put(x, "licence/usr/share/licenses/z/COPYING", STR("Permission is granted\n"));
	put(x, "debug/usr/lib/debug/x.debug", STR("/build/z.c /sysroot/usr"));
	put(x, "map/x.map", STR("/build/z.o"));
	put_link(x, "bin/usr/bin/zcat", "z");
	*state = x;
	return 0;
}

static inline int
tear_down(void **state)
{
	struct fixture *x = *state;
	struct err e = { 0 };

	close(x->dir);
	close(x->place);
	int result = fs_remove(AT_FDCWD, x->path, &e);
	test_free(x);
	return result;
}

static const struct finding *last;
static int nlast;

/* "rule path: detail\n" for each finding, with its waiver's reason. */
static inline char *
judged(struct fixture *x)
{
	const struct str leak[] = { STR("/srv/secret/kiln"), STR("buildbox") };
	const struct inspect_facts facts = {
		.leak = leak, .nleak = COUNT_OF(leak), .origins = x->origins
	};
	struct buf out = { .a = &arena };
	struct finding *v;
	struct err e = { 0 };

	if (inspect(&arena, &x->package, x->object, &facts, &v, &nlast, &e) == -1)
		fail_msg("%s", e.text);
	buf_add_z(&out, "");
	for (int i = 0; i < nlast; i++)
		buf_printf(&out, "%s " STR_FMT ": " STR_FMT "%s" STR_FMT "\n", v[i].rule->id,
		    STR_ARG(v[i].path), STR_ARG(v[i].detail), v[i].waived.n == 0 ? "" : " | ",
		    STR_ARG(v[i].waived));
	last = v;
	return out.p;
}

#define WITH_OBJECT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif
