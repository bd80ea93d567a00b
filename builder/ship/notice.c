/* SPDX-License-Identifier: ISC */
#include "ship/notice.h"

#include <fcntl.h>

#include "ship/spdx.h"
#include "sys/fs.h"

enum { TEXT_MAX_BYTES = 4 << 20 }; /* of one licence text: a novel has less */

static const char rule[] =
    "================================================================================\n";

/* ---- who is in it ---- */

static bool
is_linked_into(const struct inventory_program *p, int part)
{
	for (int i = 0; i < p->nshare; i++)
		if (p->share[i].part == part)
			return true;
	return false;
}

static void
put_part(struct buf *out, const struct inventory *v, int i)
{
	const struct package *p = v->part.v[i].package;
	int n = 0;

	buf_printf(out, STR_FMT " " STR_FMT "\n  ", STR_ARG(p->name), STR_ARG(p->version));
	spdx_expression(out, p->licence, p->nlicence);
	buf_printf(out, "\n  " STR_FMT "\n", STR_ARG(p->home));
	for (int k = 0; k < v->program.n; k++)
		if (is_linked_into(&v->program.v[k], i))
			buf_printf(out, "%s" STR_FMT, n++ == 0 ? "  in " : ", ",
			    STR_ARG(v->program.v[k].path));
	buf_add_z(out, n == 0 ? "\n" : "\n\n");
}

/* ---- sources to offer ---- */

static void
put_sources(struct buf *out, const struct package *p)
{
	for (int i = 0; i < p->nsource; i++) {
		const struct source *s = &p->source[i];
		if (!s->is_local)
			buf_printf(out, "  " STR_FMT "\n    " STR_FMT "\n    sha256 %s\n",
			    STR_ARG(s->file), STR_ARG(s->url[0]), digest_hex(out->a, &s->sha256));
	}
	for (int i = 0; i < p->npatch; i++)
		buf_printf(out, "  patches/" STR_FMT "/" STR_FMT "\n", STR_ARG(p->name),
		    STR_ARG(p->patch[i].name));
}

static void
put_offers(struct buf *out, const struct bill *b)
{
	int n = 0;

	for (int i = 0; i < b->inventory->part.n; i++) {
		const struct package *p = b->inventory->part.v[i].package;
		if (!spdx_is_copyleft(p->licence, p->nlicence))
			continue;
		if (n++ == 0)
			buf_printf(out,
			    "%sThe licences of these ask that whoever gets the programs can get "
			    "their "
			    "sources:\n`kiln legal " STR_FMT
			    "` collects them, with the recipes that "
			    "they were built by.\n\n",
			    rule, STR_ARG(b->bundle->name));
		buf_printf(out, STR_FMT " " STR_FMT "\n", STR_ARG(p->name), STR_ARG(p->version));
		put_sources(out, p);
		buf_add_char(out, '\n');
	}
}

/* ---- texts ---- */

static int
put_text(
    struct buf *out, const struct object *o, const struct object_file *f, int dir, struct err *e)
{
	const char *path =
	    arena_printf(out->a, "%s/" STR_FMT, class_name(CLASS_LICENCE), STR_ARG(f->path));
	struct str text;

	if (fs_read(out->a, dir, path, TEXT_MAX_BYTES, &text, e) == -1)
		return err_wrap(e, "the licence of " STR_FMT, STR_ARG(o->name));
	buf_printf(out, "%s" STR_FMT " " STR_FMT ": " STR_FMT "\n%s\n", rule, STR_ARG(o->name),
	    STR_ARG(o->version), STR_ARG(str_base(f->path)), rule);
	buf_add(out, text);
	buf_add_z(out, text.n == 0 || text.p[text.n - 1] == '\n' ? "\n" : "\n\n");
	return 0;
}

/* The judge let it pass for a reason, which the recipe gives. */
static int
put_no_text(struct buf *out, const struct package *p, struct err *e)
{
	for (int i = 0; i < p->nwaiver; i++)
		if (str_is(p->waiver[i].rule, "licence-missing")) {
			buf_printf(out,
			    "%s" STR_FMT " " STR_FMT "\n%s\nThere is no text: " STR_FMT "\n\n",
			    rule, STR_ARG(p->name), STR_ARG(p->version), rule,
			    STR_ARG(p->waiver[i].reason));
			return 0;
		}
	return loc_err(e, p->at,
	    "the object of " STR_FMT " has no licence text, which a bundle has to bring: "
	    "`licence-file` names it",
	    STR_ARG(p->name));
}

static int
put_texts(
    struct buf *out, const struct inventory_part *part, const struct store *store, struct err *e)
{
	const char *path =
	    arena_printf(out->a, "%s/%s", store_path(store), digest_hex(out->a, &part->object));
	struct object o;
	int n = 0;

	CLEANUP(fs_close) int dir = fs_open_dir(AT_FDCWD, path, e);
	if (dir == -1 || store_object(store, out->a, &part->object, false, &o, e) == -1)
		return -1;
	for (int i = 0; i < o.nfile; i++) {
		if (o.file[i].class != CLASS_LICENCE || o.file[i].type != 'f')
			continue;
		n++;
		if (put_text(out, &o, &o.file[i], dir, e) == -1)
			return -1;
	}
	return n != 0 ? 0 : put_no_text(out, part->package, e);
}

int
notice_print(struct buf *out, const struct bill *b, const struct store *store, struct err *e)
{
	const struct inventory *v = b->inventory;

	buf_printf(out,
	    "What " STR_FMT " for " STR_FMT " consists of: the packages whose files are in it, and "
	    "those\nthat are linked into its programs, with the texts of their licences.\n\n",
	    STR_ARG(b->bundle->name), STR_ARG(b->target->name));
	for (int i = 0; i < v->part.n; i++)
		put_part(out, v, i);
	put_offers(out, b);
	for (int i = 0; i < v->part.n; i++)
		if (put_texts(out, &v->part.v[i], store, e) == -1)
			return -1;
	return 0;
}
