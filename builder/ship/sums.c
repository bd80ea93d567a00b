/* SPDX-License-Identifier: ISC */
#include "ship/sums.h"

#include <string.h>

#include "base/vec.h"

void
sums_print(struct buf *out, const struct sum *v, int n)
{
	for (int i = 0; i < n; i++)
		buf_printf(
		    out, "%s  " STR_FMT "\n", digest_hex(out->a, &v[i].digest), STR_ARG(v[i].name));
}

static bool
parse_line(struct str line, struct sum *out)
{
	struct str hex = { line.p, DIGEST_HEX }, rest = str_skip(line, DIGEST_HEX);

	if (line.n <= DIGEST_HEX || digest_parse(hex, &out->digest) == -1 ||
	    !str_starts(rest, STR("  ")))
		return false;
	out->name = str_skip(rest, 2);
	return str_is_inner_path(out->name) && out->name.p[0] != '.' &&
	       memchr(out->name.p, '/', out->name.n) == NULL;
}

int
sums_parse(struct arena *a, struct str text, struct sum **out, int *n, struct err *e)
{
	VEC(struct sum) v = { 0 };
	struct str line;
	struct sum row;

	for (int number = 1; str_cut(&text, '\n', &line); number++) {
		if (!parse_line(line, &row))
			return err_set(e, ERR_CHECK,
			    "line %d of SHA256SUMS is not a digest, two blanks and a file's name",
			    number);
		VEC_ADD(a, &v, row);
	}
	*out = v.v;
	*n = v.n;
	return 0;
}
