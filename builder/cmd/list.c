/* SPDX-License-Identifier: ISC */
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/session.h"

static int
print_one(struct session *s, struct str name, struct buf *out, struct json *j, struct err *e)
{
	const struct package *p;

	if (tree_package(s->tree, name, s->target[0], NULL, 0, &p, e) == -1)
		return -1;
	if (s->args->given[OPT_QUIET]) {
		buf_printf(out, STR_FMT "\n", STR_ARG(name));
	} else if (s->args->given[OPT_JSON]) {
		json_open(j, NULL, '{');
		json_str(j, "name", p->name);
		json_str(j, "version", p->version);
		json_str(j, "summary", p->summary);
		json_close(j, '}');
	} else {
		buf_printf(out, "%-18.*s %-14.*s " STR_FMT "\n", STR_ARG(p->name),
		    STR_ARG(p->version), STR_ARG(p->summary));
	}
	return 0;
}

int
cmd_list(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct str *name;
	int n;

	(void)status;
	if (session_open(&s, args, e) == -1 ||
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
