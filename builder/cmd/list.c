/* SPDX-License-Identifier: ISC */
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/result.h"
#include "sys/fs.h"

/* The targets whose out/<target>/bin has the result of a working copy. */
static int
dirty_targets(struct session *s, struct str name, struct str_vec *out, struct err *e)
{
	struct str *target, from;
	const struct target *t;
	int n;

	if (s->store == NULL)
		return 0;
	if (tree_names(s->tree, TREE_TARGETS, &target, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		struct package p = { .name = name };
		if (tree_target(s->tree, target[i], &t, e) == -1)
			return -1;
		p.target = t;
		if (result_is_dirty(s, &p, &from))
			VEC_ADD(&s->run, out, target[i]);
	}
	return 0;
}

static void
print_text(const struct package *p, const struct str_vec *dirty, struct buf *out)
{
	buf_printf(out, "%-18.*s %-14.*s " STR_FMT, STR_ARG(p->name), STR_ARG(p->version),
	    STR_ARG(p->summary));
	for (int i = 0; i < dirty->n; i++)
		buf_printf(out, "%s" STR_FMT "%s", i == 0 ? " (dirty: " : ", ",
		    STR_ARG(dirty->v[i]), i == dirty->n - 1 ? ")" : "");
	buf_add_char(out, '\n');
}

static int
print_one(struct session *s, struct str name, struct buf *out, struct json *j, struct err *e)
{
	struct str_vec dirty = { 0 };
	const struct package *p;

	if (tree_package(s->tree, name, s->target[0], NULL, 0, &p, e) == -1)
		return -1;
	if (s->args->given[OPT_QUIET]) {
		buf_printf(out, STR_FMT "\n", STR_ARG(name));
		return 0;
	}
	if (dirty_targets(s, name, &dirty, e) == -1)
		return -1;
	if (s->args->given[OPT_JSON]) {
		json_open(j, NULL, '{');
		json_str(j, "name", p->name);
		json_str(j, "version", p->version);
		json_str(j, "summary", p->summary);
		json_open(j, "dirty", '[');
		for (int i = 0; i < dirty.n; i++)
			json_str(j, NULL, dirty.v[i]);
		json_close(j, ']');
		json_close(j, '}');
	} else {
		print_text(p, &dirty, out);
	}
	return 0;
}

/* Where nothing was built, nothing is dirty, and no store is made to say so. */
static int
open_store(struct session *s, struct err *e)
{
	if (s->args->given[OPT_QUIET] || !fs_exists(s->out_dir, "store"))
		return 0;
	return session_store(s, e);
}

int
cmd_list(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct str *name;
	int n;

	(void)status;
	if (session_open(&s, args, e) == -1 || open_store(&s, e) == -1 ||
	    tree_names(s.tree, TREE_PACKAGES, &name, &n, e) == -1)
		return -1;
	struct buf out = { .a = &s.run };
	struct json j = { .out = &out };
	if (args->given[OPT_JSON]) {
		json_open(&j, NULL, '{');
		json_str(&j, "schema", STR("kiln/list/1"));
		json_open(&j, "packages", '[');
	}
	for (int i = 0; i < n; i++)
		if (print_one(&s, name[i], &out, &j, e) == -1)
			return -1;
	if (args->given[OPT_JSON]) {
		json_close(&j, ']');
		json_close(&j, '}');
		buf_add_char(&out, '\n');
	}
	return cmd_answer(buf_str(&out), e);
}
