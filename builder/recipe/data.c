/* SPDX-License-Identifier: ISC */
#include "recipe/machine.h"
#include "recipe/parse.h"

/* A target, style or tool while its statements are read. */
struct target_draft {
	struct target t;
	struct str_vec uname, arch, emulator, sysroot, sysroot_cxx;
	struct buf cflags, ldflags;
	VEC(struct setting) setting;
};

struct style_draft {
	const struct parse *ps;
	struct style s;
	struct str_vec tool;
	VEC(struct need) need;
	VEC(struct setting) setting;
};

struct tool_draft {
	struct tool t;
	struct str_vec data, debian;
	VEC(struct tool_program) program;
};

struct mirror_draft {
	struct mirror m;
	struct str_vec url;
};

struct mirrors_draft {
	VEC(struct mirror) mirror;
};

static struct reader
reader(const struct parse *ps)
{
	return (
	    struct reader){ .run = ps->run, .tmp = ps->tmp, .fault = ps->fault, .ctx = ps->ctx };
}

static int
target_name(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct target_draft *d = record;

	(void)r;
	d->t.name = v->word[0];
	return block_check_name(v, e);
}

static int
target_setting(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct target_draft *d = record;

	(void)e;
	VEC_ADD(r->tmp, &d->setting, (struct setting){ v->word[0], v->word[1] });
	return 0;
}

static int
target_flags(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct target *t = &((struct target_draft *)record)->t;

	(void)r;
	if (str_u64(v->word[0], &t->flags_mask) == -1 || str_u64(v->word[1], &t->flags) == -1)
		return -1; /* their kind was checked: cannot fail */
	if ((t->flags & ~t->flags_mask) == 0)
		return 0;
	return loc_err(e, v->stmt->word[2].at,
	    "`" STR_FMT "` has bits that the mask " STR_FMT " in front of it does not",
	    SHOWN(v->word[1]), SHOWN(v->word[0]));
}

static const struct slot in_target[F_COUNT] = {
	[F_NAME] = SLOT_BY(target_name),
	[F_SUMMARY] = SLOT(SLOT_TEXT, struct str, struct target_draft, t.summary),
	[F_TRIPLE] = SLOT(SLOT_WORD, struct str, struct target_draft, t.triple),
	[F_MACHINE] = SLOT(SLOT_NUMBER, uint64_t, struct target_draft, t.elf_machine),
	[F_BITS] = SLOT(SLOT_NUMBER, uint64_t, struct target_draft, t.elf_bits),
	[F_FLAGS] = SLOT_BY(target_flags),
	[F_FLOAT] = SLOT(SLOT_WORD, struct str, struct target_draft, t.float_abi),
	[F_LEVEL] = SLOT(SLOT_WORD, struct str, struct target_draft, t.arch_level),
	[F_EMULATION] = SLOT(SLOT_WORD, struct str, struct target_draft, t.emulation),
	[F_PLATFORM] = SLOT(SLOT_WORD, struct str, struct target_draft, t.platform),
	[F_UNAME] = SLOT(SLOT_LIST, struct str_vec, struct target_draft, uname),
	[F_ARCH] = SLOT(SLOT_LIST, struct str_vec, struct target_draft, arch),
	[F_CFLAGS] = SLOT(SLOT_JOIN, struct buf, struct target_draft, cflags),
	[F_LDFLAGS] = SLOT(SLOT_JOIN, struct buf, struct target_draft, ldflags),
	[F_EMULATOR] = SLOT(SLOT_LIST, struct str_vec, struct target_draft, emulator),
	[F_SYSROOT] = SLOT(SLOT_LIST, struct str_vec, struct target_draft, sysroot),
	[F_SYSROOT_CXX] = SLOT(SLOT_LIST, struct str_vec, struct target_draft, sysroot_cxx),
	[F_SET] = SLOT_BY(target_setting),
};

/* Where the value of a field stands that may be there once. */
static struct loc
place_of(const struct syntax_file *f, const char *field)
{
	for (int i = 0; i < f->nstmt; i++)
		if (str_is(f->stmt[i].word[0].text, field) && f->stmt[i].nword > 1)
			return f->stmt[i].word[1].at;
	return (struct loc){ f, 1, 1 };
}

/* Else the judge would say so of every file of the first package that is built. */
static int
check_machine(const struct target *t, const struct syntax_file *f, struct err *e)
{
	const struct machine *m = machine_of(t->triple);
	const char *fl = machine_float(t->triple);

	if (m != NULL && t->elf_machine != m->elf_machine)
		return loc_err(e, place_of(f, "machine"),
		    "machine %llu: what is compiled for triple " STR_FMT
		    " is for machine %u, so one of the two is wrong",
		    (unsigned long long)t->elf_machine, SHOWN(t->triple), m->elf_machine);
	if (m != NULL && t->elf_bits != m->bits)
		return loc_err(e, place_of(f, "bits"),
		    "bits %llu: what is compiled for triple " STR_FMT
		    " has %u bits, so one of the two is wrong",
		    (unsigned long long)t->elf_bits, SHOWN(t->triple), m->bits);
	if (fl[0] != '\0' && t->float_abi.n != 0 && !str_is(t->float_abi, fl))
		return loc_err(e, place_of(f, "float"),
		    "float " STR_FMT ": triple " STR_FMT
		    " is one of %s float, so one of the two is wrong",
		    SHOWN(t->float_abi), SHOWN(t->triple), fl);
	return 0;
}

int
parse_target(const struct parse *ps, const struct syntax_file *f, struct target *out, struct err *e)
{
	struct target_draft d = { 0 };
	struct reader r = reader(ps);

	if (block_read_file(&r, f, IN_TARGET, in_target, &d, e) == -1)
		return -1;
	if (check_machine(&d.t, f, e) == -1)
		return -1;
	*out = d.t;
	out->machine_at = place_of(f, "machine");
	out->uname = BLOCK_KEEP(&r, &d.uname);
	out->nuname = d.uname.n;
	out->arch_flag = BLOCK_KEEP(&r, &d.arch);
	out->narch_flag = d.arch.n;
	out->cflags = str_copy(r.run, buf_str(&d.cflags));
	out->ldflags = str_copy(r.run, buf_str(&d.ldflags));
	out->emulator = BLOCK_KEEP(&r, &d.emulator);
	out->nemulator = d.emulator.n;
	out->sysroot = BLOCK_KEEP(&r, &d.sysroot);
	out->nsysroot = d.sysroot.n;
	out->sysroot_cxx = BLOCK_KEEP(&r, &d.sysroot_cxx);
	out->nsysroot_cxx = d.sysroot_cxx.n;
	out->setting = BLOCK_KEEP(&r, &d.setting);
	out->nsetting = d.setting.n;
	return 0;
}

static int
style_name(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct style_draft *d = record;

	(void)r;
	d->s.name = v->word[0];
	return block_check_name(v, e);
}

static int
style_tool(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct style_draft *d = record;

	for (int i = 0; i < v->n; i++) {
		if (block_check_known(v, i, "tool", d->ps->tools, e) == -1)
			return -1;
		VEC_ADD(r->tmp, &d->tool, v->word[i]);
	}
	return 0;
}

/* What it drives runs while a package is built; what that is linked with, its recipe says. */
static int
style_need(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct style_draft *d = record;
	int n = v->n - 2;

	if (n < 1 || !str_is(v->word[n], "for") || !str_is(v->word[n + 1], "build"))
		return loc_err(e, value_at(v, 0),
		    "a style needs for build only: say `need " STR_FMT " for build`",
		    SHOWN(v->word[0]));
	for (int i = 0; i < n; i++)
		VEC_ADD(r->tmp, &d->need,
		    (struct need){ v->word[i],
			str_is(v->word[i], "sysroot") ? NEED_BUILD_LINK : NEED_BUILD,
			value_at(v, i) });
	return 0;
}

static int
style_setting(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct style_draft *d = record;

	(void)e;
	VEC_ADD(r->tmp, &d->setting, (struct setting){ v->word[0], v->word[1] });
	return 0;
}

static int
style_phase(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct style_draft *d = record;

	(void)r, (void)e;
	d->s.phase[phase_find(v->word[0])] = parse_body(r, v);
	return 0;
}

static const struct slot in_style[F_COUNT] = {
	[F_NAME] = SLOT_BY(style_name),
	[F_SUMMARY] = SLOT(SLOT_TEXT, struct str, struct style_draft, s.summary),
	[F_NEED] = SLOT_BY(style_need),
	[F_TOOL] = SLOT_BY(style_tool),
	[F_SET] = SLOT_BY(style_setting),
	[F_PHASE] = SLOT_BY(style_phase),
};

int
parse_style(const struct parse *ps, const struct syntax_file *f, struct style *out, struct err *e)
{
	struct style_draft d = { .ps = ps };
	struct reader r = reader(ps);

	if (block_read_file(&r, f, IN_STYLE, in_style, &d, e) == -1)
		return -1;
	*out = d.s;
	out->tool = BLOCK_KEEP(&r, &d.tool);
	out->ntool = d.tool.n;
	out->need = BLOCK_KEEP(&r, &d.need);
	out->nneed = d.need.n;
	out->setting = BLOCK_KEEP(&r, &d.setting);
	out->nsetting = d.setting.n;
	return 0;
}

static int
tool_name(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct tool_draft *d = record;

	(void)r;
	d->t.name = v->word[0];
	return block_check_name(v, e);
}

static int
tool_program(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct tool_draft *d = record;
	struct tool_program p = { .path = v->word[0] };

	(void)e;
	if (v->n > 2)
		p.as = v->word[2];
	VEC_ADD(r->tmp, &d->program, p);
	return 0;
}

static int
tool_identity(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct tool_draft *d = record;

	(void)r, (void)e;
	d->t.by_bytes = str_is(v->word[0], "bytes");
	return 0;
}

static const struct slot in_tool[F_COUNT] = {
	[F_NAME] = SLOT_BY(tool_name),
	[F_SUMMARY] = SLOT(SLOT_TEXT, struct str, struct tool_draft, t.summary),
	[F_PROGRAM] = SLOT_BY(tool_program),
	[F_DATA] = SLOT(SLOT_LIST, struct str_vec, struct tool_draft, data),
	[F_DEBIAN] = SLOT(SLOT_LIST, struct str_vec, struct tool_draft, debian),
	[F_IDENTITY] = SLOT_BY(tool_identity),
};

int
parse_tool(const struct parse *ps, const struct syntax_file *f, struct tool *out, struct err *e)
{
	struct tool_draft d = { 0 };
	struct reader r = reader(ps);

	if (block_read_file(&r, f, IN_TOOL, in_tool, &d, e) == -1)
		return -1;
	*out = d.t;
	out->program = BLOCK_KEEP(&r, &d.program);
	out->nprogram = d.program.n;
	out->data = BLOCK_KEEP(&r, &d.data);
	out->ndata = d.data.n;
	out->debian = BLOCK_KEEP(&r, &d.debian);
	out->ndebian = d.debian.n;
	return 0;
}

static int
mirror_apt(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct mirror_draft *d = record;

	(void)r, (void)e;
	d->m.from_apt = str_is(v->word[0], "yes");
	return 0;
}

static const struct slot in_mirror[F_COUNT] = {
	[F_ENV] = SLOT(SLOT_WORD, struct str, struct mirror_draft, m.env),
	[F_APT] = SLOT_BY(mirror_apt),
	[F_MIRROR_URL] = SLOT(SLOT_LIST, struct str_vec, struct mirror_draft, url),
};

static int
add_mirror(struct reader *r, void *record, const struct value *v, struct err *e)
{
	struct mirrors_draft *all = record;
	struct mirror_draft d = { .m = { .name = v->word[0] } };
	struct block b = { .place = IN_MIRROR,
		.at = v->stmt->word[0].at,
		.applies = true,
		.slot = in_mirror,
		.record = &d };

	if (block_read(r, &b, v->stmt->sub, v->stmt->nsub, e) == -1)
		return -1;
	d.m.url = BLOCK_KEEP(r, &d.url);
	d.m.nurl = d.url.n;
	VEC_ADD(r->tmp, &all->mirror, d.m);
	return 0;
}

static const struct slot in_mirrors[F_COUNT] = {
	[F_MIRROR] = SLOT_BY(add_mirror),
};

int
parse_mirrors(
    const struct parse *ps, const struct syntax_file *f, struct mirror **out, int *n, struct err *e)
{
	struct mirrors_draft d = { 0 };
	struct reader r = reader(ps);

	if (block_read_file(&r, f, IN_MIRRORS, in_mirrors, &d, e) == -1)
		return -1;
	*out = BLOCK_KEEP(&r, &d.mirror);
	*n = d.mirror.n;
	return 0;
}
