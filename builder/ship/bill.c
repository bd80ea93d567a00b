/* SPDX-License-Identifier: ISC */
#include "ship/bill.h"

#include "ship/spdx.h"

static void
put_digest(struct json *j, const char *name, const struct digest *d)
{
	json_str(j, name, str_of(digest_hex(j->out->a, d)));
}

static void
put_package(struct json *j, const struct inventory_part *row)
{
	const struct package *p = row->package;
	struct buf licence = { .a = j->out->a };

	spdx_expression(&licence, p->licence, p->nlicence);
	json_open(j, NULL, '{');
	json_str(j, "name", p->name);
	json_str(j, "version", p->version);
	json_str(j, "licence", buf_str(&licence));
	put_digest(j, "object", &row->object);
	json_open(j, "options", '[');
	for (int i = 0; i < p->noption; i++)
		if (p->option[i].on)
			json_str(j, NULL, p->option[i].name);
	json_close(j, ']');
	json_int(j, "files_bytes", (int64_t)row->files_bytes);
	json_int(j, "linked_bytes", (int64_t)row->linked_bytes);
	json_close(j, '}');
}

static void
put_share(struct json *j, const struct inventory *v, const struct inventory_share *s)
{
	json_open(j, NULL, '{');
	if (s->part == -1)
		json_null(j, "package");
	else
		json_str(j, "package", v->part.v[s->part].package->name);
	json_int(j, "objects", s->nobject);
	json_int(j, "file_bytes", (int64_t)s->file_bytes);
	json_int(j, "memory_bytes", (int64_t)s->memory_bytes);
	json_close(j, '}');
}

void
bill_put_go(struct json *j, const struct gobuild *go)
{
	json_str(j, "go", go->go);
	json_open(j, "modules", '[');
	for (int i = 0; i < go->nmodule; i++) {
		json_open(j, NULL, '{');
		json_str(j, "path", go->module[i].path);
		json_str(j, "version", go->module[i].version);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void
put_program(struct json *j, const struct inventory *v, const struct inventory_program *p)
{
	json_open(j, NULL, '{');
	json_str(j, "path", p->path);
	json_str(j, "package", v->part.v[p->part].package->name);
	json_str(j, "build_id", p->build_id);
	json_int(j, "size_bytes", (int64_t)p->size_bytes);
	json_int(j, "loaded_bytes", (int64_t)p->loaded_bytes);
	if (p->is_known) {
		json_int(j, "known_bytes", (int64_t)p->known_bytes);
		json_open(j, "linked", '[');
		for (int i = 0; i < p->nshare; i++)
			put_share(j, v, &p->share[i]);
		json_close(j, ']');
	}
	if (p->is_go)
		bill_put_go(j, &p->go);
	json_close(j, '}');
}

static void
put_file(struct json *j, const struct fileset_entry *f)
{
	json_open(j, NULL, '{');
	json_str(j, "path", f->path);
	if (f->package.n == 0)
		json_null(j, "package");
	else
		json_str(j, "package", f->package);
	if (f->type == 'l') {
		json_str(j, "link", f->target);
	} else {
		json_str(j, "mode", f->mode == 0755 ? STR("755") : STR("644"));
		json_int(j, "size", (int64_t)f->size_bytes);
		put_digest(j, "sha256", &f->digest);
	}
	json_close(j, '}');
}

void
bill_print(struct buf *out, const struct bill *b)
{
	struct json j = { .out = out };

	json_open(&j, NULL, '{');
	json_str(&j, "schema", STR("kiln/bundle/1"));
	json_str(&j, "profile", b->bundle->name);
	json_str(&j, "summary", b->bundle->summary);
	json_str(&j, "target", b->target->name);
	json_str(&j, "kiln", STR(KILN_VERSION));
	json_str(&j, "packer", b->packer);
	json_open(&j, "tar", '{');
	put_digest(&j, "sha256", &b->tar);
	json_int(&j, "size", (int64_t)b->tar_bytes);
	json_close(&j, '}');
	json_int(&j, "files_bytes", (int64_t)b->files->size_bytes);
	json_open(&j, "packages", '[');
	for (int i = 0; i < b->inventory->part.n; i++)
		put_package(&j, &b->inventory->part.v[i]);
	json_close(&j, ']');
	json_open(&j, "programs", '[');
	for (int i = 0; i < b->inventory->program.n; i++)
		put_program(&j, b->inventory, &b->inventory->program.v[i]);
	json_close(&j, ']');
	json_open(&j, "left_out", '[');
	for (int i = 0; i < b->nleft_out; i++) {
		json_open(&j, NULL, '{');
		json_str(&j, "package", b->left_out[i].package);
		json_str(&j, "reason", b->left_out[i].reason);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_open(&j, "files", '[');
	for (int i = 0; i < b->files->entry.n; i++)
		put_file(&j, &b->files->entry.v[i]);
	json_close(&j, ']');
	json_close(&j, '}');
	buf_add_char(out, '\n');
}
