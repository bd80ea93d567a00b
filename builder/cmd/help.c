/* SPDX-License-Identifier: ISC */
#include "cmd/cmd.h"
#include "recipe/field.h"

int
cmd_help(const struct args *args, int *status, struct err *e)
{
	struct arena a = { 0 };
	struct buf out = { .a = &a };
	int v;

	(void)status;
	if (args->operand.n == 0) {
		args_help(&out);
	} else if (str_is(args->operand.v[0], "recipe")) {
		recipe_help(&out);
	} else {
		v = args_find_verb(args->operand.v[0]);
		if (v == -1)
			return err_set(e, ERR_USAGE, "no verb is called '" STR_FMT "' (kiln help)",
			    STR_ARG(args->operand.v[0]));
		args_help_verb(&out, (enum verb)v);
	}
	int rc = cmd_answer(buf_str(&out), e);
	arena_free(&a);
	return rc;
}

int
cmd_version(const struct args *args, int *status, struct err *e)
{
	(void)args;
	(void)status;
	return cmd_answer(STR("kiln " KILN_VERSION "\n"), e);
}

int
cmd_complete(const struct args *args, int *status, struct err *e)
{
	struct arena a = { 0 };
	struct buf out = { .a = &a };

	(void)status;
	if (args_complete(&out, args->operand.v[0], e) == -1)
		return -1;
	int rc = cmd_answer(buf_str(&out), e);
	arena_free(&a);
	return rc;
}
