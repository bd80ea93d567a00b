/* SPDX-License-Identifier: ISC */
#include "fetch/member.h"

#include <string.h>

static bool
has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	return false;
}

static bool
is_nothing(struct str part)
{
	return part.n == 0 || str_is(part, ".");
}

static void
add_part(struct member_path *out, struct str part)
{
	if (out->n != 0) {
		out->z[out->n++] = '/';
		out->nfolder++;
	}
	memcpy(out->z + out->n, part.p, part.n);
	out->n += part.n;
}

const char *
member_path(struct str name, int strip, struct member_path *out)
{
	struct str rest = name, part;

	out->n = 0;
	out->nfolder = 0;
	out->z[0] = '\0';
	if (name.n == 0)
		return "it has no name";
	if (name.n > MEMBER_NAME_MAX)
		return "its name has more than 4096 bytes";
	if (has_control(name))
		return "control characters in its name";
	if (name.p[0] == '/')
		return "an absolute name";
	while (str_cut(&rest, '/', &part)) {
		if (is_nothing(part))
			continue;
		if (str_is(part, ".."))
			return "\"..\" in its name";
		if (part.n > MEMBER_PART_MAX)
			return "a part of its name has more than 255 bytes";
		if (strip > 0)
			strip--;
		else
			add_part(out, part);
	}
	out->z[out->n] = '\0';
	return NULL;
}

bool
member_is_below(const struct member_path *path, struct str only)
{
	struct str p = { path->z, path->n };

	return str_starts(p, only) && (p.n == only.n || p.p[only.n] == '/');
}

const char *
member_link_fault(const struct member_path *path, struct str target)
{
	struct str rest = target, part;
	int depth = path->nfolder;

	if (target.n == 0)
		return "a link to nothing";
	if (target.n > MEMBER_NAME_MAX || has_control(target))
		return "a link to a name that cannot be";
	if (target.p[0] == '/')
		return "a link to an absolute name";
	while (str_cut(&rest, '/', &part)) {
		if (is_nothing(part))
			continue;
		depth += str_is(part, "..") ? -1 : 1;
		if (depth < 0)
			return "a link that leads out of the folder";
	}
	return NULL;
}
