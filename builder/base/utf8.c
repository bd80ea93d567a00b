/* SPDX-License-Identifier: ISC */
#include "base/utf8.h"

size_t
utf8_length(const char *at, size_t n)
{
	const unsigned char *p = (const unsigned char *)at;
	static const struct {
		unsigned char from, to, second_from, second_to, length;
	} row[] = {
		{ 0x00, 0x7f, 0, 0, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; n != 0 && i < COUNT_OF(row); i++) {
		if (p[0] < row[i].from || p[0] > row[i].to)
			continue;
		if (row[i].length > n)
			return 0;
		if (row[i].length > 1 && (p[1] < row[i].second_from || p[1] > row[i].second_to))
			return 0;
		for (size_t k = 2; k < row[i].length; k++)
			if ((p[k] & 0xc0) != 0x80)
				return 0;
		return row[i].length;
	}
	return 0;
}

void
utf8_add(struct buf *out, uint32_t c)
{
	static const struct {
		uint32_t below;
		unsigned char lead;
	} row[] = { { 0x80, 0 }, { 0x800, 0xc0 }, { 0x10000, 0xe0 }, { 0x110000, 0xf0 } };
	int n = 0;

	while (c >= row[n].below)
		n++;
	buf_add_char(out, (char)(row[n].lead | c >> (6 * n)));
	while (n-- > 0)
		buf_add_char(out, (char)(0x80 | (c >> (6 * n) & 0x3f)));
}
