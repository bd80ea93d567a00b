/* SPDX-License-Identifier: ISC */
#include "base/json.h"
#include "cmd/cmd.h"
#include "make/rule.h"

static void
list_rules(struct buf *out)
{
	const struct rule *rule;

	for (int i = 0; (rule = rule_row(i)) != NULL; i++)
		buf_printf(out, "%-26s %s\n", rule->id, rule->summary);
}

static void
rules_json(struct buf *out)
{
	const struct rule *rule;
	struct json j = { .out = out };

	json_open(&j, NULL, '{');
	json_str(&j, "schema", STR("kiln/rules/1"));
	json_open(&j, "rules", '[');
	for (int i = 0; (rule = rule_row(i)) != NULL; i++) {
		json_open(&j, NULL, '{');
		json_str(&j, "id", str_of(rule->id));
		json_str(&j, "summary", str_of(rule->summary));
		json_str(&j, "what", str_of(rule->what));
		json_str(&j, "why", str_of(rule->why));
		json_str(&j, "remedy", str_of(rule->remedy));
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	buf_add_char(out, '\n');
}

static int
unknown_rule(struct str id, struct err *e)
{
	struct str all[RULE_COUNT];

	for (int i = 0; i < RULE_COUNT; i++)
		all[i] = str_of(rule_row(i)->id);
	int near = str_nearest(id, all, RULE_COUNT);
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
	if (args->given[OPT_JSON]) {
		rules_json(&out);
	} else if (args->operand.n == 0) {
		list_rules(&out);
	} else {
		int i = rule_find(args->operand.v[0]);
		if (i == -1)
			return unknown_rule(args->operand.v[0], e);
		rule_explain(&out, rule_row(i));
	}
	int rc = cmd_answer(buf_str(&out), e);
	arena_free(&a);
	return rc;
}
