/* SPDX-License-Identifier: ISC */
#include "lib/ar.h"

/* A member's header: name 16, date 12, uid 6, gid 6, mode 8, size 10, "`\n". */
enum { HEADER_BYTES = 60, NAME_BYTES = 16, SIZE_AT = 48, SIZE_BYTES = 10 };

static const struct str magic = { "!<arch>\n", 8 };

struct member {
	struct str name, bytes;
	bool is_table;
};

bool
ar_is(struct str bytes)
{
	return str_starts(bytes, magic);
}

static struct str
trim(struct str s)
{
	while (s.n != 0 && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

/* GNU: "/12" is an offset into the table of long names, where a name ends in "/\n". */
static int
gnu_long_name(struct str field, struct str table, struct str *name)
{
	struct str rest;
	uint64_t at;

	if (str_u64(str_skip(field, 1), &at) == -1 || at >= table.n)
		return -1;
	rest = str_skip(table, (size_t)at);
	if (!str_cut(&rest, '\n', name))
		return -1;
	if (str_ends(*name, STR("/")))
		name->n--;
	return 0;
}

/* BSD: "#1/20" says that the name is the first 20 bytes of the member, padded with NUL. */
static int
bsd_long_name(struct str field, struct member *m)
{
	uint64_t n;

	if (str_u64(str_skip(field, 3), &n) == -1 || n > m->bytes.n)
		return -1;
	m->name = (struct str){ m->bytes.p, (size_t)n };
	m->bytes = str_skip(m->bytes, (size_t)n);
	while (m->name.n != 0 && m->name.p[m->name.n - 1] == '\0')
		m->name.n--;
	m->is_table = str_starts(m->name, STR("__.SYMDEF"));
	return 0;
}

static int
read_name(struct str field, struct str *table, struct member *m)
{
	if (str_is(field, "//")) {
		*table = m->bytes;
		m->is_table = true;
		return 0;
	}
	if (str_is(field, "/") || str_is(field, "/SYM64/") || str_starts(field, STR("__.SYMDEF"))) {
		m->is_table = true;
		return 0;
	}
	if (str_starts(field, STR("#1/")))
		return bsd_long_name(field, m);
	if (str_starts(field, STR("/")))
		return gnu_long_name(field, *table, &m->name);
	if (str_ends(field, STR("/")))
		field.n--;
	m->name = field;
	return 0;
}

/* Cut one member with its header and padding off *rest. */
static int
read_member(struct str *rest, struct str *table, struct member *m, struct err *e)
{
	struct str header = { rest->p, HEADER_BYTES };
	uint64_t size;

	if (rest->n < HEADER_BYTES)
		return err_set(e, ERR_CHECK, "the archive ends within a member's header");
	if (!str_ends(header, STR("`\n")))
		return err_set(e, ERR_CHECK, "the archive has no member where one should begin");
	*rest = str_skip(*rest, HEADER_BYTES);
	if (str_u64(trim((struct str){ header.p + SIZE_AT, SIZE_BYTES }), &size) == -1)
		return err_set(e, ERR_CHECK, "the archive has a member whose size is no number");
	if (size > rest->n)
		return err_set(e, ERR_CHECK,
		    "the archive is cut off: a member says %llu bytes and %zu are left",
		    (unsigned long long)size, rest->n);
	m->bytes = (struct str){ rest->p, (size_t)size };
	*rest = str_skip(*rest, (size_t)(size + size % 2));
	if (read_name(trim((struct str){ header.p, NAME_BYTES }), table, m) == -1)
		return err_set(e, ERR_CHECK, "the archive has a member whose name cannot be read");
	return 0;
}

int
ar_walk(struct str archive, ar_each *each, void *ctx, struct err *e)
{
	struct str rest = str_skip(archive, magic.n), table = { 0 };

	if (str_starts(archive, STR("!<thin>\n")))
		return err_set(e, ERR_CHECK,
		    "a thin archive only names files elsewhere; make it without ar's T");
	if (!ar_is(archive))
		return err_set(e, ERR_CHECK, "this is no archive: it does not start with !<arch>");
	while (rest.n != 0) {
		struct member m = { 0 };
		if (read_member(&rest, &table, &m, e) == -1)
			return -1;
		if (!m.is_table && each(ctx, m.name, m.bytes, e) == -1)
			return -1;
	}
	return 0;
}
