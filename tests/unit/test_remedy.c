/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "make/remedy.h"

static const struct remedy_facts plain = {
	.userns_clone = -1, .max_namespaces = 63000, .apparmor = -1
};

static struct remedy_facts
with(int64_t userns_clone, int64_t max_namespaces, int64_t apparmor)
{
	return (struct remedy_facts){ userns_clone, max_namespaces, apparmor, false, false, false };
}

static void
a_refusal_is_answered_with_the_setting_that_allows_it(void **state)
{
	struct remedy_facts root = plain, filtered = plain, docker = plain,
			    root_switch = with(0, 9, -1);
	struct arena a = { 0 };

	(void)state;
	root.is_root = true;
	root_switch.is_root = true;
	filtered.has_filter = true;
	docker.in_container = true;
	const struct {
		struct remedy_facts facts;
		enum init_step step;
		int cause;
		const char *want;
	} row[] = {
		{ with(0, 63000, -1), INIT_STEP_IDS, EPERM, "kernel.unprivileged_userns_clone=1" },
		{ root_switch, INIT_STEP_IDS, ENOSPC, "are in use" },
		{ with(1, 0, -1), INIT_STEP_IDS, ENOSPC, "sysctl user.max_user_namespaces=15000" },
		{ with(1, 9, -1), INIT_STEP_IDS, ENOSPC, "are in use" },
		{ with(1, 63000, 1), INIT_STEP_MOUNT, EACCES,
		    "kernel.apparmor_restrict_unprivileged_userns=0" },
		{ filtered, INIT_STEP_IDS, EPERM, "--security-opt seccomp=unconfined" },
		{ docker, INIT_STEP_MOUNT, EACCES, "--privileged" },
		{ docker, INIT_STEP_PROC, EPERM, "systempaths=unconfined" },
		{ root, INIT_STEP_PROC, EPERM, "systempaths=unconfined" },
		{ root, INIT_STEP_IDS, EINVAL, "CONFIG_USER_NS" },
		{ root, INIT_STEP_MOUNT, ENODEV, "CONFIG_OVERLAY_FS" },
		{ plain, INIT_STEP_SETUP, EPERM, "a sandbox needs" },
	};
	for (size_t i = 0; i < COUNT_OF(row); i++) {
		const char *text = remedy_text(&a, &row[i].facts, row[i].step, row[i].cause);
		if (strstr(text, row[i].want) == NULL)
			fail_msg("row %zu: \"%s\" is not in \"%s\"", i, row[i].want, text);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refusal_is_answered_with_the_setting_that_allows_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
