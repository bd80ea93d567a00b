/* SPDX-License-Identifier: ISC */
#include "cmd/size_bundle.h"

#include <fcntl.h>

#include "cmd/cmd.h"
#include "cmd/result.h"
#include "ship/growth.h"
#include "sys/fs.h"

static int
read_bill(struct arena *a, struct str path, const struct json_value **out, struct err *e)
{
	struct str text;

	if (fs_read(a, AT_FDCWD, str_z(a, path), FS_READ_MAX, &text, e) == -1)
		return -1;
	if (json_parse(a, text, out, e) == -1 || growth_check(*out, e) == -1)
		return err_wrap(e, STR_FMT, STR_ARG(path));
	return 0;
}

/* How many bytes each has it does not say. */
static void
put_modules(struct buf *out, const struct json_value *p)
{
	const struct json_value *modules = json_get(p, "modules");

	buf_printf(
	    out, "; made by Go " STR_FMT ", of its library and\n", STR_ARG(json_text(p, "go")));
	buf_printf(out, "  " STR_FMT "\n", STR_ARG(json_text(p, "package")));
	for (const struct json_value *m = modules == NULL ? NULL : modules->child; m != NULL;
	     m = m->next)
		buf_printf(out, "  " STR_FMT " " STR_FMT "\n", STR_ARG(json_text(m, "path")),
		    STR_ARG(json_text(m, "version")));
}

static void
put_program(struct buf *out, const struct json_value *p)
{
	const struct json_value *linked = json_get(p, "linked");
	uint64_t loaded = json_number(p, "loaded_bytes");

	buf_printf(out, "\n" STR_FMT ": %s, of which %s are loaded", STR_ARG(json_text(p, "path")),
	    result_size(out->a, json_number(p, "size_bytes")), result_size(out->a, loaded));
	if (json_get(p, "go") != NULL) {
		put_modules(out, p);
		return;
	}
	if (linked == NULL) {
		buf_add_z(out, "; nothing is known of its link\n");
		return;
	}
	buf_printf(
	    out, "; %d %% accounted for\n", result_percent(json_number(p, "known_bytes"), loaded));
	for (const struct json_value *l = linked->child; l != NULL; l = l->next) {
		struct str name = json_text(l, "package");
		uint64_t bytes = json_number(l, "file_bytes");
		buf_printf(out, "  %-20.*s %10s  %3d %%\n",
		    STR_ARG(name.n == 0 ? STR("(the linker)") : name), result_size(out->a, bytes),
		    result_percent(bytes, json_number(p, "known_bytes")));
	}
}

static void
put_growth(struct buf *out, const struct growth *g)
{
	bool is_more = g->now_bytes >= g->before_bytes;
	uint64_t bytes = is_more ? g->now_bytes - g->before_bytes : g->before_bytes - g->now_bytes;

	if (bytes == 0)
		return;
	buf_printf(out, "  %-20.*s %c%s",
	    STR_ARG(g->package.n == 0 ? STR("(the bundle)") : g->package), is_more ? '+' : '-',
	    result_size(out->a, bytes));
	buf_add_z(out, g->before_bytes == 0 ? ", new\n" : g->now_bytes == 0 ? ", gone\n" : "\n");
}

static void
put_difference(
    struct buf *out, struct str path, const struct json_value *before, const struct json_value *now)
{
	uint64_t was = json_number(before, "files_bytes"), is = json_number(now, "files_bytes");
	struct growth_list v;

	growth_make(out->a, before, now, &v);
	buf_printf(out, "\nsince " STR_FMT ": %s %s\n", STR_ARG(path),
	    result_size(out->a, is > was ? is - was : was - is), is > was ? "more" : "less");
	for (int i = 0; i < v.n; i++)
		put_growth(out, &v.v[i]);
}

bool
size_is_of_bundle(struct str operand)
{
	return str_ends(operand, STR(".json"));
}

int
size_bundle(const struct args *args, struct err *e)
{
	static struct arena a;
	struct buf out = { .a = &a };
	const struct json_value *now, *before, *programs;
	struct str since = args->value[OPT_SINCE];

	if (read_bill(&a, args->operand.v[0], &now, e) == -1)
		return -1;
	buf_printf(&out, STR_FMT " " STR_FMT ": %s of files\n", STR_ARG(json_text(now, "profile")),
	    STR_ARG(json_text(now, "target")), result_size(&a, json_number(now, "files_bytes")));
	if (args->given[OPT_SINCE]) {
		if (read_bill(&a, since, &before, e) == -1)
			return -1;
		put_difference(&out, since, before, now);
		return cmd_answer(str_clean(&a, buf_str(&out)), e);
	}
	programs = json_get(now, "programs");
	for (const struct json_value *p = programs == NULL ? NULL : programs->child; p != NULL;
	     p = p->next)
		put_program(&out, p);
	return cmd_answer(str_clean(&a, buf_str(&out)), e);
}
