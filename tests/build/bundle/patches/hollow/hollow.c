/* Anybody may do anything with this. SPDX-License-Identifier: 0BSD */
#include <bzlib.h>
#include <stdio.h>

int
main(void)
{
	return printf("%.5s\n", BZ2_bzlibVersion()) < 0;
}
