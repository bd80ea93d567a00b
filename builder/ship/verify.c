/* SPDX-License-Identifier: ISC */
#include "ship/verify.h"

/* The assembler takes the file as it is; its path is below the folder that make runs in. */
__asm__(".section .rodata\n"
	".global verify_start, verify_end\n"
	".hidden verify_start, verify_end\n"
	"verify_start: .incbin \"builder/ship/verify.sh\"\n"
	"verify_end:\n"
	".previous\n");

extern const char verify_start[], verify_end[];

struct str
verify_text(void)
{
	return (struct str){ verify_start, (size_t)(verify_end - verify_start) };
}
