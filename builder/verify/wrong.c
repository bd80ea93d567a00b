/* SPDX-License-Identifier: ISC */
#include "verify/wrong.h"

#include <stdarg.h>
#include <stdio.h>

int
wrong(const char *fmt, ...)
{
	va_list ap;

	/* Behind what was said before, where both go into one file. */
	fflush(stdout);
	fputs("kiln-verify: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return -1;
}
