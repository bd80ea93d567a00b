/* SPDX-License-Identifier: ISC */
#include "base/base64.h"

#include <string.h>

static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Up to three bytes as four characters. */
static void
print_group(struct buf *out, const unsigned char *p, size_t n)
{
	unsigned v = (unsigned)p[0] << 16;

	if (n > 1)
		v |= (unsigned)p[1] << 8;
	if (n > 2)
		v |= p[2];
	buf_add_char(out, digit[v >> 18]);
	buf_add_char(out, digit[v >> 12 & 63]);
	buf_add(out, n > 1 ? (struct str){ &digit[v >> 6 & 63], 1 } : STR("="));
	buf_add(out, n > 2 ? (struct str){ &digit[v & 63], 1 } : STR("="));
}

void
base64_print(struct buf *out, const void *bytes, size_t n_bytes)
{
	const unsigned char *p = bytes;

	for (; n_bytes > 3; p += 3, n_bytes -= 3)
		print_group(out, p, 3);
	if (n_bytes != 0)
		print_group(out, p, n_bytes);
}

static int
value_of(char c)
{
	const char *at = c == '\0' ? NULL : strchr(digit, c);

	return at == NULL ? -1 : (int)(at - digit);
}

/* Four characters that stand for n bytes, 1 to 3. */
static int
parse_group(const char *p, unsigned char *out, size_t n)
{
	unsigned v = 0;

	for (size_t i = 0; i < 4; i++) {
		int d = i <= n ? value_of(p[i]) : p[i] == '=' ? 0 : -1;
		if (d == -1)
			return -1;
		v = v << 6 | (unsigned)d;
	}
	if ((n < 3 && (v & 0xff) != 0) || (n < 2 && (v & 0xffff) != 0))
		return -1;
	for (size_t i = 0; i < n; i++)
		out[i] = (unsigned char)(v >> (16 - 8 * i));
	return 0;
}

int
base64_parse(struct str text, void *bytes, size_t n_bytes)
{
	unsigned char *out = bytes;

	if (text.n != (n_bytes + 2) / 3 * 4)
		return -1;
	for (size_t at = 0; at < n_bytes; at += 3, text = str_skip(text, 4))
		if (parse_group(text.p, out + at, n_bytes - at < 3 ? n_bytes - at : 3) == -1)
			return -1;
	return 0;
}
