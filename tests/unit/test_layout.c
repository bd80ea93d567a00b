/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "make/layout.h"

static const struct sandbox everything = { .toolroot = "/out/tools/1",
	.driver = "/out/kiln-cc",
	.driver_name = (const char *const[]){ "cc", NULL },
	.driver_conf = "conf",
	.sysroot = (const char *const[]){ "/out/store/1/dev", "/out/store/2/dev", NULL },
	.build_conf = "build conf",
	.build_sysroot = (const char *const[]){ "/out/store/5/dev", NULL },
	.bin = (const char *const[]){ "/out/store/3/bin", NULL },
	.stage = "/out/stage/1",
	.work = "/out/build/1",
	.slot_socket = "/out/run/1",
	.env = (const char *const[]){ "A=b", NULL },
	.target = (const char *const[]){ "/out/store/4/bin", NULL },
	.emulator = "/usr/bin/qemu-arm-static",
	.emulator_conf = "emulate" };

static const struct mount_step *
find(const struct mount_step *step, int n, enum mount_kind kind, const char *at)
{
	for (int i = 0; i < n; i++)
		if (step[i].kind == kind && strcmp(step[i].at, at) == 0)
			return &step[i];
	return NULL;
}

static void
every_part_of_a_plan_has_its_place(void **state)
{
	static const struct {
		enum mount_kind kind;
		const char *at, *from;
	} row[] = {
		{ MOUNT_PROC, "proc", NULL },
		{ MOUNT_DEVICE, "dev/urandom", "/dev/urandom" },
		{ MOUNT_FILE, "etc/kiln-cc.conf", "conf" },
		{ MOUNT_FILE, "etc/kiln-build-cc.conf", "build conf" },
		{ MOUNT_FILE, "etc/kiln-run.conf", "emulate" },
		{ MOUNT_SEAL, "etc", NULL },
		{ MOUNT_READ, "kiln/bin/kiln-cc", "/out/kiln-cc" },
		{ MOUNT_LINK, "kiln/bin/cc", "kiln-cc" },
		{ MOUNT_READ, "kiln/need/0", "/out/store/3/bin" },
		{ MOUNT_SEAL, "kiln", NULL },
		{ MOUNT_BIND, "run/kiln", "/out/build/1/run" },
		{ MOUNT_BIND, "run/kiln/slot", "/out/run/1" },
		{ MOUNT_BIND, "out", "/out/build/1/out" },
		{ MOUNT_BIND, "maps", "/out/build/1/maps" },
		{ MOUNT_BIND, "tmp", "/out/build/1/tmp" },
		{ MOUNT_LAYER, "build", "/out/build/1" },
		{ MOUNT_MERGE, "sysroot", NULL },
		{ MOUNT_MERGE, "kiln/sysroot", NULL },
		{ MOUNT_MERGE, "target", NULL },
		{ MOUNT_DEVICE, "target/dev/tty", "/dev/tty" },
		{ MOUNT_LINK, "target/dev/ptmx", "pts/ptmx" },
		{ MOUNT_PTS, "target/dev/pts", NULL },
		{ MOUNT_READ, "target/.emulator", "/usr/bin/qemu-arm-static" },
	};
	struct arena a = { 0 };
	int n;

	(void)state;
	const struct mount_step *step = layout_steps(&a, &everything, &n);
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		const struct mount_step *s = find(step, n, row[i].kind, row[i].at);
		if (s == NULL || (row[i].from != NULL && strcmp(s->from, row[i].from) != 0))
			fail_msg("no step of kind %d for %s", (int)row[i].kind, row[i].at);
	}
	arena_free(&a);
}

/* What is written to the machine from inside: the work folder, the slot, nothing else. */
static void
only_the_work_folder_is_writable(void **state)
{
	struct arena a = { 0 };
	int n, writable = 0;

	(void)state;
	const struct mount_step *step = layout_steps(&a, &everything, &n);
	for (int i = 0; i < n; i++) {
		if (step[i].kind != MOUNT_BIND && step[i].kind != MOUNT_LAYER)
			continue;
		writable++;
		if (strncmp(step[i].from, "/out/build/1", 12) != 0 &&
		    strcmp(step[i].from, "/out/run/1") != 0)
			fail_msg("%s is writable at %s", step[i].from, step[i].at);
	}
	assert_int_equal(writable, 6);
	arena_free(&a);
}

static void
what_a_plan_does_not_name_is_not_there(void **state)
{
	const struct sandbox least = { .toolroot = "/t", .work = "/w" };
	struct arena a = { 0 };
	int n;

	(void)state;
	const struct mount_step *step = layout_steps(&a, &least, &n);
	for (int i = 0; i < n; i++)
		if (strncmp(step[i].at, "target", 6) == 0 ||
		    strncmp(step[i].at, "kiln/target", 11) == 0 ||
		    strcmp(step[i].at, "run/kiln/slot") == 0 ||
		    strcmp(step[i].at, "etc/kiln-run.conf") == 0 ||
		    strcmp(step[i].at, "kiln/bin/kiln-cc") == 0)
			fail_msg("%s is there", step[i].at);
	/* Without a stage the work folder itself is the place to build in. */
	assert_string_equal(find(step, n, MOUNT_BIND, "build")->from, "/w/upper");
	assert_int_equal(find(step, n, MOUNT_MERGE, "sysroot")->lower[0] == NULL, true);
	arena_free(&a);
}

static void
every_mount_point_of_the_root_is_one_a_toolroot_holds(void **state)
{
	struct arena a = { 0 };
	int n;

	(void)state;
	const struct mount_step *step = layout_steps(&a, &everything, &n);
	for (int i = 0; i < n; i++) {
		bool is_held = strchr(step[i].at, '/') != NULL;
		for (int k = 0; layout_mount_point[k] != NULL; k++)
			is_held |= strcmp(step[i].at, layout_mount_point[k]) == 0;
		if (!is_held)
			fail_msg("no toolroot holds /%s", step[i].at);
	}
	arena_free(&a);
}

static void
a_setting_of_the_recipe_replaces_ours(void **state)
{
	static const char *const env[] = { "LC_ALL=en_US", "PATHS=x", NULL };
	static const char *const want[] = { "LC_ALL=en_US", "PATHS=x", "PATH=/kiln/bin:/usr/bin",
		"TZ=UTC", "TERM=dumb", NULL };
	const struct sandbox s = { .env = env };
	struct arena a = { 0 };

	(void)state;
	const char *const *got = layout_env(&a, &s);
	for (size_t i = 0; want[i] != NULL; i++)
		assert_string_equal(got[i], want[i]);
	assert_null(got[COUNT_OF(want) - 1]);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_of_a_plan_has_its_place),
		cmocka_unit_test(only_the_work_folder_is_writable),
		cmocka_unit_test(what_a_plan_does_not_name_is_not_there),
		cmocka_unit_test(every_mount_point_of_the_root_is_one_a_toolroot_holds),
		cmocka_unit_test(a_setting_of_the_recipe_replaces_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
