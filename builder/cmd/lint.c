/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/session.h"

struct linter {
	struct session *s;
	struct buf out;
	struct json json;
};

static void
put_problem(void *ctx, const struct err *problem)
{
	struct linter *l = ctx;

	if (!l->s->args->given[OPT_JSON])
		buf_printf(&l->out, "%s\n", problem->text);
	else
		json_str(&l->json, NULL, str_of(problem->text));
}

static int
lint_all(struct linter *l, const struct str *name, int n, struct err *e)
{
	int total = 0;

	for (int i = 0; i < n; i++) {
		int found = tree_lint(l->s->tree, name[i], put_problem, l, e);
		if (found == -1)
			return -1;
		total += found;
	}
	return total;
}

int
cmd_lint(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct str *name;
	int n, total;

	if (session_open(&s, args, e) == -1 || session_packages(&s, &name, &n, e) == -1)
		return -1;
	struct linter l = { .s = &s, .out = { .a = &s.run } };
	l.json.out = &l.out;
	if (args->given[OPT_JSON]) {
		json_open(&l.json, NULL, '{');
		json_str(&l.json, "schema", STR("kiln/lint/1"));
		json_open(&l.json, "problems", '[');
	}
	total = lint_all(&l, name, n, e);
	if (total == -1)
		return -1;
	if (args->given[OPT_JSON]) {
		json_close(&l.json, ']');
		json_close(&l.json, '}');
		buf_add_char(&l.out, '\n');
	}
	if (cmd_answer(buf_str(&l.out), e) == -1)
		return -1;
	if (!args->given[OPT_QUIET] && !args->given[OPT_JSON])
		fprintf(stderr, "kiln: %d recipe%s, %d problem%s\n", n, n == 1 ? "" : "s", total,
		    total == 1 ? "" : "s");
	*status = total == 0 ? 0 : ERR_RECIPE;
	return 0;
}
