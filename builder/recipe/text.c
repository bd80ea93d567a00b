/* SPDX-License-Identifier: ISC */
#include "recipe/text.h"

/* How many bytes the UTF-8 sequence at p takes; 0 when it is none. */
static size_t
utf8_bytes(const unsigned char *p, size_t left)
{
	size_t n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (p[0] < 0xc2 || p[0] > 0xf4 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

size_t
text_length(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0, n = 1;

	for (; i < s.n && n != 0; i += n) {
		n = p[i] >= 0x80 ? utf8_bytes(p + i, s.n - i) : 1;
		if ((p[i] < 0x20 && p[i] != '\t' && p[i] != '\n') || p[i] == 0x7f)
			n = 0;
	}
	return i;
}
