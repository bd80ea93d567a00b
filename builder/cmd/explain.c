/* SPDX-License-Identifier: ISC */
#include "base/json.h"
#include "cmd/cmd.h"
#include "make/inspect.h"

static void
list_rules(struct buf *out)
{
	const struct rule *rule;

	for (int i = 0; (rule = inspect_rule(i)) != NULL; i++)
		buf_printf(out, "%-24s %s\n", rule->id, rule->summary);
}

static void
rules_json(struct buf *out)
{
	const struct rule *rule;
	struct json j = { .out = out };

	json_open(&j, NULL, '{');
	json_str(&j, "schema", STR("kiln/rules/1"));
	json_open(&j, "rules", '[');
	for (int i = 0; (rule = inspect_rule(i)) != NULL; i++) {
		json_open(&j, NULL, '{');
		json_str(&j, "id", str_of(rule->id));
		json_str(&j, "summary", str_of(rule->summary));
		json_str(&j, "explain", str_of(rule->explain));
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	buf_add_char(out, '\n');
}

static int
unknown_rule(struct arena *a, struct str id, struct err *e)
{
	struct str all[128];
	const struct rule *rule;
	int n = 0;

	(void)a;
	while (n < (int)COUNT_OF(all) && (rule = inspect_rule(n)) != NULL)
		all[n++] = str_of(rule->id);
	int near = str_nearest(id, all, n);
	if (near == -1)
		return err_set(
		    e, ERR_USAGE, "no rule is called '" STR_FMT "' (kiln explain)", STR_ARG(id));
	return err_set(e, ERR_USAGE, "no rule is called '" STR_FMT "'; did you mean '" STR_FMT "'?",
	    STR_ARG(id), STR_ARG(all[near]));
}

int
cmd_explain(const struct args *args, int *status, struct err *e)
{
	struct arena a = { 0 };
	struct buf out = { .a = &a };

	(void)status;
	if (args->given[FLAG_JSON]) {
		rules_json(&out);
	} else if (args->operand.n == 0) {
		list_rules(&out);
	} else {
		const struct rule *rule = inspect_find_rule(args->operand.v[0]);
		if (rule == NULL)
			return unknown_rule(&a, args->operand.v[0], e);
		buf_printf(&out, "%s: %s\n\n%s\n", rule->id, rule->summary, rule->explain);
	}
	int rc = cmd_answer(buf_str(&out), e);
	arena_free(&a);
	return rc;
}
