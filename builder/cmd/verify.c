/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/session.h"

struct report_to {
	struct buf out;
	struct json json;
	bool is_json;
};

static void
put_damage(void *ctx, const char *sentence)
{
	struct report_to *r = ctx;

	if (r->is_json)
		json_str(&r->json, NULL, str_of(sentence));
	else
		buf_printf(&r->out, "%s\n", sentence);
}

int
cmd_verify(const struct args *args, int *status, struct err *e)
{
	static struct session s;

	if (session_open(&s, args, e) == -1 || session_store(&s, e) == -1)
		return -1;
	struct report_to r = { .out = { .a = &s.run }, .is_json = args->given[OPT_JSON] };
	r.json.out = &r.out;
	if (r.is_json) {
		json_open(&r.json, NULL, '{');
		json_str(&r.json, "schema", STR("kiln/verify/1"));
		json_open(&r.json, "damaged", '[');
	}
	int n = store_verify(s.store, args->given[OPT_REPAIR], put_damage, &r, e);
	if (n == -1)
		return -1;
	if (r.is_json) {
		json_close(&r.json, ']');
		json_close(&r.json, '}');
		buf_add_char(&r.out, '\n');
	}
	if (cmd_answer(buf_str(&r.out), e) == -1)
		return -1;
	if (!args->given[OPT_QUIET])
		fprintf(stderr, "kiln: %d damaged object%s%s\n", n, n == 1 ? "" : "s",
		    n == 0                  ? "" :
		    args->given[OPT_REPAIR] ? " moved away; the next build makes them again" :
					      " (kiln verify --repair moves them away)");
	*status = n == 0 || args->given[OPT_REPAIR] ? 0 : ERR_CHECK;
	return 0;
}
