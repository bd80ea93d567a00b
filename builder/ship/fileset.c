/* SPDX-License-Identifier: ISC */
#include "ship/fileset.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "ship/growth.h"

enum {
	NAMED_PACKAGES = 5,
	LINKS_MAX = 40, /* as Linux follows */
};

/* ---- what the profile says of a path ---- */

static bool *
used(struct fileset *fs, int i)
{
	const struct bundle *b = fs->bundle;

	if (fs->is_used == NULL)
		fs->is_used = ARENA_NEW(fs->a, bool, (size_t)(b->nrename + b->nwithout) + 1);
	return &fs->is_used[i];
}

static bool
is_left_out(struct fileset *fs, struct str package, struct str path)
{
	const struct bundle *b = fs->bundle;

	for (int i = 0; i < b->nwithout; i++) {
		const struct bundle_pair *p = &b->without[i];
		if ((p->two.n == 0 || str_eq(p->two, package)) && str_fits(path, p->one))
			return *used(fs, b->nrename + i) = true;
	}
	return false;
}

/* The first rename that meets it counts. */
static struct str
renamed(struct fileset *fs, struct str path)
{
	const struct bundle *b = fs->bundle;

	for (int i = 0; i < b->nrename; i++) {
		struct str from = b->rename[i].one, rest = str_skip(path, from.n);
		if (!str_starts(path, from) || (rest.n != 0 && rest.p[0] != '/'))
			continue;
		*used(fs, i) = true;
		return str_printf(fs->a, STR_FMT STR_FMT, STR_ARG(b->rename[i].two), STR_ARG(rest));
	}
	return path;
}

/* ---- links ---- */

/* From the link's folder up to the folder that both have, and down again: it holds wherever
 * the bundle is unpacked. */
static struct str
relative(struct arena *a, struct str link, struct str target)
{
	struct buf out = { .a = a };
	size_t same = 0;

	for (size_t i = 0; i < link.n && i < target.n && link.p[i] == target.p[i]; i++)
		if (link.p[i] == '/')
			same = i + 1;
	buf_add_z(&out, "");
	for (size_t i = same; i < link.n; i++)
		if (link.p[i] == '/')
			buf_add_z(&out, "../");
	buf_add(&out, str_skip(target, same));
	return buf_str(&out);
}

/* Where a link of an object leads, as a path of the object. */
static struct str
leads_to(struct arena *a, struct str link, struct str target)
{
	struct str base = str_base(link), part;
	struct buf out = { .a = a };

	buf_add_z(&out, "");
	if (!str_starts(target, STR("/")))
		buf_add(&out, (struct str){ link.p, link.n - base.n });
	while (str_cut(&target, '/', &part)) {
		if (str_is(part, "..")) {
			out.n -= out.n != 0;
			while (out.n != 0 && out.p[out.n - 1] != '/')
				out.n--;
		} else if (part.n != 0 && !str_is(part, ".")) {
			buf_add(&out, part);
			buf_add_char(&out, '/');
		}
	}
	out.n -= out.n != 0;
	return buf_str(&out);
}

/* ---- objects ---- */

static struct loc
at_of(const struct fileset *fs, const struct bundle_part *part)
{
	return part != NULL ? part->at : fs->bundle->part[0].at;
}

static int
put(struct fileset *fs, const struct fileset_entry *new, struct err *e)
{
	int i = map_get(&fs->taken, new->path);

	if (i != -1)
		return loc_err(e, new->at,
		    "'" STR_FMT "' and '" STR_FMT "' both have " STR_FMT ": say `without " STR_FMT
		    "` in the group of one of them, or `rename` it",
		    STR_ARG(fs->entry.v[i].package), STR_ARG(new->package), STR_ARG(new->path),
		    STR_ARG(new->path));
	map_put(&fs->taken, new->path, fs->entry.n);
	VEC_ADD(fs->a, &fs->entry, *new);
	return 0;
}

static bool
is_wanted(const struct bundle_part *part, const struct object_file *f)
{
	if (f->class == CLASS_DATA)
		return true;
	if (f->class != CLASS_BIN)
		return false;
	if (part == NULL || part->nprogram == 0 || !manifest_is_command(f))
		return true;
	for (int i = 0; i < part->nprogram; i++)
		if (str_eq(part->program[i], str_base(f->path)))
			return true;
	return false;
}

static int
unknown_program(struct fileset *fs, const struct bundle_part *part, int which,
    const struct object *o, struct err *e)
{
	struct str wrong = part->program[which];
	struct str *name = ARENA_NEW(fs->a, struct str, (size_t)o->nfile);
	int n = 0;

	for (int i = 0; i < o->nfile; i++)
		if (manifest_is_command(&o->file[i]))
			name[n++] = str_base(o->file[i].path);
	int near = str_nearest(wrong, name, n);
	if (near == -1)
		return loc_err(e, part->program_at[which],
		    "'" STR_FMT "' for " STR_FMT " has no program `" STR_FMT "`", STR_ARG(o->name),
		    STR_ARG(o->target), STR_ARG(wrong));
	return loc_err(e, part->program_at[which],
	    "'" STR_FMT "' for " STR_FMT " has no program `" STR_FMT "`; did you mean `" STR_FMT
	    "`?",
	    STR_ARG(o->name), STR_ARG(o->target), STR_ARG(wrong), STR_ARG(name[near]));
}

static int
check_programs(
    struct fileset *fs, const struct bundle_part *part, const struct object *o, struct err *e)
{
	for (int i = 0; part != NULL && i < part->nprogram; i++) {
		bool is_there = false;
		for (int k = 0; k < o->nfile && !is_there; k++)
			is_there = manifest_is_command(&o->file[k]) &&
				   str_eq(str_base(o->file[k].path), part->program[i]);
		if (!is_there)
			return unknown_program(fs, part, i, o, e);
	}
	return 0;
}

int
fileset_add(struct fileset *fs, const struct bundle_part *part, const struct object *o,
    const char *folder, struct err *e)
{
	if (check_programs(fs, part, o, e) == -1)
		return -1;
	for (int i = 0; i < o->nfile; i++) {
		const struct object_file *f = &o->file[i];
		if (!is_wanted(part, f) || is_left_out(fs, o->name, f->path))
			continue;
		struct fileset_entry new = { .path = renamed(fs, f->path),
			.type = f->type,
			.mode = f->mode,
			.size_bytes = f->type == 'f' ? f->size_bytes : 0,
			.digest = f->digest,
			.at = at_of(fs, part),
			.from = arena_printf(fs->a, "%s/%s/" STR_FMT, folder, class_name(f->class),
			    STR_ARG(f->path)),
			.file = f,
			.package = o->name };
		if (f->type == 'l') {
			new.leads = renamed(fs, leads_to(fs->a, f->path, f->target));
			new.target = relative(fs->a, new.path, new.leads);
		}
		if (put(fs, &new, e) == -1)
			return -1;
	}
	return 0;
}

void
fileset_miss(struct fileset *fs, struct str package)
{
	const struct bundle *b = fs->bundle;

	for (int i = 0; i < b->nwithout; i++)
		if (str_eq(b->without[i].two, package))
			*used(fs, b->nrename + i) = true;
}

/* ---- what is the bundle's own ---- */

int
fileset_overlay(struct fileset *fs, const struct fileset_entry *entry, struct err *e)
{
	struct fileset_entry new = *entry;
	int i = map_get(&fs->taken, new.path);

	new.at = fs->bundle->overlay_at;
	if (new.type == 'l') {
		new.leads = leads_to(fs->a, new.path, new.target);
		new.target = relative(fs->a, new.path, new.leads);
	}
	if (i == -1)
		return put(fs, &new, e);
	fs->entry.v[i] = new;
	return 0;
}

/* Is it a file or link, or the folder of one? */
static bool
is_there(const struct fileset *fs, struct str path)
{
	struct str below = str_printf(fs->a, STR_FMT "/", STR_ARG(path));

	if (map_get(&fs->taken, path) != -1)
		return true;
	for (int i = 0; i < fs->entry.n; i++)
		if (str_starts(fs->entry.v[i].path, below))
			return true;
	return false;
}

static int
add_link(struct fileset *fs, const struct bundle_pair *l, struct err *e)
{
	int i = map_get(&fs->taken, l->one);

	if (i != -1)
		return loc_err(e, l->at, "'" STR_FMT "' has " STR_FMT " already",
		    STR_ARG(fs->entry.v[i].package), STR_ARG(l->one));
	struct fileset_entry new = { .path = l->one,
		.type = 'l',
		.target = relative(fs->a, l->one, l->two),
		.leads = l->two,
		.at = l->at,
		.package = STR("") };
	return put(fs, &new, e);
}

static int
check_links(struct fileset *fs, struct err *e)
{
	for (int i = 0; i < fs->entry.n; i++) {
		const struct fileset_entry *f = &fs->entry.v[i];
		if (f->type == 'l' && !is_there(fs, f->leads))
			return loc_err(e, f->at,
			    "the link " STR_FMT " leads to " STR_FMT ", which is not in the bundle",
			    STR_ARG(f->path), STR_ARG(f->leads));
	}
	return 0;
}

/* ---- names that people type ---- */

/* What runs in the end: links lead to files, or in a circle. */
static int
runs(const struct fileset *fs, int i)
{
	for (int left = LINKS_MAX; fs->entry.v[i].type == 'l' && left != 0; left--) {
		int next = map_get(&fs->taken, fs->entry.v[i].leads);
		if (next == -1)
			break;
		i = next;
	}
	return i;
}

/* Two packages with a program of one name, in two folders: the one that runs would be the one
 * that PATH has first. The overlay is somebody's own choice. */
static int
check_commands(struct fileset *fs, struct err *e)
{
	struct map seen = { .a = fs->a };

	for (int i = 0; i < fs->entry.n; i++) {
		const struct fileset_entry *f = &fs->entry.v[i], *other;
		if (f->package.n == 0 || !manifest_is_command_path(f->path))
			continue;
		int k = map_get(&seen, str_base(f->path));
		if (k == -1) {
			map_put(&seen, str_base(f->path), i);
			continue;
		}
		other = &fs->entry.v[k];
		if (str_eq(f->package, other->package) || runs(fs, i) == runs(fs, k))
			continue;
		return loc_err(e, f->at,
		    "'" STR_FMT "' has " STR_FMT " and '" STR_FMT "' has " STR_FMT
		    ", of which PATH would choose one: leave the other out with `without` in its "
		    "group",
		    STR_ARG(other->package), STR_ARG(other->path), STR_ARG(f->package),
		    STR_ARG(f->path));
	}
	return 0;
}

/* ---- all of it ---- */

static int
unmet(const struct bundle_pair *without, struct err *e)
{
	if (without->two.n == 0)
		return loc_err(e, without->at, "no package has " STR_FMT, STR_ARG(without->one));
	return loc_err(e, without->at, "'" STR_FMT "' has no " STR_FMT, STR_ARG(without->two),
	    STR_ARG(without->one));
}

static int
check_used(struct fileset *fs, struct err *e)
{
	const struct bundle *b = fs->bundle;

	for (int i = 0; i < b->nrename; i++)
		if (!*used(fs, i))
			return loc_err(e, b->rename[i].at, "no package has " STR_FMT,
			    STR_ARG(b->rename[i].one));
	for (int i = 0; i < b->nwithout; i++)
		if (!*used(fs, b->nrename + i))
			return unmet(&b->without[i], e);
	return 0;
}

/* A file where others have a folder. */
static int
check_folders(struct fileset *fs, struct err *e)
{
	for (int i = 0; i + 1 < fs->entry.n; i++) {
		struct str path = fs->entry.v[i].path;
		struct str below = str_printf(fs->a, STR_FMT "/", STR_ARG(path));
		for (int k = i + 1; k < fs->entry.n && str_starts(fs->entry.v[k].path, path); k++)
			if (str_starts(fs->entry.v[k].path, below))
				return loc_err(e, fs->bundle->part[0].at,
				    "'" STR_FMT "' has the file " STR_FMT ", and '" STR_FMT
				    "' has " STR_FMT " below it",
				    STR_ARG(fs->entry.v[i].package), STR_ARG(path),
				    STR_ARG(fs->entry.v[k].package), STR_ARG(fs->entry.v[k].path));
	}
	return 0;
}

struct share {
	struct str package;
	uint64_t bytes;
};

struct share_list {
	struct share *v;
	int n, cap;
};

static int
compare_shares(const void *one, const void *two)
{
	const struct share *a = one, *b = two;

	return a->bytes > b->bytes ? -1 : a->bytes < b->bytes ? 1 : str_cmp(a->package, b->package);
}

static struct share *
share_of(struct fileset *fs, struct share_list *v, struct str package)
{
	for (int i = 0; i < v->n; i++)
		if (str_eq(v->v[i].package, package))
			return &v->v[i];
	VEC_ADD(fs->a, v, (struct share){ package, 0 });
	return &v->v[v->n - 1];
}

/* The largest packages, for a sentence. */
static struct str
largest(struct fileset *fs)
{
	struct share_list v = { 0 };
	struct buf out = { .a = fs->a };

	for (int i = 0; i < fs->entry.n; i++)
		share_of(fs, &v, fs->entry.v[i].package)->bytes += fs->entry.v[i].size_bytes;
	if (v.n > 1)
		qsort(v.v, (size_t)v.n, sizeof(*v.v), compare_shares);
	for (int i = 0; i < v.n && i < NAMED_PACKAGES; i++) {
		struct str name = v.v[i].package;
		long long more =
		    (long long)v.v[i].bytes - (long long)growth_bytes(fs->before, name);
		buf_printf(&out, "%s" STR_FMT " %llu", i == 0 ? "" : ", ",
		    STR_ARG(name.n == 0 ? STR("the overlay") : name),
		    (unsigned long long)v.v[i].bytes);
		if (fs->before != NULL && more != 0)
			buf_printf(&out, " (%+lld)", more);
	}
	return buf_str(&out);
}

static int
compare_entries(const void *one, const void *two)
{
	const struct fileset_entry *a = one, *b = two;

	return str_cmp(a->path, b->path);
}

int
fileset_finish(struct fileset *fs, struct err *e)
{
	const struct bundle *b = fs->bundle;

	for (int i = 0; i < b->nlink; i++)
		if (add_link(fs, &b->link[i], e) == -1)
			return -1;
	if (check_links(fs, e) == -1 || check_commands(fs, e) == -1)
		return -1;
	if (fs->entry.n > 1)
		qsort(fs->entry.v, (size_t)fs->entry.n, sizeof(*fs->entry.v), compare_entries);
	fs->size_bytes = 0;
	for (int i = 0; i < fs->entry.n; i++)
		fs->size_bytes += fs->entry.v[i].size_bytes;
	if (check_used(fs, e) == -1 || check_folders(fs, e) == -1)
		return -1;
	if (b->cap_bytes == 0 || fs->size_bytes <= b->cap_bytes)
		return 0;
	return loc_err(e, b->cap_at,
	    "its files have %llu bytes, %llu more than the cap; the largest%s: " STR_FMT,
	    (unsigned long long)fs->size_bytes, (unsigned long long)(fs->size_bytes - b->cap_bytes),
	    fs->before == NULL ? "" : ", with what they grew since the bundle that is there",
	    STR_ARG(largest(fs)));
}
