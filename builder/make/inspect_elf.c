/* SPDX-License-Identifier: ISC */
#include "make/inspect_elf.h"

enum {
	EM_ARM = 40,
	TLS_ALIGN_MAX = 4096, /* a page: threads that are small could not have more */
	EF_ARM_EABI_SHIFT = 24,
	EF_ARM_EABI_5 = 5,
	EF_ARM_SOFT_FLOAT = 0x200,
	EF_ARM_HARD_FLOAT = 0x400,
	VFP_ARGS_SOFT = 0,
	VFP_ARGS_HARD = 1,
	VFP_ARGS_EITHER = 3, /* takes and gives no floats */
	CPU_ARCH_V7 = 10,
};

/* What one file is judged by; each check gives what is wrong, NULL when nothing is. */
struct suspect {
	struct arena *tmp;
	const struct target *target;
	struct str path;
	const struct elf *elf;
};
typedef const char *check(const struct suspect *s);

static bool
is_shared(const struct suspect *s)
{
	return s->elf->type == ELF_DYN && !s->elf->has_pie_flag && s->elf->interp.n == 0 &&
	       (s->elf->soname.n != 0 || str_ends(s->path, STR(".so")) ||
		   str_has(s->path, STR(".so.")));
}

static const char *
check_machine(const struct suspect *s)
{
	const struct loc *at = &s->target->machine_at;

	if (s->elf->machine != s->target->elf_machine)
		return at->file == NULL ?
			   arena_printf(s->tmp, "is for machine %u, " STR_FMT " is %llu",
			       s->elf->machine, STR_ARG(s->target->name),
			       (unsigned long long)s->target->elf_machine) :
			   arena_printf(s->tmp,
			       "is for machine %u, " STR_FMT " is %llu (" STR_FMT ":%d)",
			       s->elf->machine, STR_ARG(s->target->name),
			       (unsigned long long)s->target->elf_machine, STR_ARG(at->file->path),
			       at->line);
	return s->elf->is_big_endian ? "is big endian" : NULL;
}

static const char *
check_class(const struct suspect *s)
{
	if (s->elf->bits == s->target->elf_bits)
		return NULL;
	return arena_printf(s->tmp, "has %u bits, " STR_FMT " has %llu", s->elf->bits,
	    STR_ARG(s->target->name), (unsigned long long)s->target->elf_bits);
}

static const char *
check_machine_and_class(const struct suspect *s)
{
	const char *wrong = check_machine(s);

	return wrong != NULL ? wrong : check_class(s);
}

static const char *
check_flags(const struct suspect *s)
{
	const struct target *t = s->target;

	if (s->elf->machine != t->elf_machine || (s->elf->flags & t->flags_mask) == t->flags)
		return NULL;
	return arena_printf(s->tmp,
	    "has e_flags 0x%x, " STR_FMT " has 0x%llx in the bits 0x%llx of them", s->elf->flags,
	    STR_ARG(t->name), (unsigned long long)t->flags, (unsigned long long)t->flags_mask);
}

static bool
is_arm(const struct suspect *s)
{
	return s->elf->machine == EM_ARM && s->target->elf_machine == EM_ARM;
}

/* The attribute of an object file; e_flags say nothing of floats there. */
static const char *
check_vfp_args(const struct suspect *s)
{
	bool want_hard = str_is(s->target->float_abi, "hard");
	int args = s->elf->arm_vfp_args;

	/* Compilers leave it out where it would be 0; assembler files say nothing. */
	if (args == -1 && s->elf->arm_fp_model != -1)
		args = VFP_ARGS_SOFT;
	if (!is_arm(s))
		return NULL;
	if (s->elf->flags >> EF_ARM_EABI_SHIFT != EF_ARM_EABI_5)
		return arena_printf(
		    s->tmp, "has e_flags 0x%x, not those of EABI version 5", s->elf->flags);
	if (args == -1 || args == VFP_ARGS_EITHER || (args == VFP_ARGS_HARD) == want_hard)
		return NULL;
	return arena_printf(s->tmp, "has Tag_ABI_VFP_args %d, " STR_FMT " has %s float", args,
	    STR_ARG(s->target->name), want_hard ? "hard" : "soft");
}

static const char *
check_float_abi(const struct suspect *s)
{
	bool want_hard = str_is(s->target->float_abi, "hard");
	const char *wrong = check_vfp_args(s);

	if (wrong != NULL || !is_arm(s))
		return wrong;
	/* Go's own linker says neither: what it links has one way of its own throughout. */
	if (s->elf->is_go && (s->elf->flags & (EF_ARM_SOFT_FLOAT | EF_ARM_HARD_FLOAT)) == 0)
		return NULL;
	if (((s->elf->flags & EF_ARM_HARD_FLOAT) != 0) == want_hard)
		return NULL;
	return arena_printf(s->tmp, "has e_flags 0x%x, which is %s float", s->elf->flags,
	    want_hard ? "not hard" : "hard");
}

static const char *
check_interp(const struct suspect *s)
{
	if (s->elf->interp.n == 0)
		return NULL;
	return arena_printf(s->tmp, "asks for the loader " STR_FMT, STR_ARG(s->elf->interp));
}

static const char *
check_needed(const struct suspect *s)
{
	struct buf text = { .a = s->tmp };

	if (s->elf->nneeded == 0)
		return NULL;
	for (int i = 0; i < s->elf->nneeded; i++)
		buf_printf(
		    &text, "%s" STR_FMT, i == 0 ? "needs " : ", ", STR_ARG(s->elf->needed[i]));
	return text.p;
}

static const char *
check_runpath(const struct suspect *s)
{
	if (s->elf->runpath.n == 0)
		return NULL;
	return arena_printf(s->tmp, "looks for libraries in " STR_FMT, STR_ARG(s->elf->runpath));
}

static const char *
check_textrel(const struct suspect *s)
{
	return s->elf->has_textrel ? "has text relocations" : NULL;
}

static const char *
check_exec_stack(const struct suspect *s)
{
	if (!s->elf->has_stack_header)
		return "does not say that its stack is not executable (no PT_GNU_STACK)";
	return s->elf->has_exec_stack ? "has an executable stack" : NULL;
}

static const char *
check_writable_code(const struct suspect *s)
{
	return s->elf->has_writable_code ? "has a segment that is writable and executable" : NULL;
}

/* The C library places each thread's by these numbers, on every machine by another rule. */
static const char *
check_tls(const struct suspect *s)
{
	uint64_t align = s->elf->tls_align;

	if (!s->elf->has_tls || align <= 1)
		return NULL;
	if ((align & (align - 1)) != 0 || align > TLS_ALIGN_MAX)
		return arena_printf(s->tmp,
		    "wants its thread-locals at multiples of %llu, which is no power of two up to "
		    "%d",
		    (unsigned long long)align, (int)TLS_ALIGN_MAX);
	if ((s->elf->tls_address - s->elf->tls_offset) % align == 0)
		return NULL;
	return arena_printf(s->tmp,
	    "has its thread-locals at 0x%llx, and in the file at 0x%llx, which differ modulo %llu",
	    (unsigned long long)s->elf->tls_address, (unsigned long long)s->elf->tls_offset,
	    (unsigned long long)align);
}

/* What is bound at link time has no dynamic section, and nothing left to bind. */
static const char *
check_relro(const struct suspect *s)
{
	/* Nothing is relocated at start, and Go's linker has its tables in read-only segments. */
	if (s->elf->is_go && s->elf->type == ELF_EXEC && !s->elf->has_dynamic)
		return NULL;
	if (!s->elf->has_relro)
		return "has no PT_GNU_RELRO";
	return s->elf->has_dynamic && !s->elf->has_bind_now ? "is not linked with -z now" : NULL;
}

static const char *
check_static_pie(const struct suspect *s)
{
	return s->elf->type == ELF_EXEC ? "is bound to a fixed address (ET_EXEC)" : NULL;
}

static const char *
check_shared(const struct suspect *s)
{
	if (!is_shared(s))
		return NULL;
	if (s->elf->soname.n == 0)
		return "is a shared library";
	return arena_printf(s->tmp, "is the shared library " STR_FMT, STR_ARG(s->elf->soname));
}

static const char *
check_debug(const struct suspect *s)
{
	return s->elf->has_debug ? "has .debug_* sections" : NULL;
}

static const char *
check_build_id(const struct suspect *s)
{
	return s->elf->build_id.n == 0 ? "has no GNU build-id" : NULL;
}

/* Floating point units: the version, and whether there are 32 registers or 16. */
struct fpu {
	int version;
	bool has_32;
	int simd; /* Tag_Advanced_SIMD_arch */
};

/* By Tag_FP_arch. */
static const struct fpu fp_tag[] = { { 0, false, 0 }, { 1, false, 0 }, { 2, false, 0 },
	{ 3, true, 0 }, { 3, false, 0 }, { 4, true, 0 }, { 4, false, 0 }, { 8, true, 0 },
	{ 8, false, 0 } };

static const struct {
	const char *flag;
	struct fpu fpu;
} fpu_flag[] = {
	{ "-mfpu=none", { 0, false, 0 } },
	{ "-mfpu=vfpv2", { 2, false, 0 } },
	{ "-mfpu=vfpv3-d16", { 3, false, 0 } },
	{ "-mfpu=vfpv3", { 3, true, 0 } },
	{ "-mfpu=vfpv4-d16", { 4, false, 0 } },
	{ "-mfpu=vfpv4", { 4, true, 0 } },
	{ "-mfpu=neon", { 3, true, 1 } },
	{ "-mfpu=neon-vfpv3", { 3, true, 1 } },
	{ "-mfpu=neon-vfpv4", { 4, true, 2 } },
};

/* What the target's own flags let the compiler use; NULL when they do not say. */
static const struct fpu *
target_fpu(const struct target *t)
{
	for (int i = 0; i < t->narch_flag; i++)
		for (size_t k = 0; k < COUNT_OF(fpu_flag); k++)
			if (str_is(t->arch_flag[i], fpu_flag[k].flag))
				return &fpu_flag[k].fpu;
	return NULL;
}

static const char *
check_fpu(const struct suspect *s)
{
	const struct fpu *have = target_fpu(s->target);
	int tag = s->elf->arm_fp_arch, simd = s->elf->arm_simd_arch;

	if (have == NULL)
		return NULL;
	if (simd > have->simd)
		return arena_printf(s->tmp, "uses NEON (Tag_Advanced_SIMD_arch %d)", simd);
	if (tag <= 0)
		return NULL;
	if (tag >= (int)COUNT_OF(fp_tag) || fp_tag[tag].version > have->version ||
	    (fp_tag[tag].has_32 && !have->has_32))
		return arena_printf(
		    s->tmp, "uses a floating point unit above the target's (Tag_FP_arch %d)", tag);
	return NULL;
}

static const char *
check_level(const struct suspect *s)
{
	if (!is_arm(s) || !str_is(s->target->arch_level, "v7"))
		return NULL;
	if (s->elf->arm_arch > CPU_ARCH_V7)
		return arena_printf(
		    s->tmp, "is for an architecture above v7 (Tag_CPU_arch %d)", s->elf->arm_arch);
	return check_fpu(s);
}

struct row {
	enum rule_id rule;
	check *check;
};

static const struct row program_row[] = {
	{ RULE_ELF_MACHINE, check_machine },
	{ RULE_ELF_CLASS, check_class },
	{ RULE_ELF_FLAGS, check_flags },
	{ RULE_ELF_FLOAT_ABI, check_float_abi },
	{ RULE_ELF_INTERP, check_interp },
	{ RULE_ELF_NEEDED, check_needed },
	{ RULE_ELF_RUNPATH, check_runpath },
	{ RULE_ELF_TEXTREL, check_textrel },
	{ RULE_ELF_EXEC_STACK, check_exec_stack },
	{ RULE_ELF_WRITABLE_CODE, check_writable_code },
	{ RULE_ELF_TLS, check_tls },
	{ RULE_ELF_RELRO, check_relro },
	{ RULE_ELF_STATIC_PIE, check_static_pie },
	{ RULE_ELF_SHARED, check_shared },
	{ RULE_ELF_DEBUG, check_debug },
	{ RULE_ELF_BUILD_ID, check_build_id },
};

static const struct row object_row[] = {
	{ RULE_ARCHIVE_MACHINE, check_machine_and_class },
	{ RULE_ELF_FLAGS, check_flags },
	{ RULE_ELF_FLOAT_ABI, check_vfp_args },
	{ RULE_ARCHIVE_LEVEL, check_level },
	{ RULE_ARCHIVE_DEBUG, check_debug },
};

static void
judge(struct findings *f, const struct suspect *s, struct place at)
{
	bool is_object = s->elf->type == ELF_REL;
	const struct row *row = is_object ? object_row : program_row;
	size_t n = is_object ? COUNT_OF(object_row) : COUNT_OF(program_row);

	for (size_t i = 0; i < n; i++) {
		const char *wrong = row[i].check(s);
		if (wrong != NULL)
			findings_add(f, row[i].rule, at, "%s", wrong);
	}
}

struct str
inspect_program(struct findings *f, struct arena *tmp, struct place at, struct str bytes)
{
	struct elf elf;
	struct err e = { 0 };
	struct suspect s = { tmp, f->package->target, at.path, &elf };

	if (elf_parse(tmp, bytes, &elf, &e) == -1)
		findings_add(f, RULE_ELF_DAMAGED, at, "%s", e.text);
	else if (elf.type == ELF_NONE || elf.type == ELF_OTHER)
		findings_add(f, RULE_ELF_DAMAGED, at, "is neither a program nor an object file");
	else
		judge(f, &s, at);
	return elf_build_id(tmp, &elf);
}

void
inspect_object(struct findings *f, struct arena *tmp, struct place at, struct str bytes)
{
	struct elf elf;
	struct err e = { 0 };
	struct suspect s = { tmp, f->package->target, at.path, &elf };

	if (elf_is_bitcode(bytes))
		findings_add(f, RULE_ARCHIVE_BITCODE, at, "is LLVM bitcode");
	else if (!elf_is(bytes))
		findings_add(f, RULE_ARCHIVE_NOT_AN_OBJECT, at, "is no ELF file");
	else if (elf_parse(tmp, bytes, &elf, &e) == -1)
		findings_add(f, RULE_ARCHIVE_DAMAGED, at, "%s", e.text);
	else if (elf.type != ELF_REL)
		findings_add(f, RULE_ARCHIVE_NOT_AN_OBJECT, at, "is ELF, but not relocatable");
	else
		judge(f, &s, at);
}
