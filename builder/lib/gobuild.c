/* SPDX-License-Identifier: ISC */
#include "lib/gobuild.h"

#include <string.h>

#include "base/buf.h"
#include "base/vec.h"

enum {
	ALIGN = 16,
	FLAGS_AT = 15,
	TEXTS_AT = 32,
	HAS_TEXTS = 2,
	FENCE = 16, /* bytes before and behind the lines */
};

#define MARK STR("\xff Go buildinf:")

static bool
find_block(struct str bytes, struct str *out)
{
	for (size_t at = 0; at + TEXTS_AT < bytes.n; at += ALIGN) {
		*out = str_skip(bytes, at);
		if (str_starts(*out, MARK))
			return ((unsigned char)out->p[FLAGS_AT] & HAS_TEXTS) != 0;
	}
	return false;
}

/* A length of seven bits a byte, the least first, and as many bytes. */
static bool
cut_text(struct str *rest, struct str *out)
{
	uint64_t n = 0;

	for (unsigned shift = 0; rest->n != 0 && shift < 63; shift += 7) {
		unsigned char byte = (unsigned char)rest->p[0];
		*rest = str_skip(*rest, 1);
		n |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) != 0)
			continue;
		if (n > rest->n)
			return false;
		*out = (struct str){ rest->p, (size_t)n };
		*rest = str_skip(*rest, (size_t)n);
		return true;
	}
	return false;
}

/* A program's text may end up on a terminal and in documents. */
static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n != 0;
}

static bool
parse_module(struct arena *a, struct str rest, struct gobuild_module *out)
{
	struct str path, version;

	if (!str_cut(&rest, '\t', &path) || !str_cut(&rest, '\t', &version) || !is_plain(path) ||
	    !is_plain(version))
		return false;
	*out = (struct gobuild_module){ str_copy(a, path), str_copy(a, version) };
	return true;
}

static bool
parse_lines(struct arena *a, struct str lines, struct gobuild *out)
{
	VEC(struct gobuild_module) v = { 0 };
	struct gobuild_module m;
	struct str line, kind;

	while (str_cut(&lines, '\n', &line)) {
		bool is_new = str_starts(line, STR("dep\t"));
		if (!is_new && (!str_starts(line, STR("=>\t")) || v.n == 0))
			continue;
		(void)str_cut(&line, '\t', &kind);
		if (!parse_module(a, line, &m))
			return false;
		if (is_new)
			VEC_ADD(a, &v, m);
		else
			v.v[v.n - 1] = m;
	}
	out->module = v.v;
	out->nmodule = v.n;
	return true;
}

bool
gobuild_parse(struct arena *a, struct str bytes, struct gobuild *out)
{
	struct str block, version, lines;

	if (!find_block(bytes, &block))
		return false;
	block = str_skip(block, TEXTS_AT);
	if (!cut_text(&block, &version) || !cut_text(&block, &lines) || !is_plain(version))
		return false;
	if (str_starts(version, STR("go")))
		version = str_skip(version, 2);
	out->go = str_copy(a, version);
	if (lines.n <= 2 * (size_t)FENCE) {
		out->module = NULL;
		out->nmodule = 0;
		return true;
	}
	return parse_lines(a, (struct str){ lines.p + FENCE, lines.n - 2 * (size_t)FENCE }, out);
}

struct str
gobuild_print(struct arena *a, const struct gobuild *go)
{
	struct buf out = { .a = a };

	for (int i = 0; i < go->nmodule; i++)
		buf_printf(&out, "%s" STR_FMT " " STR_FMT, i == 0 ? "" : ", ",
		    STR_ARG(go->module[i].path), STR_ARG(go->module[i].version));
	buf_printf(
	    &out, "%sthe library of Go " STR_FMT, go->nmodule == 0 ? "" : " and ", STR_ARG(go->go));
	return buf_str(&out);
}
