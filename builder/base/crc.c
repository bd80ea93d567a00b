/* SPDX-License-Identifier: ISC */
#include "base/crc.h"

/* Eight bytes a step ("slicing by 8", Kounavis and Berry, 2005): table[k][b] is
 * the effect of byte b with k more bytes behind it. */
enum { SLICES = 8 };
static uint32_t table[SLICES][256];

static void
fill_table(void)
{
	for (uint32_t b = 0; b < 256; b++) {
		uint32_t c = b;
		for (int bit = 0; bit < 8; bit++)
			c = (c >> 1) ^ ((c & 1) != 0 ? 0xedb88320u : 0);
		table[0][b] = c;
	}
	for (int k = 1; k < SLICES; k++)
		for (int b = 0; b < 256; b++)
			table[k][b] = (table[k - 1][b] >> 8) ^ table[0][table[k - 1][b] & 255];
}

uint32_t
crc32_of(struct str bytes)
{
	const unsigned char *p = (const unsigned char *)bytes.p;
	size_t n = bytes.n;
	uint32_t c = 0xffffffffu;

	if (table[0][1] == 0)
		fill_table();
	for (; n >= SLICES; p += SLICES, n -= SLICES) {
		uint32_t next = 0;
		for (int i = 0; i < SLICES; i++) {
			unsigned char b = (unsigned char)(i < 4 ? c >> (8 * i) : 0);
			next ^= table[SLICES - 1 - i][p[i] ^ b];
		}
		c = next;
	}
	for (; n != 0; p++, n--)
		c = (c >> 8) ^ table[0][(c ^ *p) & 255];
	return c ^ 0xffffffffu;
}
