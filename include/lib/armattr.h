/*
 * armattr.h - build attributes of an ARM object (Addenda to the ARM ABI, "aeabi").
 *
 * The bytes are those of a section of type SHT_ARM_ATTRIBUTES.  Only attributes of
 * the whole file count; those of single sections and symbols are passed over, as
 * every linker does.
 *
 * SPDX-License-Identifier: ISC
 */
#ifndef LIB_ARMATTR_H
#define LIB_ARMATTR_H

#include "base/str.h"

struct armattr {
	int cpu_arch;  /* Tag_CPU_arch: 10 is v7, 14 is v8-A; -1 when not there */
	int fp_arch;   /* Tag_FP_arch: 3 VFPv3, 5 VFPv4, 7 ARMv8; -1 */
	int simd_arch; /* Tag_Advanced_SIMD_arch: 1 NEON, 2 with FMA, 3 ARMv8; -1 */
	int vfp_args;  /* Tag_ABI_VFP_args: 1 is hard float; -1 */
	int fp_model;  /* Tag_ABI_FP_number_model, which compilers write and people do not; -1 */
};

/* Read the attributes; -1 when the bytes are not what the ABI says. is_big: lengths
 * are big endian. *out is filled with -1 first. */
MUST_USE int armattr_parse(struct str bytes, bool is_big, struct armattr *out);

#endif
