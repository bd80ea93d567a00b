/* SPDX-License-Identifier: ISC */
#include "ship/legal.h"

#include <stdio.h>

#include "cmd/cargo.h"
#include "cmd/cmd.h"
#include "cmd/result.h"
#include "cmd/run.h"
#include "ship/spdx.h"
#include "sys/draft.h"

/* Into out/legal/PROFILE: ship/legal.h. */
struct collecting {
	struct shipping ship;
	struct session *s;
	struct arena *a;
	struct draft draft;
	struct legal legal;
	struct map seen; /* packages that are told of */
	struct buf *answer;
};

static void
note(void *ctx, const char *sentence)
{
	struct session *s = ctx;

	if (!s->args->given[OPT_QUIET])
		fprintf(stderr, "kiln: %s\n", sentence);
}

static int
open_folder(struct collecting *c, struct source_opts *source, struct err *e)
{
	struct session *s = c->s;

	if (draft_open(
		c->a, s->out_dir, "legal", str_z(c->a, c->ship.bundle->name), &c->draft, e) == -1)
		return -1;
	*source = s->workshop.source;
	source->note = note;
	source->ctx = s;
	c->legal = (struct legal){ .a = c->a,
		.tree = s->tree,
		.source = source,
		.dir = c->draft.dir,
		.path = arena_printf(c->a, "%s/%s", s->out_path, c->draft.tmp),
		.taken = { .a = c->a } };
	return 0;
}

static int
collect_part(struct collecting *c, const struct package *p, struct err *e)
{
	struct buf licence = { .a = c->a };

	if (!c->s->args->given[OPT_ALL] && !spdx_is_copyleft(p->licence, p->nlicence))
		return 0;
	if (legal_add(&c->legal, p, e) == -1)
		return -1;
	if (map_get(&c->seen, p->name) != -1)
		return 0;
	map_put(&c->seen, p->name, 1);
	spdx_expression(&licence, p->licence, p->nlicence);
	buf_printf(c->answer, "  %-24s " STR_FMT "\n",
	    arena_printf(c->a, STR_FMT " " STR_FMT, STR_ARG(p->name), STR_ARG(p->version)),
	    STR_ARG(buf_str(&licence)));
	return 0;
}

static int
collect_target(struct collecting *c, struct str name, struct err *e)
{
	const struct target *target;
	struct cargo cargo;

	if (tree_target(c->s->tree, name, &target, e) == -1 ||
	    cargo_load(&c->ship, target, &cargo, e) == -1 || cargo_take_stock(&cargo, e) == -1)
		return -1;
	for (int i = 0; i < cargo.inventory.part.n; i++)
		if (collect_part(c, cargo.inventory.part.v[i].package, e) == -1)
			return -1;
	return 0;
}

static int
collect_all(struct collecting *c, struct err *e)
{
	struct source_opts source;
	struct buf *out = c->answer;

	if (open_folder(c, &source, e) == -1)
		return -1;
	for (int t = 0; t < c->s->ntarget; t++)
		if (collect_target(c, c->s->target[t], e) == -1)
			return -1;
	if (legal_finish(&c->legal, e) == -1 || draft_finish(&c->draft, e) == -1)
		return -1;
	if (c->seen.n == 0)
		buf_add_z(out, "no licence in it asks for its sources; --all collects them all\n");
	buf_printf(out, "%s/%s: sources of %d package%s, %s\n", c->s->out_path, c->draft.name,
	    c->seen.n, c->seen.n == 1 ? "" : "s", result_size(c->a, c->legal.size_bytes));
	return 0;
}

static int
legal(struct session *s, int *status, struct err *e)
{
	struct buf answer = { .a = &s->run };
	struct collecting c = { .ship = { .s = s, .a = &s->run },
		.s = s,
		.a = &s->run,
		.draft = { .dir = -1, .lock = -1 },
		.seen = { .a = &s->run },
		.answer = &answer };

	if (shipping_profile(&c.ship, e) == -1 || session_store(s, e) == -1 ||
	    shipping_build(&c.ship, status, e) == -1)
		return -1;
	if (*status != 0)
		return 0;
	int rc = collect_all(&c, e);
	draft_close(&c.draft);
	return rc == -1 || run_is_json(s) ? rc : cmd_answer(buf_str(&answer), e);
}

int
cmd_legal(const struct args *args, int *status, struct err *e)
{
	static struct session s;

	return session_open(&s, args, e) == -1 ? -1 : legal(&s, status, e);
}
