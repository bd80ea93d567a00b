/*
 * fuzz_tool.c - any bytes as a record of a tool's files, a dpkg status, a configuration of `run`.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdint.h>
#include <stdlib.h>

#include "driver/runconf.h"
#include "make/dpkg.h"
#include "make/toolfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* A line that is taken prints as itself, so a record that was read can be written again. */
static void
check_record(struct arena *a, struct str text)
{
	struct str line;

	while (str_cut(&text, '\n', &line)) {
		struct toolfile f = { 0 }, again = { 0 };
		struct buf b = { .a = a };
		if (toolfile_parse(line, &f) == -1)
			continue;
		toolfile_print(&b, &f);
		struct str printed = buf_str(&b);
		printed.n--;
		if (toolfile_parse(printed, &again) == -1 || !str_eq(f.path, again.path) ||
		    f.type != again.type || f.stamp.ctime_ns != again.stamp.ctime_ns)
			abort();
	}
}

static void
check_status(struct str text)
{
	const struct str name[] = { STR("make"), STR("libc6") };
	struct str version[COUNT_OF(name)];

	dpkg_versions(text, name, COUNT_OF(name), version);
	for (size_t i = 0; i < COUNT_OF(name); i++)
		if (version[i].n != 0 &&
		    (version[i].p < text.p || version[i].p + version[i].n > text.p + text.n))
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = { 0 };
	struct str text = { (const char *)p, n };
	struct runconf c;
	struct err e = { 0 };

	check_record(&a, text);
	check_status(text);
	if (runconf_parse(&a, text, &c, &e) == 0)
		(void)runconf_binfmt(&a, &c);
	arena_free(&a);
	return 0;
}
