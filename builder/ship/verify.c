/* SPDX-License-Identifier: ISC */
#include "ship/verify.h"

/* The assembler takes the file as it is, and counts its bytes; its path is below the folder
 * that make runs in. */
__asm__(".section .rodata\n"
	".global verify_start, verify_bytes\n"
	".hidden verify_start, verify_bytes\n"
	".balign 4\n"
	"verify_bytes: .4byte verify_end - verify_start\n"
	"verify_start: .incbin \"builder/ship/verify.sh\"\n"
	"verify_end:\n"
	".previous\n");

extern const char verify_start[];
extern const uint32_t verify_bytes;

struct str
verify_text(void)
{
	return (struct str){ verify_start, verify_bytes };
}
