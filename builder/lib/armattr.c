/* SPDX-License-Identifier: ISC */
#include "lib/armattr.h"

#include <limits.h>
#include <string.h>

enum tag {
	TAG_FILE = 1,
	TAG_CPU_RAW_NAME = 4,
	TAG_CPU_NAME = 5,
	TAG_CPU_ARCH = 6,
	TAG_FP_ARCH = 10,
	TAG_SIMD_ARCH = 12,
	TAG_FP_MODEL = 23,
	TAG_VFP_ARGS = 28,
	TAG_COMPATIBILITY = 32,
};

enum { LENGTH_BYTES = 4, SHIFT_MAX = 28 };

/* Take n bytes off the front of *rest. */
static int
take(struct str *rest, size_t n, struct str *out)
{
	if (n > rest->n)
		return -1;
	*out = (struct str){ rest->p, n };
	*rest = str_skip(*rest, n);
	return 0;
}

/* A piece that begins with its own length, which counts `before` bytes in front of it. */
static int
take_sized(struct str *rest, bool is_big, size_t before, struct str *out)
{
	struct str head;
	uint32_t n = 0;

	if (take(rest, LENGTH_BYTES, &head) == -1)
		return -1;
	for (int i = 0; i < LENGTH_BYTES; i++)
		n = n << 8 | (unsigned char)head.p[is_big ? i : LENGTH_BYTES - 1 - i];
	if (n < before + LENGTH_BYTES)
		return -1;
	return take(rest, n - before - LENGTH_BYTES, out);
}

static int
take_uleb(struct str *rest, unsigned *out)
{
	unsigned v = 0;

	for (int shift = 0; shift <= SHIFT_MAX; shift += 7) {
		struct str byte;
		if (take(rest, 1, &byte) == -1)
			return -1;
		v |= (unsigned)(byte.p[0] & 0x7f) << shift;
		if ((byte.p[0] & 0x80) == 0) {
			*out = v;
			return v > INT_MAX ? -1 : 0;
		}
	}
	return -1;
}

static int
take_text(struct str *rest, struct str *out)
{
	const char *end = rest->n == 0 ? NULL : memchr(rest->p, '\0', rest->n);

	if (end == NULL)
		return -1;
	*out = (struct str){ rest->p, (size_t)(end - rest->p) };
	*rest = str_skip(*rest, out->n + 1);
	return 0;
}

/* Above 32 the tag's parity says what follows; below, two are text. */
static bool
is_text(unsigned tag)
{
	if (tag < TAG_COMPATIBILITY)
		return tag == TAG_CPU_RAW_NAME || tag == TAG_CPU_NAME;
	return tag % 2 == 1;
}

static void
keep(struct armattr *out, unsigned tag, unsigned value)
{
	if (tag == TAG_CPU_ARCH)
		out->cpu_arch = (int)value;
	else if (tag == TAG_FP_ARCH)
		out->fp_arch = (int)value;
	else if (tag == TAG_SIMD_ARCH)
		out->simd_arch = (int)value;
	else if (tag == TAG_VFP_ARGS)
		out->vfp_args = (int)value;
	else if (tag == TAG_FP_MODEL)
		out->fp_model = (int)value;
}

static int
read_file_attributes(struct str rest, struct armattr *out)
{
	while (rest.n != 0) {
		unsigned tag, value = 0;
		struct str text;
		if (take_uleb(&rest, &tag) == -1)
			return -1;
		if (!is_text(tag) && take_uleb(&rest, &value) == -1)
			return -1;
		if ((is_text(tag) || tag == TAG_COMPATIBILITY) && take_text(&rest, &text) == -1)
			return -1;
		keep(out, tag, value);
	}
	return 0;
}

static int
read_vendor(struct str rest, bool is_big, struct armattr *out)
{
	while (rest.n != 0) {
		struct str tag, body;
		if (take(&rest, 1, &tag) == -1 || take_sized(&rest, is_big, 1, &body) == -1)
			return -1;
		if (tag.p[0] == TAG_FILE && read_file_attributes(body, out) == -1)
			return -1;
	}
	return 0;
}

int
armattr_parse(struct str bytes, bool is_big, struct armattr *out)
{
	struct str rest = bytes, version, vendor, name;

	*out = (struct armattr){ -1, -1, -1, -1, -1 };
	if (take(&rest, 1, &version) == -1 || version.p[0] != 'A')
		return -1;
	while (rest.n != 0) {
		if (take_sized(&rest, is_big, 0, &vendor) == -1 || take_text(&vendor, &name) == -1)
			return -1;
		if (str_is(name, "aeabi") && read_vendor(vendor, is_big, out) == -1)
			return -1;
	}
	return 0;
}
