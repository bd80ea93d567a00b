/*
 * elf.h - what an ELF file says of itself (System V gABI; ARM and AArch64 ABIs).
 *
 * Bytes in, struct out; hostile bytes give an error, never a wild read.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef LIB_ELF_H
#define LIB_ELF_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum elf_type { ELF_NONE, ELF_REL, ELF_EXEC, ELF_DYN, ELF_OTHER };

struct elf {
	enum elf_type type;
	unsigned machine; /* e_machine */
	unsigned bits;    /* 32 or 64 */
	bool is_big_endian;
	uint32_t flags; /* e_flags */
	struct str interp;
	struct str *needed;
	int nneeded;
	struct str runpath; /* DT_RPATH or DT_RUNPATH */
	struct str soname;  /* DT_SONAME; empty when not there */
	bool has_dynamic, has_textrel, has_relro, has_bind_now, has_pie_flag;
	bool has_stack_header, has_exec_stack, has_writable_code;
	bool has_tls; /* thread-locals: where their first values are, as PT_TLS says */
	uint64_t tls_offset, tls_address, tls_align;
	bool has_debug;        /* any .debug_* section */
	uint64_t loaded_bytes; /* of the file, in segments that are loaded */
	struct str build_id;   /* raw bytes of the GNU build-id note */
	bool is_go;            /* has the note that Go's linker writes into every program */
	int arm_arch;          /* Tag_CPU_arch of .ARM.attributes, -1 when not there */
	int arm_vfp_args;      /* Tag_ABI_VFP_args, -1 when not there */
	int arm_fp_model;      /* Tag_ABI_FP_number_model, -1; see armattr.h */
	int arm_fp_arch;       /* Tag_FP_arch, -1 */
	int arm_simd_arch;     /* Tag_Advanced_SIMD_arch, -1 */
};

bool elf_is(struct str bytes); /* starts with \177ELF */
bool elf_is_bitcode(struct str bytes);

/* Views in *out borrow from bytes; arrays are in a. ERR_CHECK: what is wrong with the
 * file. The tables and every loaded segment must lie within the bytes. */
MUST_USE int elf_parse(struct arena *a, struct str bytes, struct elf *out, struct err *e);

/* Its build-id in hexadecimal, "" when it has none; in a. */
struct str elf_build_id(struct arena *a, const struct elf *elf);

#endif
