/* SPDX-License-Identifier: ISC */
#include "recipe/parse.h"

#include "recipe/block.h"

enum { LIMIT_TOTAL_S = 7200, LIMIT_SILENT_S = 900 };

/* A package while its statements are read. */
struct draft {
	const struct parse *ps;
	struct package p;
	struct str_vec licence, licence_file, tool, only_target;
	VEC(struct source) source;
	VEC(struct edit) edit;
	VEC(struct need) need;
	VEC(struct setting) setting;
	VEC(struct waiver) waiver;
	VEC(struct option) option;
	struct buf args[ARGS_COUNT];
};

/* One group of `source`. */
struct source_draft {
	struct source s;
	uint64_t strip;
	struct str_vec url, only;
	struct str sha256;
};

static const struct slot in_source[F_COUNT] = {
	[F_SOURCE_URL] = SLOT(SLOT_LIST, struct str_vec, struct source_draft, url),
	[F_SHA256] = SLOT(SLOT_WORD, struct str, struct source_draft, sha256),
	[F_SIZE] = SLOT(SLOT_NUMBER, uint64_t, struct source_draft, s.size_bytes),
	[F_DIR] = SLOT(SLOT_WORD, struct str, struct source_draft, s.dir),
	[F_ONLY] = SLOT(SLOT_LIST, struct str_vec, struct source_draft, only),
	[F_STRIP] = SLOT(SLOT_NUMBER, uint64_t, struct source_draft, strip),
	[F_KEEP] = SLOT(SLOT_FLAG, bool, struct source_draft, s.keep),
};

static const struct slot in_edit[F_COUNT] = {
	[F_MATCH] = SLOT(SLOT_WORD, struct str, struct edit, pattern),
	[F_WITH] = SLOT(SLOT_WORD, struct str, struct edit, with),
	[F_TIMES] = SLOT(SLOT_NUMBER, uint64_t, struct edit, times),
};

static const struct slot in_waive[F_COUNT] = {
	[F_WAIVE_PATH] = SLOT(SLOT_WORD, struct str, struct waiver, path),
};

static const struct slot in_package[F_COUNT];

/* Read the group of a statement into a record of its own. */
static int
read_group(struct reader *r, const struct value *v, enum field_place place, const struct slot *slot,
    void *record, struct err *e)
{
	struct block b = { .place = place,
		.at = v->stmt->word[0].at,
		.depth = v->block->depth,
		.applies = v->block->applies,
		.slot = slot,
		.record = record };

	return block_read(r, &b, v->stmt->sub, v->stmt->nsub, e);
}

static int
set_name(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;

	(void)r;
	d->p.name = v->word[0];
	d->p.at = value_at(v, 0);
	return block_check_name(v, e);
}

static int
add_source(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;
	struct source_draft s = { .s = { .file = v->word[0], .at = value_at(v, 0) }, .strip = 1 };

	if (read_group(r, v, IN_SOURCE, in_source, &s, e) == -1)
		return -1;
	s.s.strip = (int)s.strip;
	s.s.url = BLOCK_KEEP(r, &s.url);
	s.s.nurl = s.url.n;
	s.s.only = BLOCK_KEEP(r, &s.only);
	s.s.nonly = s.only.n;
	s.s.has_sha256 = digest_parse(s.sha256, &s.s.sha256) == 0;
	VEC_ADD(r->tmp, &d->source, s.s);
	return 0;
}

/* Its digest and size are the tree's to fill in. */
static int
add_local(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;
	struct source s = {
		.file = v->word[0], .is_local = true, .keep = true, .at = value_at(v, 0)
	};

	(void)e;
	if (v->n > 1)
		s.dir = v->word[1];
	VEC_ADD(r->tmp, &d->source, s);
	return 0;
}

static int
add_from_tree(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;
	struct source s = {
		.file = v->word[0], .is_local = true, .is_from_tree = true, .at = value_at(v, 0)
	};

	(void)e;
	VEC_ADD(r->tmp, &d->source, s);
	return 0;
}

/* The virtual package of C++: what the target says instead. */
static int
add_sysroot_cxx(
    struct reader *r, struct draft *d, struct loc at, enum need_kind kind, struct err *e)
{
	const struct target *t = d->p.target;

	if (kind != NEED_LINK)
		return loc_err(
		    e, at, "C++ is linked with its sysroot: say `need sysroot-c++`, without `for`");
	if (t->nsysroot_cxx == 0)
		return loc_err(e, at,
		    "target `" STR_FMT "` has no C++ library: `sysroot-c++` in its file names one",
		    SHOWN(t->name));
	for (int i = 0; i < t->nsysroot_cxx; i++)
		VEC_ADD(r->tmp, &d->need, (struct need){ t->sysroot_cxx[i], NEED_LINK, at });
	return 0;
}

static int
add_one_need(struct reader *r, struct draft *d, struct need need, struct err *e)
{
	bool is_sysroot = str_is(need.name, "sysroot");

	if (str_is(need.name, "sysroot-c++"))
		return add_sysroot_cxx(r, d, need.at, need.kind, e);
	if (need.kind == NEED_LINK && str_eq(need.name, r->fill->name))
		return loc_err(
		    e, need.at, "`" STR_FMT "` cannot be linked with itself", SHOWN(need.name));
	if (is_sysroot && need.kind != NEED_BUILD)
		return loc_err(e, need.at,
		    "every package has its target's sysroot; the one of build-cc is "
		    "`need sysroot for build`");
	if (is_sysroot)
		need.kind = NEED_BUILD_LINK;
	VEC_ADD(r->tmp, &d->need, need);
	return 0;
}

static int
add_need(struct reader *r, void *record, const struct value *v, struct err *e)
{
	enum need_kind kind = NEED_LINK;
	int n = v->n;

	if (n > 2 && str_is(v->word[n - 2], "for")) {
		kind = str_is(v->word[n - 1], "run") ? NEED_RUN : NEED_BUILD;
		n -= 2;
	}
	for (int i = 0; i < n; i++)
		if (add_one_need(r, record, (struct need){ v->word[i], kind, value_at(v, i) }, e) ==
		    -1)
			return -1;
	return 0;
}

static int
add_tool(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;

	for (int i = 0; i < v->n; i++) {
		if (block_check_known(v, i, "tool", d->ps->tools, e) == -1)
			return -1;
		VEC_ADD(r->tmp, &d->tool, v->word[i]);
	}
	return 0;
}

static int
set_style(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;

	(void)r;
	d->p.style = v->word[0];
	return block_check_known(v, 0, "style", d->ps->styles, e);
}

static int
add_setting(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;

	(void)e;
	VEC_ADD(r->tmp, &d->setting, (struct setting){ v->word[0], v->word[1] });
	return 0;
}

static int
add_edit(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;
	struct edit ed = { .file = v->word[0], .times = 1, .at = value_at(v, 0) };

	if (read_group(r, v, IN_EDIT, in_edit, &ed, e) == -1)
		return -1;
	VEC_ADD(r->tmp, &d->edit, ed);
	return 0;
}

struct body
parse_body(const struct reader *r, const struct value *v)
{
	struct loc at = v->stmt->word[0].at;

	at.line++;
	at.col = 1;
	return (
	    struct body){ str_copy(r->run, v->stmt->body.n == 0 ? STR("\n") : v->stmt->body), at };
}

static int
set_phase(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;

	(void)r, (void)e;
	d->p.phase[phase_find(v->word[0])] = parse_body(r, v);
	return 0;
}

static int
set_test(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;

	(void)r, (void)e;
	d->p.test = parse_body(r, v);
	return 0;
}

static int
set_option_help(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;

	(void)e;
	for (int i = 0; i < d->option.n; i++)
		if (str_eq(d->option.v[i].name, v->word[0]))
			d->option.v[i].help = value_text(r, v, 2);
	return 0;
}

static int
add_only_target(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;

	if (d->only_target.n == 0)
		d->p.only_at = value_at(v, 0);
	for (int i = 0; i < v->n; i++) {
		if (block_check_known(v, i, "target", d->ps->targets, e) == -1)
			return -1;
		VEC_ADD(r->tmp, &d->only_target, v->word[i]);
	}
	return 0;
}

static int
add_waiver(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;
	struct waiver w = { .rule = v->word[0], .reason = value_text(r, v, 1) };

	if (read_group(r, v, IN_WAIVE, in_waive, &w, e) == -1)
		return -1;
	VEC_ADD(r->tmp, &d->waiver, w);
	return 0;
}

static int
set_limit(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record;
	bool total = str_is(v->word[0], "total");

	(void)r, (void)e;
	return str_u64(v->word[1], total ? &d->p.limit_total_s : &d->p.limit_silent_s);
}

static bool
holds_target(const struct draft *d, const struct value *v)
{
	for (int i = 1; i < v->n; i++)
		if (str_eq(v->word[i], d->p.target->name))
			return true;
	return false;
}

static int
check_targets(const struct draft *d, const struct value *v, struct err *e)
{
	for (int i = 1; i < v->n; i++)
		if (block_check_known(v, i, "target", d->ps->targets, e) == -1)
			return -1;
	return 0;
}

/* Whether the option that a `when` names is on: 0 or 1. */
static int
option_is_on(struct reader *r, const struct draft *d, const struct value *v, struct err *e)
{
	struct str *name = ARENA_NEW(r->tmp, struct str, d->option.n + 1);

	if (v->n != 2)
		return loc_err(e, value_at(v, 2),
		    "`when " STR_FMT "` asks for one option: put one group into another for two",
		    SHOWN(v->word[0]));
	for (int i = 0; i < d->option.n; i++) {
		name[i] = d->option.v[i].name;
		if (str_eq(name[i], v->word[1]))
			return d->option.v[i].on;
	}
	return block_check_known(v, 1, "option", (struct name_list){ name, d->option.n }, e);
}

/* A group whose condition does not hold is read all the same, into nothing. */
static int
read_when(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct draft *d = record, nothing = { .ps = d->ps, .p = d->p, .option = d->option };
	struct block b = *v->block;
	int on;

	if (str_is(v->word[0], "target")) {
		if (check_targets(d, v, e) == -1)
			return -1;
		on = holds_target(d, v);
	} else {
		on = option_is_on(r, d, v, e);
		if (on == -1)
			return -1;
		on = on == str_is(v->word[0], "option");
	}
	b.place = IN_WHEN;
	b.at = v->stmt->word[0].at;
	b.depth++;
	b.applies = b.applies && on;
	b.record = on ? d : &nothing;
	return block_read(r, &b, v->stmt->sub, v->stmt->nsub, e);
}

static const struct slot in_package[F_COUNT] = {
	[F_NAME] = SLOT_BY(set_name),
	[F_VERSION] = SLOT(SLOT_WORD, struct str, struct draft, p.version),
	[F_SUMMARY] = SLOT(SLOT_TEXT, struct str, struct draft, p.summary),
	[F_HOME] = SLOT(SLOT_WORD, struct str, struct draft, p.home),
	[F_LICENCE] = SLOT(SLOT_LIST, struct str_vec, struct draft, licence),
	[F_LICENCE_FILE] = SLOT(SLOT_LIST, struct str_vec, struct draft, licence_file),
	[F_CPE] = SLOT(SLOT_WORD, struct str, struct draft, p.cpe),
	[F_SOURCE] = SLOT_BY(add_source),
	[F_LOCAL] = SLOT_BY(add_local),
	[F_FROM_TREE] = SLOT_BY(add_from_tree),
	[F_NEED] = SLOT_BY(add_need),
	[F_TOOL] = SLOT_BY(add_tool),
	[F_STYLE] = SLOT_BY(set_style),
	[F_CONFIGURE] = SLOT(SLOT_JOIN, struct buf, struct draft, args[ARGS_CONFIGURE]),
	[F_MAKE] = SLOT(SLOT_JOIN, struct buf, struct draft, args[ARGS_MAKE]),
	[F_INSTALL] = SLOT(SLOT_JOIN, struct buf, struct draft, args[ARGS_INSTALL]),
	[F_SET] = SLOT_BY(add_setting),
	[F_EDIT] = SLOT_BY(add_edit),
	[F_PHASE] = SLOT_BY(set_phase),
	[F_TEST_BODY] = SLOT_BY(set_test),
	[F_OPTION] = SLOT_BY(set_option_help),
	[F_WHEN] = SLOT_BY(read_when),
	[F_ONLY_TARGET] = SLOT_BY(add_only_target),
	[F_PART_OF] = SLOT(SLOT_FLAG, bool, struct draft, p.is_sysroot),
	[F_WAIVE] = SLOT_BY(add_waiver),
	[F_LIMIT] = SLOT_BY(set_limit),
};

static const struct stmt *
find_stmt(const struct syntax_file *f, const char *field, int nword, int from)
{
	for (int i = from; i < f->nstmt; i++)
		if (str_is(f->stmt[i].word[0].text, field) && f->stmt[i].nword >= nword)
			return &f->stmt[i];
	return NULL;
}

static struct str
first_word(const struct syntax_file *f, const char *field)
{
	const struct stmt *s = find_stmt(f, field, 2, 0);
	struct str none = { 0 };

	return s == NULL ? none : s->word[1].text;
}

/* Options are known before any `when` is read, wherever they stand. */
static void
declare_options(struct draft *d, const struct syntax_file *f)
{
	const struct stmt *s;

	for (int i = 0; (s = find_stmt(f, "option", 3, i)) != NULL; i = (int)(s - f->stmt) + 1)
		VEC_ADD(d->ps->tmp, &d->option,
		    (struct option){
			.name = s->word[1].text, .on = str_is(s->word[2].text, "on") });
}

static int
no_such_option(const struct draft *d, struct str package, struct str name, struct err *e)
{
	struct buf all = { .a = d->ps->tmp };
	struct str *known = ARENA_NEW(d->ps->tmp, struct str, d->option.n + 1);

	for (int i = 0; i < d->option.n; i++) {
		buf_printf(&all, "%s" STR_FMT, i == 0 ? "" : ", ", STR_ARG(d->option.v[i].name));
		known[i] = d->option.v[i].name;
	}
	int near = str_nearest(name, known, d->option.n);
	if (near != -1)
		return err_set(e, ERR_USAGE,
		    "option `" STR_FMT "`: " STR_FMT " has no such option; did you mean `" STR_FMT
		    "`?",
		    SHOWN(name), SHOWN(package), SHOWN(known[near]));
	if (d->option.n == 0)
		return err_set(e, ERR_USAGE, "option `" STR_FMT "`: " STR_FMT " has no options",
		    SHOWN(name), SHOWN(package));
	return err_set(e, ERR_USAGE, "option `" STR_FMT "`: " STR_FMT " has %s", SHOWN(name),
	    SHOWN(package), all.p);
}

static int
choose_options(struct draft *d, struct str package, struct name_list chosen, struct err *e)
{
	for (int i = 0; i < chosen.n; i++) {
		bool off = str_starts(chosen.v[i], STR("-")), found = false;
		struct str name = str_skip(chosen.v[i], off);
		for (int k = 0; k < d->option.n; k++) {
			if (!str_eq(d->option.v[k].name, name))
				continue;
			d->option.v[k].on = !off;
			found = true;
		}
		if (!found)
			return no_such_option(d, package, name, e);
	}
	return 0;
}

/* The lists of a draft are full: the package keeps them. */
static void
finish(const struct reader *r, struct draft *d, struct package *out)
{
	*out = d->p;
	out->licence = BLOCK_KEEP(r, &d->licence);
	out->nlicence = d->licence.n;
	out->licence_file = BLOCK_KEEP(r, &d->licence_file);
	out->nlicence_file = d->licence_file.n;
	out->source = BLOCK_KEEP(r, &d->source);
	out->nsource = d->source.n;
	out->edit = BLOCK_KEEP(r, &d->edit);
	out->nedit = d->edit.n;
	out->need = BLOCK_KEEP(r, &d->need);
	out->nneed = d->need.n;
	out->only_target = BLOCK_KEEP(r, &d->only_target);
	out->nonly_target = d->only_target.n;
	out->tool = BLOCK_KEEP(r, &d->tool);
	out->ntool = d->tool.n;
	out->setting = BLOCK_KEEP(r, &d->setting);
	out->nsetting = d->setting.n;
	out->waiver = BLOCK_KEEP(r, &d->waiver);
	out->nwaiver = d->waiver.n;
	out->option = BLOCK_KEEP(r, &d->option);
	out->noption = d->option.n;
	for (int i = 0; i < ARGS_COUNT; i++)
		out->args[i] = str_copy(r->run, buf_str(&d->args[i]));
}

int
parse_package(const struct parse *ps, const struct syntax_file *f, const struct target *t,
    struct name_list option, struct package *out, struct err *e)
{
	struct draft d = { .ps = ps,
		.p = { .target = t,
		    .limit_total_s = LIMIT_TOTAL_S,
		    .limit_silent_s = LIMIT_SILENT_S } };
	struct fill fill = { first_word(f, "name"), first_word(f, "version"), t->name, t->triple };
	struct reader r = {
		.run = ps->run, .tmp = ps->tmp, .fill = &fill, .fault = ps->fault, .ctx = ps->ctx
	};

	declare_options(&d, f);
	if (choose_options(&d, fill.name, option, e) == -1 ||
	    block_read_file(&r, f, IN_PACKAGE, in_package, &d, e) == -1)
		return -1;
	finish(&r, &d, out);
	return 0;
}
