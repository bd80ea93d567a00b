/* SPDX-License-Identifier: ISC */
#include "make/inspect_link.h"

#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"
#include "driver/conf.h"
#include "driver/record.h"
#include "lib/ar.h"
#include "lib/symtab.h"
#include "make/layout.h"
#include "make/linkmap.h"

enum { EMPTY_ARCHIVE_BYTES = sizeof("!<arch>\n") - 1 };

struct archive {
	struct str path; /* what it is behind all links */
	const struct origin *origin;
	struct mapping file;
	struct map twin; /* last parts of names that several of its members have */
	bool has_twins;  /* read as well */
};

/* A member that defines something. Name, bytes and kinds are read when there is a doubt. */
struct member {
	int archive;
	uint64_t at;
	struct str name, bytes;
	struct mapping outside; /* of a thin archive's member */
	struct map kind;        /* symbol to enum symtab_kind */
	bool is_read;
};

/* One definition of a symbol; `next` is an older one's index plus one, 0 is the end. */
struct definition {
	int member, next;
};

/* Two members that define the same; the first was taken. */
struct pair {
	int taken, other, nsymbol;
	struct str symbol; /* the first one */
};

struct judging {
	struct arena *a;
	struct findings *f;
	const struct inspect_linked *link;
	struct origins origins;
	struct record record;
	struct map real;      /* input's path to its number */
	struct map taken;     /* "ARCHIVE(MEMBER)", the archive behind all links */
	struct map taken_for; /* the same with " SYMBOL", where the record says for which one */
	VEC(struct archive) archive;
	VEC(struct member) member;
	VEC(struct definition) definition;
	VEC(struct pair) pair;
	struct map symbol;  /* to its newest definition */
	struct map pair_of; /* "N M" to its pair */
	int current;        /* archive that is being read */
	bool has_map;       /* read as well */
};

/* ---- what was taken ---- */

static struct str
name_of(struct judging *j, struct str archive, struct str member)
{
	return str_printf(j->a, STR_FMT "(" STR_FMT ")", STR_ARG(archive), STR_ARG(member));
}

/* The member's name, with the archive behind all links. */
static bool
real_name(struct judging *j, struct str name, struct str *out)
{
	struct str archive, member;

	if (!record_split(name, &archive, &member))
		return false;
	int i = map_get(&j->real, archive);
	if (i != -1)
		archive = j->record.input.v[i].real;
	*out = name_of(j, archive, member);
	return true;
}

static struct str
for_symbol(struct judging *j, struct str name, struct str symbol)
{
	return str_printf(j->a, STR_FMT " " STR_FMT, STR_ARG(name), STR_ARG(symbol));
}

static void
add_taken(struct judging *j, struct str member, struct str symbol)
{
	struct str name;

	if (!real_name(j, member, &name))
		return;
	map_put(&j->taken, name, 0);
	if (symbol.n != 0)
		map_put(&j->taken_for, for_symbol(j, name, symbol), 0);
}

static void
add_mapped(void *ctx, const struct linkmap_row *row)
{
	struct judging *j = ctx;

	add_taken(j, record_path(j->a, j->record.folder, row->file), STR(""));
}

static void
read_taken(struct judging *j)
{
	for (int i = 0; i < j->record.input.n; i++)
		map_put(&j->real, j->record.input.v[i].path, i);
	for (int i = 0; i < j->record.taken.n; i++)
		add_taken(j, j->record.taken.v[i].member, j->record.taken.v[i].symbol);
}

/* ---- the archives ---- */

static bool
is_object(struct str path)
{
	return str_ends(path, STR(".o")) || str_ends(path, STR(".lo"));
}

/* One of those that the driver puts behind all words (command.h). */
static bool
is_last(struct str path)
{
	static const char *const last[] = { "/usr/lib/libc++.a", "/usr/lib/libc++abi.a",
		"/usr/lib/libunwind.a", "/usr/lib/libc.a", "/usr/lib/kiln/libclang_rt.builtins.a" };
	static const char *const sysroot[] = { DRIVER_BUILD_SYSROOT, LAYOUT_SYSROOT };

	for (size_t s = 0; s < COUNT_OF(sysroot); s++)
		for (size_t i = 0; i < COUNT_OF(last); i++)
			if (str_starts(path, str_of(sysroot[s])) &&
			    str_is(str_skip(path, strlen(sysroot[s])), last[i]))
				return true;
	return false;
}

/* A linker also reads scripts and objects of any name; such a one may be gone, as nothing in
 * it can be there twice. */
static bool
may_be_archive(struct judging *j, struct str path)
{
	struct str start = str_printf(j->a, STR_FMT "(", STR_ARG(path));

	for (int i = 0; i < j->record.taken.n; i++)
		if (str_starts(j->record.taken.v[i].member, start))
			return true;
	return str_ends(path, STR(".a"));
}

static void
open_archive(struct judging *j, const struct record_input *in)
{
	struct str path = in->real;
	struct archive new = { .path = path, .twin = { .a = j->a } };

	for (int i = 0; i < j->archive.n; i++)
		if (str_eq(j->archive.v[i].path, path))
			return;
	new.origin = origin_open(j->origins, path, &new.file);
	if (new.origin == NULL && may_be_archive(j, in->path))
		findings_add(j->f, RULE_LINK_RECORD, (struct place){ .path = j->link->program },
		    "was linked with " STR_FMT ", which is not there any more", STR_ARG(path));
	else if (new.origin != NULL && (ar_is(new.file.bytes) || ar_is_thin(new.file.bytes)))
		VEC_ADD(j->a, &j->archive, new);
	else
		mapping_close(&new.file);
}

static void
open_archives(struct judging *j)
{
	const struct record_input *v = j->record.input.v;
	int n = j->record.input.n;

	while (n > 0 && (is_object(v[n - 1].path) || is_last(v[n - 1].path)))
		n--;
	for (int i = 0; i < n; i++)
		if (!is_object(v[i].path))
			open_archive(j, &v[i]);
}

static void
close_archives(struct judging *j)
{
	for (int i = 0; i < j->archive.n; i++)
		mapping_close(&j->archive.v[i].file);
	for (int i = 0; i < j->member.n; i++)
		mapping_close(&j->member.v[i].outside);
}

/* ---- what they define ---- */

static void
add_kind(void *ctx, struct str name, enum symtab_kind kind)
{
	map_put(ctx, name, (int)kind);
}

/* The file that a thin archive names. */
static void
open_outside(struct judging *j, const struct archive *ar, struct member *m)
{
	struct str folder = ar->path;

	while (folder.n > 0 && folder.p[folder.n - 1] != '/')
		folder.n--;
	if (origin_open(j->origins, record_path(j->a, folder, m->name), &m->outside) != NULL)
		m->bytes = m->outside.bytes;
}

/* Damaged members define nothing here: the archive's own rules speak of them. */
static void
read_member(struct judging *j, struct member *m)
{
	const struct archive *ar = &j->archive.v[m->archive];
	struct err ignored = { 0 };

	if (m->is_read)
		return;
	m->is_read = true;
	m->kind.a = j->a;
	if (m->bytes.n == 0 &&
	    ar_member(ar->file.bytes, m->at, &m->name, &m->bytes, &ignored) == -1)
		return;
	if (ar_is_thin(ar->file.bytes))
		open_outside(j, ar, m);
	if (symtab_walk(j->a, m->bytes, add_kind, &m->kind, &ignored) == -1)
		m->kind.n = 0;
}

static void
add_definition(struct judging *j, struct str symbol)
{
	int older = map_get(&j->symbol, symbol);

	VEC_ADD(j->a, &j->definition, (struct definition){ j->member.n - 1, older + 1 });
	map_put(&j->symbol, symbol, j->definition.n - 1);
}

static void
add_indexed(void *ctx, struct str symbol, uint64_t at)
{
	struct judging *j = ctx;
	const struct member *last = j->member.n == 0 ? NULL : &j->member.v[j->member.n - 1];

	if (last == NULL || last->archive != j->current || last->at != at)
		VEC_ADD(j->a, &j->member, (struct member){ .archive = j->current, .at = at });
	add_definition(j, symbol);
}

/* Without an index: every member is read, as lld does it. */
static int
add_member(void *ctx, struct str name, struct str bytes, struct err *e)
{
	struct judging *j = ctx;

	(void)e;
	VEC_ADD(j->a, &j->member,
	    (struct member){ .archive = j->current, .name = name, .bytes = bytes });
	struct member *m = &j->member.v[j->member.n - 1];
	read_member(j, m);
	for (int i = 0; i < m->kind.n; i++)
		add_definition(j, m->kind.entry[i].key);
	return 0;
}

static void
read_definitions(struct judging *j)
{
	for (j->current = 0; j->current < j->archive.n; j->current++) {
		const struct archive *ar = &j->archive.v[j->current];
		struct err e = { 0 };
		bool has_index;
		if (ar->file.bytes.n <= EMPTY_ARCHIVE_BYTES)
			continue;
		int rc = ar_index(ar->file.bytes, add_indexed, j, &has_index, &e);
		if (rc == 0 && !has_index)
			rc = ar_walk(ar->file.bytes, add_member, j, &e);
		if (rc == -1)
			findings_add(j->f, RULE_LINK_RECORD,
			    (struct place){ .path = j->link->program },
			    "was linked with " STR_FMT ": %s", STR_ARG(ar->path), e.text);
	}
}

/* ---- what is there twice ---- */

static bool
is_strong(struct judging *j, int member, struct str symbol)
{
	struct member *m = &j->member.v[member];

	read_member(j, m);
	return map_get(&m->kind, symbol) == SYMTAB_STRONG;
}

static void
read_twins(struct judging *j, int archive)
{
	struct archive *ar = &j->archive.v[archive];
	struct map seen = { .a = j->a };

	for (int i = 0; i < j->member.n; i++) {
		struct member *m = &j->member.v[i];
		if (m->archive != archive)
			continue;
		read_member(j, m);
		if (map_get(&seen, str_base(m->name)) != -1)
			map_put(&ar->twin, str_base(m->name), 0);
		map_put(&seen, str_base(m->name), 0);
	}
	ar->has_twins = true;
}

/* Of several members of one name only that counts which has a symbol that one was taken for;
 * where nothing tells them apart none does. */
static bool
is_that_twin(struct judging *j, const struct member *m, struct str name)
{
	for (int i = 0; i < m->kind.n; i++)
		if (map_get(&j->taken_for, for_symbol(j, name, m->kind.entry[i].key)) != -1)
			return true;
	return false;
}

static bool
is_taken(struct judging *j, int member)
{
	const struct member *m = &j->member.v[member];
	/* lld shows the last part of a thin archive's member. */
	struct str name = name_of(j, j->archive.v[m->archive].path, str_base(m->name));

	if (map_get(&j->taken, name) == -1)
		return false;
	if (!j->archive.v[m->archive].has_twins)
		read_twins(j, m->archive);
	return map_get(&j->archive.v[m->archive].twin, str_base(m->name)) == -1 ||
	       is_that_twin(j, m, name);
}

static void
add_pair(struct judging *j, int taken, int other, struct str symbol)
{
	struct str key = str_printf(j->a, "%d %d", taken, other);
	int i = map_get(&j->pair_of, key);

	if (i == -1) {
		i = j->pair.n;
		map_put(&j->pair_of, key, i);
		VEC_ADD(j->a, &j->pair, (struct pair){ taken, other, 0, symbol });
	}
	j->pair.v[i].nsymbol++;
}

/* Members that were taken without being asked for (--whole-archive) stand in the map only. */
static bool
is_mapped(struct judging *j, int member)
{
	if (!j->has_map)
		linkmap_walk(j->link->map, add_mapped, j);
	j->has_map = true;
	return is_taken(j, member);
}

static void
compare(struct judging *j, int one, int two, struct str symbol)
{
	if (j->member.v[one].archive == j->member.v[two].archive ||
	    str_eq(j->member.v[one].bytes, j->member.v[two].bytes))
		return;
	if (is_taken(j, one) || (!is_taken(j, two) && is_mapped(j, one)))
		add_pair(j, one, two, symbol);
	else if (is_taken(j, two))
		add_pair(j, two, one, symbol);
}

/* Are there definitions in two archives? newest: an index. */
static bool
is_shared(const struct judging *j, int newest)
{
	const struct definition *d = &j->definition.v[newest];
	int archive = j->member.v[d->member].archive;

	while (d->next != 0) {
		d = &j->definition.v[d->next - 1];
		if (j->member.v[d->member].archive != archive)
			return true;
	}
	return false;
}

/* An inline function of C++ is weak in hundreds of members: only the strong ones, which are
 * few, are compared with each other. */
static void
judge_symbol(struct judging *j, struct str symbol, int newest)
{
	VEC(int) strong = { 0 };

	for (int i = newest; i != -1; i = j->definition.v[i].next - 1)
		if (is_strong(j, j->definition.v[i].member, symbol))
			VEC_ADD(j->a, &strong, j->definition.v[i].member);
	for (int i = 0; i < strong.n; i++)
		for (int k = i + 1; k < strong.n; k++)
			compare(j, strong.v[k], strong.v[i], symbol);
}

static void
judge_symbols(struct judging *j)
{
	for (int i = 0; i < j->symbol.n; i++)
		if (is_shared(j, j->symbol.entry[i].value))
			judge_symbol(j, j->symbol.entry[i].key, j->symbol.entry[i].value);
}

static void
tell(struct judging *j, const struct pair *p)
{
	const struct member *taken = &j->member.v[p->taken], *other = &j->member.v[p->other];
	const struct archive *from = &j->archive.v[taken->archive],
			     *also = &j->archive.v[other->archive];
	char more[64] = "";

	if (p->nsymbol > 1)
		snprintf(more, sizeof(more), "; %d symbols in all", p->nsymbol);
	findings_add(j->f, RULE_LINK_DUPLICATE, (struct place){ .path = j->link->program },
	    STR_FMT " is " STR_FMT "'s, from " STR_FMT "(" STR_FMT "), and defined by " STR_FMT
		    "'s " STR_FMT "(" STR_FMT ") too%s",
	    STR_ARG(p->symbol), STR_ARG(from->origin->package), STR_ARG(from->path),
	    STR_ARG(taken->name), STR_ARG(also->origin->package), STR_ARG(also->path),
	    STR_ARG(other->name), more);
}

void
inspect_link(
    struct findings *f, struct arena *tmp, const struct inspect_linked *l, struct origins origins)
{
	struct judging j = { .a = tmp, .f = f, .link = l, .origins = origins };
	struct err e = { 0 };

	j.real.a = j.taken.a = j.taken_for.a = j.symbol.a = j.pair_of.a = tmp;
	if (record_parse(tmp, l->record, &j.record, &e) == -1) {
		findings_add(
		    f, RULE_LINK_RECORD, (struct place){ .path = l->program }, "%s", e.text);
		return;
	}
	open_archives(&j);
	if (j.archive.n > 1) {
		read_taken(&j);
		read_definitions(&j);
		judge_symbols(&j);
	}
	for (int i = 0; i < j.pair.n; i++)
		tell(&j, &j.pair.v[i]);
	close_archives(&j);
}
