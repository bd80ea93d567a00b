/* SPDX-License-Identifier: ISC */
#include "recipe/bundle.h"

static const struct {
	const char *name, *suffix;
} formats[BUNDLE_FORMATS] = {
	[BUNDLE_TAR_GZ] = { "tar.gz", "tar.gz" },
	[BUNDLE_TAR_ZST] = { "tar.zst", "tar.zst" },
	[BUNDLE_CPIO] = { "cpio", "cpio.gz" }, /* as kernels take it */
	[BUNDLE_OCI] = { "oci", "oci.tar" },
};

/* While its statements are read. */
struct draft {
	const struct parse *ps;
	struct bundle b;
	VEC(struct bundle_part) part;
	VEC(struct bundle_pair) rename;
	VEC(struct bundle_pair) link;
	VEC(struct bundle_pair) without;
};

struct part_draft {
	struct draft *of;
	struct bundle_part p;
	struct str_vec option, program;
	VEC(struct loc) program_at;
};

const char *
bundle_format_name(enum bundle_format f)
{
	return formats[f].name;
}

const char *
bundle_format_suffix(enum bundle_format f)
{
	return formats[f].suffix;
}

static int
set_name(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;

	(void)r;
	d->b.name = v->word[0];
	return block_check_name(v, e);
}

/* ---- packages ---- */

static int
add_programs(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct part_draft *p = record;

	(void)e;
	for (int i = 0; i < v->n; i++) {
		VEC_ADD(r->tmp, &p->program, v->word[i]);
		VEC_ADD(r->tmp, &p->program_at, value_at(v, i));
	}
	return 0;
}

static void
leave_out(struct reader *r, struct draft *d, const struct value *v, struct str package)
{
	for (int i = 0; i < v->n; i++)
		VEC_ADD(r->tmp, &d->without,
		    (struct bundle_pair){ v->word[i], package, value_at(v, i) });
}

static int
add_part_without(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct part_draft *p = record;

	(void)e;
	leave_out(r, p->of, v, p->p.package);
	return 0;
}

static const struct slot in_part[F_COUNT] = {
	[F_PART_OPTION] = SLOT(SLOT_LIST, struct str_vec, struct part_draft, option),
	[F_PART_PROGRAM] = SLOT_BY(add_programs),
	[F_PART_WITHOUT] = SLOT_BY(add_part_without),
	[F_PART_OPTIONAL] = SLOT(SLOT_TEXT, struct str, struct part_draft, p.optional),
};

static int
add_part(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;
	struct part_draft p = { .of = d, .p = { .package = v->word[0], .at = value_at(v, 0) } };
	struct block b = { .place = IN_PART,
		.at = v->stmt->word[0].at,
		.applies = true,
		.slot = in_part,
		.record = &p };

	if (block_check_known(v, 0, "package", d->ps->packages, e) == -1 ||
	    block_read(r, &b, v->stmt->sub, v->stmt->nsub, e) == -1)
		return -1;
	p.p.option = BLOCK_KEEP(r, &p.option);
	p.p.noption = p.option.n;
	p.p.program = BLOCK_KEEP(r, &p.program);
	p.p.program_at = BLOCK_KEEP(r, &p.program_at);
	p.p.nprogram = p.program.n;
	VEC_ADD(r->tmp, &d->part, p.p);
	return 0;
}

/* ---- the rest ---- */

static struct bundle_pair
pair_of(const struct value *v)
{
	return (struct bundle_pair){ v->word[0], v->word[1], value_at(v, 0) };
}

static int
add_rename(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;

	(void)e;
	VEC_ADD(r->tmp, &d->rename, pair_of(v));
	return 0;
}

static int
add_without(struct reader *r, void *record, const struct value *v, struct err *e)
{
	(void)e;
	leave_out(r, record, v, STR(""));
	return 0;
}

static int
add_link(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;

	(void)e;
	VEC_ADD(r->tmp, &d->link, pair_of(v));
	return 0;
}

static int
set_overlay(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;

	(void)r, (void)e;
	d->b.overlay = v->word[0];
	d->b.overlay_at = value_at(v, 0);
	return 0;
}

static int
set_cap(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;

	(void)r;
	d->b.cap_at = value_at(v, 0);
	if (str_u64(v->word[0], &d->b.cap_bytes) == 0 && d->b.cap_bytes != 0)
		return 0;
	return loc_err(e, d->b.cap_at, "a bundle of no bytes holds nothing: leave the cap out");
}

static int
add_formats(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;
	struct str name[BUNDLE_FORMATS];

	(void)r;
	for (int k = 0; k < BUNDLE_FORMATS; k++)
		name[k] = str_of(formats[k].name);
	for (int i = 0; i < v->n; i++) {
		if (block_check_known(
			v, i, "format", (struct name_list){ name, BUNDLE_FORMATS }, e) == -1)
			return -1;
		for (int k = 0; k < BUNDLE_FORMATS; k++)
			if (str_eq(v->word[i], name[k]))
				d->b.has_format[k] = true;
	}
	return 0;
}

static const struct slot in_bundle[F_COUNT] = {
	[F_NAME] = SLOT_BY(set_name),
	[F_SUMMARY] = SLOT(SLOT_TEXT, struct str, struct draft, b.summary),
	[F_PACKAGE] = SLOT_BY(add_part),
	[F_RENAME] = SLOT_BY(add_rename),
	[F_WITHOUT] = SLOT_BY(add_without),
	[F_LINK] = SLOT_BY(add_link),
	[F_OVERLAY] = SLOT_BY(set_overlay),
	[F_CAP] = SLOT_BY(set_cap),
	[F_FORMAT] = SLOT_BY(add_formats),
};

int
parse_bundle(const struct parse *ps, const struct syntax_file *f, struct bundle *out, struct err *e)
{
	struct draft d = { .ps = ps };
	struct reader r = { .run = ps->run, .tmp = ps->tmp, .fault = ps->fault, .ctx = ps->ctx };

	if (block_read_file(&r, f, IN_BUNDLE, in_bundle, &d, e) == -1)
		return -1;
	*out = d.b;
	out->part = BLOCK_KEEP(&r, &d.part);
	out->npart = d.part.n;
	out->rename = BLOCK_KEEP(&r, &d.rename);
	out->nrename = d.rename.n;
	out->link = BLOCK_KEEP(&r, &d.link);
	out->nlink = d.link.n;
	out->without = BLOCK_KEEP(&r, &d.without);
	out->nwithout = d.without.n;
	return 0;
}
