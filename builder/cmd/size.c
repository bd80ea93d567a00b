/* SPDX-License-Identifier: ISC */
#include <fcntl.h>

#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/result.h"
#include "cmd/size_bundle.h"
#include "make/owner.h"
#include "make/program.h"
#include "ship/account.h"
#include "ship/bill.h"
#include "sys/fs.h"

enum { SHOWN_OBJECTS = 20 };

struct sizes {
	struct session *s;
	const struct package *p;
	struct arena *a;
	struct owners owners; /* of the sysroot that it was linked with */
	struct buf *out;
	struct json json;
	bool is_json;
};

static struct str
owner_name(const struct sizes *z, int owner)
{
	return owner >= 0              ? z->owners.origin[owner].package :
	       owner == ACCOUNT_LINKER ? STR("(the linker)") :
					 z->p->name;
}

/* ---- for people ---- */

static void
put_shares(struct sizes *z, const struct account *c)
{
	for (int i = 0; i < c->share.n; i++) {
		const struct account_share *share = &c->share.v[i];
		buf_printf(z->out, "  %-20.*s %10s  %3d %%", STR_ARG(owner_name(z, share->owner)),
		    result_size(z->a, share->file_bytes),
		    result_percent(share->file_bytes, c->file_bytes));
		if (share->owner == ACCOUNT_LINKER)
			buf_add_z(z->out, "  tables, and what it kept once for all\n");
		else
			buf_printf(z->out, "  %d object%s\n", share->nobject,
			    share->nobject == 1 ? "" : "s");
	}
}

static void
put_objects(struct sizes *z, const struct account *c)
{
	int shown = c->object.n < SHOWN_OBJECTS ? c->object.n : SHOWN_OBJECTS;

	if (!z->s->args->given[OPT_VERBOSE])
		return;
	buf_printf(z->out, "  the largest of %d objects:\n", c->object.n);
	for (int i = 0; i < shown; i++) {
		const struct account_object *o = &c->object.v[i];
		if (o->owner == ACCOUNT_LINKER)
			continue;
		buf_printf(z->out, "  %10s  " STR_FMT, result_size(z->a, o->file_bytes),
		    STR_ARG(str_base(o->file)));
		if (o->member.n != 0)
			buf_printf(z->out, "(" STR_FMT ")", STR_ARG(o->member));
		buf_printf(z->out, " of " STR_FMT "\n", STR_ARG(owner_name(z, o->owner)));
	}
}

static void
put_text(struct sizes *z, const struct program *program, const struct account *c)
{
	buf_printf(z->out, "\n" STR_FMT ": %s, of which %s are loaded; %d %% accounted for\n",
	    STR_ARG(program->path), result_size(z->a, program->size_bytes),
	    result_size(z->a, program->loaded_bytes),
	    result_percent(c->file_bytes, program->loaded_bytes));
	put_shares(z, c);
	put_objects(z, c);
}

/* ---- for programs ---- */

static void
put_bytes(struct json *j, uint64_t file, uint64_t memory)
{
	json_int(j, "file_bytes", (int64_t)file);
	json_int(j, "memory_bytes", (int64_t)memory);
}

static void
put_owner(struct sizes *z, int owner)
{
	if (owner == ACCOUNT_LINKER)
		json_null(&z->json, "package");
	else
		json_str(&z->json, "package", owner_name(z, owner));
}

static void
put_json(struct sizes *z, const struct program *program, const struct account *c)
{
	struct json *j = &z->json;

	json_open(j, NULL, '{');
	json_str(j, "path", program->path);
	json_str(j, "build_id", program->build_id);
	json_int(j, "size_bytes", (int64_t)program->size_bytes);
	json_int(j, "loaded_bytes", (int64_t)program->loaded_bytes);
	json_int(j, "accounted_bytes", (int64_t)c->file_bytes);
	json_open(j, "packages", '[');
	for (int i = 0; i < c->share.n; i++) {
		json_open(j, NULL, '{');
		put_owner(z, c->share.v[i].owner);
		json_int(j, "objects", c->share.v[i].nobject);
		put_bytes(j, c->share.v[i].file_bytes, c->share.v[i].memory_bytes);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "objects", '[');
	for (int i = 0; i < c->object.n; i++) {
		const struct account_object *o = &c->object.v[i];
		json_open(j, NULL, '{');
		put_owner(z, o->owner);
		json_str(j, "file", o->file);
		if (o->member.n != 0)
			json_str(j, "member", o->member);
		put_bytes(j, o->file_bytes, o->memory_bytes);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

/* Go's linker keeps no record; the program itself says what it has, but not how much of it. */
static void
put_go(struct sizes *z, const struct program *program)
{
	struct json *j = &z->json;

	if (!z->is_json) {
		buf_printf(z->out,
		    "\n" STR_FMT
		    ": %s, linked by Go, which does not tell of how many bytes each: " STR_FMT "\n",
		    STR_ARG(program->path), result_size(z->a, program->size_bytes),
		    STR_ARG(gobuild_print(z->a, &program->go)));
		return;
	}
	json_open(j, NULL, '{');
	json_str(j, "path", program->path);
	json_str(j, "build_id", program->build_id);
	json_int(j, "size_bytes", (int64_t)program->size_bytes);
	json_int(j, "loaded_bytes", (int64_t)program->loaded_bytes);
	bill_put_go(j, &program->go);
	json_close(j, '}');
}

/* ---- all of it ---- */

static int
put_program(struct sizes *z, int dir, const struct program *program, struct err *e)
{
	const struct linked_owner of = owners_of_links(&z->owners);
	struct account account;
	struct str record, map;
	bool is_kept;

	if (program_link(z->a, dir, program, &record, &map, &is_kept, e) == -1)
		return -1;
	if (!is_kept && program->is_go) {
		put_go(z, program);
		return 0;
	}
	if (!is_kept) {
		if (!z->is_json)
			buf_printf(z->out,
			    "\n" STR_FMT
			    ": %s; nothing is kept of its link, since kiln's driver did "
			    "not link it\n",
			    STR_ARG(program->path), result_size(z->a, program->size_bytes));
		return 0;
	}
	if (account_make(z->a, record, map, &of, &account, e) == -1)
		return err_wrap(e, "the record of " STR_FMT "'s link", STR_ARG(program->path));
	if (z->is_json)
		put_json(z, program, &account);
	else
		put_text(z, program, &account);
	return 0;
}

static int
put_programs(struct sizes *z, const struct digest *digest, struct err *e)
{
	const char *path =
	    arena_printf(z->a, "%s/%s", store_path(z->s->store), digest_hex(z->a, digest));
	struct object o;
	struct program *program;

	CLEANUP(fs_close) int dir = fs_open_dir(AT_FDCWD, path, e);
	if (dir == -1 || store_object(z->s->store, z->a, digest, false, &o, e) == -1)
		return -1;
	int n = programs_find(z->a, dir, &o, &program);
	if (n == 0 && !z->is_json)
		buf_printf(z->out,
		    "it has no program: kiln graph --size " STR_FMT
		    " has the sizes of its libraries\n",
		    STR_ARG(z->p->name));
	for (int i = 0; i < n; i++)
		if (put_program(z, dir, &program[i], e) == -1)
			return -1;
	return 0;
}

static int
put_package(struct sizes *z, const struct digest *digest, struct err *e)
{
	const struct package *p = z->p;

	if (!z->is_json) {
		buf_printf(z->out, STR_FMT " " STR_FMT " " STR_FMT "\n", STR_ARG(p->name),
		    STR_ARG(p->version), STR_ARG(p->target->name));
		return put_programs(z, digest, e);
	}
	json_open(&z->json, NULL, '{');
	json_str(&z->json, "schema", STR("kiln/size/1"));
	json_str(&z->json, "package", p->name);
	json_str(&z->json, "version", p->version);
	json_str(&z->json, "target", p->target->name);
	json_open(&z->json, "programs", '[');
	int rc = put_programs(z, digest, e);
	json_close(&z->json, ']');
	json_close(&z->json, '}');
	buf_add_char(z->out, '\n');
	return rc;
}

int
cmd_size(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct graph g;
	struct plan plan;
	struct origin *origin;
	int node;

	(void)status;
	if (args->operand.n == 1 && size_is_of_bundle(args->operand.v[0]))
		return size_bundle(args, e);
	if (session_open(&s, args, e) == -1 || session_store(&s, e) == -1 ||
	    session_node(&s, &g, &plan, &node, e) == -1)
		return -1;
	struct buf out = { .a = &s.run };
	struct sizes z = { .s = &s,
		.p = g.node[node].package,
		.a = &s.run,
		.owners = { .a = &s.run, .seen = { .a = &s.run } },
		.out = &out,
		.json = { .out = &out },
		.is_json = args->given[OPT_JSON] };
	if (!plan.outcome[node].is_known)
		return err_set(e, ERR_USAGE,
		    STR_FMT " was not built with these inputs: kiln build " STR_FMT " -t " STR_FMT,
		    STR_ARG(z.p->name), STR_ARG(z.p->name), STR_ARG(z.p->target->name));
	if (workshop_origins(&s.run, &s.workshop, node, &origin, &z.owners.n, e) == -1)
		return -1;
	z.owners.origin = origin;
	if (put_package(&z, &plan.outcome[node].object, e) == -1)
		return -1;
	return cmd_answer(buf_str(&out), e);
}
