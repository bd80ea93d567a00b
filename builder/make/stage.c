/* SPDX-License-Identifier: ISC */
#include "make/stage.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/vec.h"
#include "lib/folder.h"
#include "make/edit.h"
#include "make/fetcher.h"
#include "make/patch.h"
#include "make/staged.h"
#include "make/stagedir.h"
#include "make/working.h"
#include "sys/beneath.h"
#include "sys/clock.h"
#include "sys/fs.h"

/* One stage on its way. */
struct making {
	struct arena *a;
	struct tree *tree;
	const struct package *p;
	const struct source_opts *o;
	char **file;     /* of each source, verified */
	const char *tmp; /* below out_dir */
	char *tmp_path;  /* the same, absolute */
	int dir;         /* the same, open */
	void (*progress)(void *ctx, enum phase phase);
};

static void
add_number(struct digest_ctx *c, const char *tag, uint64_t v)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%" PRIu64, v);

	digest_field(c, tag, (struct str){ text, (size_t)n });
}

static void
add_source(struct digest_ctx *c, struct str name, const struct source *s)
{
	const char *tag = s->is_from_tree   ? "from-tree" :
			  s->folder != NULL ? "folder" :
			  s->is_local       ? "local" :
			  s->keep           ? "kept" :
					      "source";

	digest_field(c, tag, (struct str){ (const char *)s->sha256.byte, DIGEST_BYTES });
	digest_field(c, "dir", s->dir);
	/* Nothing tells it from another: it is nobody's but this package's. */
	if (!s->has_sha256)
		digest_field(c, "of", name);
	if (s->keep || s->is_from_tree) {
		digest_field(c, "file", s->file);
		return;
	}
	add_number(c, "strip", (uint64_t)s->strip);
	for (int i = 0; i < s->nonly; i++)
		digest_field(c, "only", s->only[i]);
}

static void
add_edit(struct digest_ctx *c, const struct edit *ed)
{
	digest_field(c, "edit", ed->file);
	digest_field(c, "match", ed->pattern);
	digest_field(c, "with", ed->with);
	add_number(c, "times", ed->times);
}

struct digest
stage_id(const struct package *p)
{
	struct digest_ctx c;

	digest_init(&c);
	digest_field(&c, "format", STR("kiln-stage 1"));
	for (int i = 0; i < p->nsource; i++)
		add_source(&c, p->name, &p->source[i]);
	for (int i = 0; i < p->npatch; i++)
		digest_field(&c, "patch", p->patch[i].text);
	for (int i = 0; i < p->nedit; i++)
		add_edit(&c, &p->edit[i]);
	return digest_end(&c);
}

bool
stage_exists(int out_dir, const struct digest *id)
{
	struct arena a = { 0 };
	bool exists = fs_exists(out_dir, stagedir_name(&a, digest_hex(&a, id)));

	arena_free(&a);
	return exists;
}

static int
get_sources(struct making *m, struct err *e)
{
	m->file = ARENA_NEW(m->a, char *, (size_t)m->p->nsource + 1);
	for (int i = 0; i < m->p->nsource; i++) {
		const struct source *s = &m->p->source[i];
		if (s->folder != NULL)
			continue;
		if (s->is_local)
			m->file[i] = arena_printf(m->a, "%s", s->path);
		else if (source_get(m->a, m->tree, s, m->o, &m->file[i], e) == -1)
			return -1;
	}
	return 0;
}

static int
start_folder(struct making *m, struct err *e)
{
	if (fs_remove(m->o->out_dir, m->tmp, e) == -1 || fs_mkdirs(m->o->out_dir, m->tmp, e) == -1)
		return -1;
	m->dir = fs_open_dir(m->o->out_dir, m->tmp, e);
	return m->dir == -1 ? -1 : fs_path(m->a, m->dir, &m->tmp_path, e);
}

typedef VEC(const char *) words;

static const char *const *
unpack_argv(struct making *m, const struct source *s, const char *file)
{
	words w = { 0 };
	const char *to = s->dir.n == 0 ?
			     m->tmp_path :
			     arena_printf(m->a, "%s/" STR_FMT, m->tmp_path, STR_ARG(s->dir));
	const char *fixed[] = { m->o->fetch_program, "unpack", "--archive", file, "--to", to,
		"--strip", arena_printf(m->a, "%d", s->strip), "--sha256",
		digest_hex(m->a, &s->sha256), "--size",
		arena_printf(m->a, "%" PRIu64, s->size_bytes) };

	for (size_t i = 0; i < COUNT_OF(fixed); i++)
		VEC_ADD(m->a, &w, fixed[i]);
	for (int i = 0; i < s->nonly; i++) {
		VEC_ADD(m->a, &w, "--only");
		VEC_ADD(m->a, &w, str_z(m->a, s->only[i]));
	}
	VEC_ADD(m->a, &w, NULL);
	return w.v;
}

static int
unpack_source(struct making *m, const struct source *s, const char *file, struct err *e)
{
	struct err why = { 0 };
	struct str answers;
	CLEANUP(fs_close) int to = beneath_folder(m->dir, str_z(m->a, s->dir), e);

	if (to == -1)
		return err_wrap(e, "source " STR_FMT, STR_ARG(s->file));
	if (fetcher_run(m->a, unpack_argv(m, s, file), STR(""), &answers, &why) == 0)
		return 0;
	/* What the recipe says of the archive is wrong: its line is to be changed. */
	if (why.kind == ERR_RECIPE)
		return loc_err(e, s->at, "%s", why.text);
	*e = why;
	return err_wrap(e, "source " STR_FMT, STR_ARG(s->file));
}

/* The file itself, verified once more: it is the bytes we write that count. */
static int
copy_source(struct making *m, const struct source *s, const char *file, struct err *e)
{
	struct arena a = { 0 };
	struct staged f = { .dir = -1 };
	struct str to = s->dir.n == 0 ?
			    s->file :
			    str_printf(&a, STR_FMT "/" STR_FMT, STR_ARG(s->dir), STR_ARG(s->file));
	int result = fs_read(&a, AT_FDCWD, file, FS_READ_MAX, &f.text, e);

	if (result == 0) {
		struct str text = f.text;
		struct digest d = digest_of(text);
		if (!digest_eq(&d, &s->sha256))
			result = err_set(e, ERR_FETCH, "%s changed meanwhile; run again", file);
		else if ((result = staged_open(&a, m->dir, to, &f, e)) == 0)
			result = staged_write(&f, text, e);
	}
	staged_close(&f);
	arena_free(&a);
	return result == -1 ? err_wrap(e, "source " STR_FMT, STR_ARG(s->file)) : 0;
}

/* What is copied must be what the key says: somebody may be at work there. */
static int
copy_folder(struct making *m, const struct source *s, struct err *e)
{
	struct folder folder;
	struct str below = s->is_from_tree ? s->file : s->dir;
	CLEANUP(fs_close) int to = beneath_folder(m->dir, str_z(m->a, below), e);

	if (to == -1 || folder_read(m->a, s->folder, s->is_from_tree ? FOLDER_PLAIN : FOLDER_ALL,
			    to, &folder, e) == -1)
		return -1;
	if (!digest_eq(&folder.digest, &s->sha256))
		return err_set(
		    e, ERR_FETCH, "%s changed while it was copied; run again", s->folder);
	return 0;
}

static int
take_source(struct making *m, const struct source *s, const char *file, struct err *e)
{
	if (s->is_from_tree && !s->has_sha256)
		return err_set(e, ERR_FETCH,
		    "no-source: " STR_FMT
		    ": not in the tree that the recipe is from, which has its "
		    "recipes alone",
		    STR_ARG(s->file));
	if (s->folder != NULL)
		return copy_folder(m, s, e);
	return (s->is_from_tree || s->keep ? copy_source : unpack_source)(m, s, file, e);
}

/* `local` files come later: what is patched is upstream's. */
static int
unpack_sources(struct making *m, struct err *e)
{
	for (int i = 0; i < m->p->nsource; i++) {
		const struct source *s = &m->p->source[i];
		if (s->is_local && !s->is_from_tree)
			continue;
		if (take_source(m, s, m->file[i], e) == -1)
			return -1;
	}
	return 0;
}

/* In a working copy somebody may have a file of that name of their own. */
static bool
is_given(const struct making *m, const struct source *s)
{
	struct str slash = s->dir.n == 0 ? STR("") : STR("/");

	return m->p->is_dirty &&
	       fs_exists(m->dir, arena_printf(m->a, STR_FMT STR_FMT STR_FMT, STR_ARG(s->dir),
				     STR_ARG(slash), STR_ARG(s->file)));
}

static int
change_sources(struct making *m, struct err *e)
{
	for (int i = 0; i < m->p->npatch; i++)
		if (patch_apply(m->dir, &m->p->patch[i], e) == -1)
			return -1;
	for (int i = 0; i < m->p->nedit; i++)
		if (edit_apply(m->dir, &m->p->edit[i], e) == -1)
			return -1;
	for (int i = 0; i < m->p->nsource; i++)
		if (m->p->source[i].is_local && !m->p->source[i].is_from_tree &&
		    !is_given(m, &m->p->source[i]) &&
		    copy_source(m, &m->p->source[i], m->file[i], e) == -1)
			return -1;
	return 0;
}

static const struct timespec fixed_times[2] = {
	{ .tv_sec = CLOCK_FIXED_MTIME },
	{ .tv_sec = CLOCK_FIXED_MTIME },
};

static int
settle_entry(void *ctx, const struct fs_entry *entry, struct err *e)
{
	(void)ctx;
	if (utimensat(entry->dir, entry->name, fixed_times, AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "set the time of " STR_FMT, STR_ARG(entry->path));
	return 0;
}

/* The same times for everybody, and all bytes on disk before the name is. */
static int
settle(struct making *m, struct err *e)
{
	struct arena a = { 0 };
	int result = fs_walk(&a, m->dir, ".", settle_entry, NULL, e);

	arena_free(&a);
	if (result == -1)
		return -1;
	if (futimens(m->dir, fixed_times) == -1)
		return err_sys(e, "set the time of %s", m->tmp);
	return syncfs(m->dir) == -1 ? err_sys(e, "sync %s", m->tmp) : 0;
}

static void
begin(const struct making *m, enum phase phase)
{
	if (m->progress != NULL)
		m->progress(m->o->ctx, phase);
}

static int
fill(struct making *m, struct err *e)
{
	begin(m, PHASE_FETCH);
	if (get_sources(m, e) == -1)
		return -1;
	begin(m, PHASE_UNPACK);
	if (start_folder(m, e) == -1 || unpack_sources(m, e) == -1)
		return -1;
	begin(m, PHASE_PATCH);
	return change_sources(m, e) == -1 ? -1 : settle(m, e);
}

/* Under the lock of its id. */
static int
make(struct making *m, const char *name, struct err *e)
{
	struct err ignored = { 0 };
	int result = fill(m, e);

	fs_close(&m->dir);
	if (result == 0 && renameat(m->o->out_dir, m->tmp, m->o->out_dir, name) == -1)
		result = err_sys(e, "rename %s to %s", m->tmp, name);
	if (result == -1 && fs_remove(m->o->out_dir, m->tmp, &ignored) == -1)
		err_clear(&ignored);
	return result;
}

static int
make_locked(struct making *m, const char *hex, const char *name, struct err *e)
{
	CLEANUP(fs_close) int lock = stagedir_lock(m->o->out_dir, hex, true, e);

	if (lock == -1)
		return -1;
	return fs_exists(m->o->out_dir, name) ? 0 : make(m, name, e);
}

/* Under the shared lock it is there or not, and stays so. */
static int
hold(int out_dir, const char *hex, const char *name, bool *is_there, int *use, struct err *e)
{
	*use = stagedir_lock(out_dir, hex, false, e);
	if (*use == -1)
		return -1;
	*is_there = fs_exists(out_dir, name);
	if (!*is_there)
		fs_close(use);
	return 0;
}

int
stage_make(struct arena *a, struct tree *t, const struct package *p, const struct source_opts *o,
    void (*progress)(void *ctx, enum phase phase), struct stage *out, struct err *e)
{
	struct digest id = stage_id(p);
	const char *hex = digest_hex(a, &id), *name = stagedir_name(a, hex);
	struct making m = {
		.a = a,
		.tree = t,
		.p = p,
		.o = o,
		.tmp = stagedir_tmp(a, hex),
		.dir = -1,
		.progress = progress,
	};
	bool is_there = false;
	char *out_path;

	if (fs_path(a, o->out_dir, &out_path, e) == -1 ||
	    (p->is_dirty && working_staged(o->out_dir, p->name, hex, e) == -1) ||
	    hold(o->out_dir, hex, name, &is_there, &out->use, e) == -1)
		return -1;
	/* It may go again before we hold it. */
	while (!is_there)
		if (make_locked(&m, hex, name, e) == -1 ||
		    hold(o->out_dir, hex, name, &is_there, &out->use, e) == -1)
			return -1;
	out->path = arena_printf(a, "%s/%s", out_path, name);
	return 0;
}

int
stage_hold(int out_dir, const char *path, struct stage *out, struct err *e)
{
	struct arena a = { 0 };
	const char *hex = str_base(str_of(path)).p;
	bool is_there = false;
	int rc = hold(out_dir, hex, stagedir_name(&a, hex), &is_there, &out->use, e);

	out->path = rc == 0 && is_there ? path : NULL;
	arena_free(&a);
	return rc;
}

void
stage_drop(struct stage *s)
{
	if (s->path != NULL)
		fs_close(&s->use);
	s->path = NULL;
}
