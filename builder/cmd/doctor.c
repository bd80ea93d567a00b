/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/result.h"
#include "make/build.h"
#include "make/toolroot.h"

enum { DISK_LEAST_MIB = 4096 };

struct doctor {
	struct session *s;
	struct buf out;
	struct map packages; /* those that would bring what is missing */
	struct json json;
	bool is_json;
	int nbad;
};

static void
say(struct doctor *d, bool ok, const char *what, struct str detail)
{
	d->nbad += !ok;
	if (!d->is_json) {
		buf_printf(
		    &d->out, "%-4s %-22s " STR_FMT "\n", ok ? "ok" : "BAD", what, STR_ARG(detail));
		return;
	}
	json_open(&d->json, NULL, '{');
	json_str(&d->json, "check", str_of(what));
	json_bool(&d->json, "ok", ok);
	json_str(&d->json, "detail", detail);
	json_close(&d->json, '}');
}

static int
check_tool(struct doctor *d, struct str name, struct err *e)
{
	struct arena *a = &d->s->run;
	const struct tool *tool;
	struct buf detail = { .a = a };
	struct str *path;
	int n;

	if (tree_tool(d->s->tree, name, &tool, e) == -1)
		return -1;
	tool_missing(a, tool, &path, &n);
	for (int i = 0; i < n; i++)
		buf_printf(
		    &detail, STR_FMT " is missing%s", STR_ARG(path[i]), i + 1 < n ? ", " : "");
	if (n != 0)
		tool_packages(&d->packages, tool);
	say(d, n == 0, arena_printf(a, "tool " STR_FMT, STR_ARG(name)), buf_str(&detail));
	return 0;
}

/* The tools that some recipe names; the others need not be here. */
static int
check_tools(struct doctor *d, struct err *e)
{
	struct map used = { .a = &d->s->run };
	struct str *name;
	const struct package *p;
	int n;

	if (tree_names(d->s->tree, TREE_PACKAGES, &name, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		if (tree_package(d->s->tree, name[i], d->s->target[0], NULL, 0, &p, e) == -1)
			return -1;
		for (int k = 0; k < p->ntool; k++)
			map_put(&used, p->tool[k], 1);
	}
	for (int i = 0; i < used.n; i++)
		if (check_tool(d, used.entry[i].key, e) == -1)
			return -1;
	return 0;
}

static int
check_emulators(struct doctor *d, struct err *e)
{
	struct arena *a = &d->s->run;
	struct str *name;
	const struct target *t;
	const char *path;
	int n;

	if (tree_names(d->s->tree, TREE_TARGETS, &name, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		struct err missing = { 0 };
		if (tree_target(d->s->tree, name[i], &t, e) == -1)
			return -1;
		bool ok = build_emulator(a, t, &path, &missing) == 0;
		if (!ok)
			map_put(&d->packages, STR("qemu-user-static"), 1);
		say(d, ok, arena_printf(a, "runs " STR_FMT, STR_ARG(name[i])),
		    ok ? str_printf(a, "%s", path == NULL ? "natively" : path) :
			 str_of(missing.text));
	}
	return 0;
}

static void
check_disk(struct doctor *d)
{
	struct statvfs v;
	uint64_t free_bytes;

	if (statvfs(d->s->out_path, &v) == -1)
		return;
	free_bytes = (uint64_t)v.f_bavail * v.f_frsize;
	say(d, free_bytes >> 20 >= DISK_LEAST_MIB, "disk",
	    str_printf(
		&d->s->run, "%s free at %s", result_size(&d->s->run, free_bytes), d->s->out_path));
}

static void
check_programs(struct doctor *d)
{
	const char *fetch = d->s->workshop.source.fetch_program;

	say(d, access(fetch, X_OK) == 0, "kiln-fetch", str_of(fetch));
	say(d, access(d->s->workshop.driver, X_OK) == 0, "kiln-cc", str_of(d->s->workshop.driver));
}

static int
check_all(struct doctor *d, struct err *e)
{
	const char *refused = sandbox_probe(&d->s->run);

	say(d, refused == NULL, "namespaces", str_of(refused == NULL ? "" : refused));
	check_programs(d);
	check_disk(d);
	if (check_emulators(d, e) == -1)
		return -1;
	return check_tools(d, e);
}

static void
say_packages(struct doctor *d)
{
	for (int i = 0; i < d->packages.n; i++)
		buf_printf(&d->out, "%s " STR_FMT, i == 0 ? "\non Debian: apt-get install" : "",
		    STR_ARG(d->packages.entry[i].key));
	if (d->packages.n != 0)
		buf_add_char(&d->out, '\n');
}

int
cmd_doctor(const struct args *args, int *status, struct err *e)
{
	static struct session s;

	if (session_open(&s, args, e) == -1)
		return -1;
	struct doctor d = { .s = &s,
		.out = { .a = &s.run },
		.packages = { .a = &s.run },
		.is_json = args->given[OPT_JSON] };
	d.json.out = &d.out;
	if (d.is_json) {
		json_open(&d.json, NULL, '{');
		json_str(&d.json, "schema", STR("kiln/doctor/1"));
		json_open(&d.json, "checks", '[');
	}
	if (check_all(&d, e) == -1)
		return -1;
	if (d.is_json) {
		json_close(&d.json, ']');
		json_close(&d.json, '}');
		buf_add_char(&d.out, '\n');
	} else {
		say_packages(&d);
	}
	*status = d.nbad == 0 ? 0 : ERR_MACHINE;
	return cmd_answer(buf_str(&d.out), e);
}
