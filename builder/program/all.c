/*
 * all.c - kiln, kiln-fetch and kiln-cc in one file, told apart by the name it is called.
 *
 * Alone in a folder it is a whole kiln: where its companions do not stand beside it, it
 * starts itself under their names.
 *
 * SPDX-License-Identifier: ISC
 */
#include <string.h>

#include "base/err.h"
#include "cmd/main.h"
#include "driver/main.h"
#include "driver/name.h"
#include "fetch/main.h"

static bool
is_fetch(const char *called)
{
	const char *slash = strrchr(called, '/');

	return strcmp(slash == NULL ? called : slash + 1, "kiln-fetch") == 0;
}

/* "kiln-cc" is one of its names too, as "x-cc" is. */
static bool
is_driver(const char *called)
{
	return name_find(called) != NULL;
}

static const struct {
	bool (*is)(const char *called);
	int (*main)(int argc, char **argv);
} programs[] = {
	{ is_fetch, fetch_main },
	{ is_driver, driver_main },
};

int
main(int argc, char **argv)
{
	if (argc < 1)
		return ERR_USAGE;
	for (size_t i = 0; i < COUNT_OF(programs); i++)
		if (programs[i].is(argv[0]))
			return programs[i].main(argc, argv);
	return cmd_main(argc, argv, true);
}
