/* SPDX-License-Identifier: ISC */
#include "lib/ar.h"

/* A member's header: name 16, date 12, uid 6, gid 6, mode 8, size 10, "`\n". */
enum { HEADER_BYTES = 60, NAME_BYTES = 16, SIZE_AT = 48, SIZE_BYTES = 10 };

static const struct str magic = { "!<arch>\n", 8 }, thin_magic = { "!<thin>\n", 8 };

struct member {
	struct str field; /* the name as it stands in the header */
	struct str name, bytes;
	bool is_table;
};

struct archive {
	struct str rest, names; /* what is still to be read; GNU's table of long names */
	bool is_thin;
};

bool
ar_is(struct str bytes)
{
	return str_starts(bytes, magic);
}

bool
ar_is_thin(struct str bytes)
{
	return str_starts(bytes, thin_magic);
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

static bool
is_index(struct str field)
{
	return str_is(field, "/") || str_is(field, "/SYM64/");
}

static bool
is_gnu_table(struct str field)
{
	return is_index(field) || str_is(field, "//");
}

static int
read_name(struct archive *ar, struct member *m)
{
	struct str field = m->field;

	if (str_is(field, "//"))
		ar->names = m->bytes;
	m->is_table = is_gnu_table(field) || str_starts(field, STR("__.SYMDEF"));
	if (m->is_table)
		return 0;
	if (str_starts(field, STR("#1/")))
		return bsd_long_name(field, m);
	if (str_starts(field, STR("/")))
		return gnu_long_name(field, ar->names, &m->name);
	if (str_ends(field, STR("/")))
		field.n--;
	m->name = field;
	return 0;
}

/* Cut one member with its header and padding off what is left. */
static int
read_member(struct archive *ar, struct member *m, struct err *e)
{
	struct str header = { ar->rest.p, HEADER_BYTES };
	uint64_t size;

	if (ar->rest.n < HEADER_BYTES)
		return err_set(e, ERR_CHECK, "the archive ends within a member's header");
	if (!str_ends(header, STR("`\n")))
		return err_set(e, ERR_CHECK, "the archive has no member where one should begin");
	ar->rest = str_skip(ar->rest, HEADER_BYTES);
	m->field = trim((struct str){ header.p, NAME_BYTES });
	if (str_u64(trim((struct str){ header.p + SIZE_AT, SIZE_BYTES }), &size) == -1)
		return err_set(e, ERR_CHECK, "the archive has a member whose size is no number");
	if (ar->is_thin && !is_gnu_table(m->field))
		size = 0;
	if (size > ar->rest.n)
		return err_set(e, ERR_CHECK,
		    "the archive is cut off: a member says %llu bytes and %zu are left",
		    (unsigned long long)size, ar->rest.n);
	m->bytes = (struct str){ ar->rest.p, (size_t)size };
	ar->rest = str_skip(ar->rest, (size_t)(size + size % 2));
	if (read_name(ar, m) == -1)
		return err_set(e, ERR_CHECK, "the archive has a member whose name cannot be read");
	return 0;
}

static int
not_an_archive(struct err *e)
{
	return err_set(e, ERR_CHECK, "this is no archive: it does not start with !<arch>");
}

int
ar_walk(struct str archive, ar_each *each, void *ctx, struct err *e)
{
	struct archive ar = { .rest = str_skip(archive, magic.n) };

	if (ar_is_thin(archive))
		return err_set(e, ERR_CHECK,
		    "a thin archive only names files elsewhere; make it without ar's T");
	if (!ar_is(archive))
		return not_an_archive(e);
	while (ar.rest.n != 0) {
		struct member m = { 0 };
		if (read_member(&ar, &m, e) == -1)
			return -1;
		if (!m.is_table && each(ctx, m.name, m.bytes, e) == -1)
			return -1;
	}
	return 0;
}

/* ---- the index ---- */

/* n bytes, big endian whatever the machine; 0 outside. */
static uint64_t
number(struct str s, uint64_t at, unsigned n)
{
	uint64_t v = 0;

	if (at > s.n || n > s.n - at)
		return 0;
	for (unsigned i = 0; i < n; i++)
		v = v << 8 | (unsigned char)s.p[at + i];
	return v;
}

/* Their count, the place of each one's member, then their names, each ended by NUL. */
static int
walk_index(struct member *m, ar_symbol *each, void *ctx, struct err *e)
{
	unsigned width = str_is(m->field, "/") ? 4 : 8;
	uint64_t n = number(m->bytes, 0, width);
	struct str names, name;

	if (n > m->bytes.n / (width + 1))
		return err_set(e, ERR_CHECK, "the archive's index says %llu symbols in %zu bytes",
		    (unsigned long long)n, m->bytes.n);
	names = str_skip(m->bytes, (size_t)(width * (n + 1)));
	for (uint64_t i = 0; i < n && str_cut(&names, '\0', &name); i++)
		each(ctx, name, number(m->bytes, width * (i + 1), width));
	return 0;
}

int
ar_index(struct str archive, ar_symbol *each, void *ctx, bool *has_index, struct err *e)
{
	struct archive ar = { .rest = str_skip(archive, magic.n), .is_thin = ar_is_thin(archive) };
	struct member m = { 0 };

	*has_index = false;
	if (!ar.is_thin && !ar_is(archive))
		return not_an_archive(e);
	if (ar.rest.n == 0)
		return 0;
	if (read_member(&ar, &m, e) == -1)
		return -1;
	*has_index = is_index(m.field);
	return *has_index ? walk_index(&m, each, ctx, e) : 0;
}

int
ar_member(struct str archive, uint64_t at, struct str *name, struct str *bytes, struct err *e)
{
	struct archive ar = { .rest = str_skip(archive, magic.n), .is_thin = ar_is_thin(archive) };
	struct member m = { 0 };

	/* The table of names stands behind the index, before all others. */
	while (ar.rest.n != 0 && ar.names.n == 0) {
		m = (struct member){ 0 };
		if (read_member(&ar, &m, e) == -1)
			return -1;
		if (!m.is_table)
			break;
	}
	ar.rest = str_skip(archive, at > archive.n ? archive.n : (size_t)at);
	m = (struct member){ 0 };
	if (at < magic.n || ar.rest.n == 0)
		return err_set(e, ERR_CHECK, "the archive's index leads out of it");
	if (read_member(&ar, &m, e) == -1)
		return -1;
	*name = m.name;
	*bytes = m.bytes;
	return 0;
}
