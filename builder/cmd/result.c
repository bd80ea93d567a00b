/* SPDX-License-Identifier: ISC */
#include "cmd/result.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "make/build.h"
#include "sys/fs.h"

enum { SAID_MAX_BYTES = 1 << 20 };

char *
result_size(struct arena *a, uint64_t bytes)
{
	static const char *const unit[] = { "KiB", "MiB", "GiB" };
	double v = (double)bytes / 1024;
	size_t u = 0;

	if (bytes < 1024)
		return arena_printf(a, "%d B", (int)bytes);
	for (; v >= 1024 && u + 1 < COUNT_OF(unit); u++)
		v /= 1024;
	return arena_printf(a, "%.1f %s", v, unit[u]);
}

int
result_percent(uint64_t part, uint64_t whole)
{
	return whole == 0 ? 0 : (int)((part * 1000 / whole + 5) / 10);
}

static int
object_load(struct session *s, const struct plan *plan, int i, struct object *o, struct err *e)
{
	return store_object(s->store, &s->run, &plan->outcome[i].object, false, o, e);
}

/* What out/<target>/bin has of a package now: false when that is not known. */
static bool
linked_key(struct session *s, const struct package *p, struct digest *key)
{
	struct digest label = workshop_label(p);
	struct str value;

	return journal_get(store_journal(s->store), "linked", &label, &value) &&
	       digest_parse(value, key) == 0;
}

bool
result_is_dirty(struct session *s, const struct package *p, struct str *from)
{
	struct digest key;

	return linked_key(s, p, &key) && store_is_dirty(s->store, &key, from);
}

static int
mark_link(struct session *s, const struct package *p, const struct digest *key, struct err *e)
{
	struct digest label = workshop_label(p), now;

	if (linked_key(s, p, &now) && digest_eq(&now, key))
		return 0;
	return journal_put(
	    store_journal(s->store), "linked", &label, str_of(digest_hex(&s->run, key)), e);
}

/* Where the link to a command leads, and its own path below out. */
static char *
link_text(struct session *s, const struct object *o, const struct object_file *f)
{
	return arena_printf(&s->run, "../../store/%s/bin/" STR_FMT, digest_hex(&s->run, &o->digest),
	    STR_ARG(f->path));
}

static char *
link_path(struct session *s, const struct object *o, const struct object_file *f)
{
	return arena_printf(
	    &s->run, STR_FMT "/bin/" STR_FMT, STR_ARG(o->target), STR_ARG(str_base(f->path)));
}

static int
add_links(struct session *s, const struct object *o, struct err *e)
{
	if (fs_mkdirs(s->out_dir, arena_printf(&s->run, STR_FMT "/bin", STR_ARG(o->target)), e) ==
	    -1)
		return -1;
	for (int k = 0; k < o->nfile; k++)
		if (manifest_is_command(&o->file[k]) &&
		    fs_link(s->out_dir, link_text(s, o, &o->file[k]), link_path(s, o, &o->file[k]),
			e) == -1)
			return -1;
	return 0;
}

/* Those that lead to that object still: another package's of that name stay. */
static int
remove_links(struct session *s, const struct object *o, struct err *e)
{
	for (int k = 0; k < o->nfile; k++) {
		const struct object_file *f = &o->file[k];
		if (!manifest_is_command(f))
			continue;
		const char *path = link_path(s, o, f);
		struct err ignored = { 0 };
		struct str now;
		if (fs_read_link(&s->run, s->out_dir, path, &now, &ignored) == 0 &&
		    str_is(now, link_text(s, o, f)) && fs_remove(s->out_dir, path, e) == -1)
			return -1;
	}
	return 0;
}

/* The object whose programs are linked, unless that is one of this key; false when there is
 * none, or it is gone. */
static bool
linked_before(
    struct session *s, const struct package *p, const struct digest *key, struct object *o)
{
	struct err ignored = { 0 };
	struct digest before, object;
	struct str value;

	return linked_key(s, p, &before) && !digest_eq(&before, key) &&
	       journal_get(store_journal(s->store), "built", &before, &value) &&
	       digest_parse(value, &object) == 0 && store_has(s->store, &object) &&
	       store_object(s->store, &s->run, &object, false, o, &ignored) == 0;
}

int
result_link(struct session *s, const struct plan *plan, int i, struct err *e)
{
	const struct package *p = plan->graph->node[i].package;
	const struct digest *key = &plan->outcome[i].key;
	struct object o, before;

	if (object_load(s, plan, i, &o, e) == -1)
		return -1;
	bool has_before =
	    linked_before(s, p, key, &before) && !digest_eq(&before.digest, &o.digest);
	/* Dirty ones are never there without being called so. */
	if (p->is_dirty && mark_link(s, p, key, e) == -1)
		return -1;
	if (add_links(s, &o, e) == -1 || (has_before && remove_links(s, &before, e) == -1))
		return -1;
	return mark_link(s, p, key, e);
}

int
result_check(const char *folder, struct err *e)
{
	struct stat st;

	if (stat(folder, &st) == 0 && !S_ISDIR(st.st_mode))
		return err_set(e, ERR_USAGE, "-o %s: it is no folder; name another place", folder);
	if (fs_mkdirs(AT_FDCWD, folder, e) == -1)
		return err_wrap(e, "-o");
	if (access(folder, W_OK | X_OK) == -1)
		return err_set(e, ERR_USAGE, "-o %s: %s; name a folder that you may write to",
		    folder, strerror(errno));
	return 0;
}

/* One file out of the store, writable for its owner again, under its name when it is whole. */
static int
copy_file(
    struct session *s, int store_dir, const struct object_file *f, const char *to, struct err *e)
{
	char *from = arena_printf(&s->run, "%s/" STR_FMT, class_name(f->class), STR_ARG(f->path));
	char *beside = arena_printf(&s->run, "%s.kiln~", to);

	if (fs_remove(AT_FDCWD, beside, e) == -1 ||
	    fs_copy(store_dir, from, AT_FDCWD, beside, e) == -1)
		return -1;
	if (f->type == 'f' && chmod(beside, f->mode) == -1)
		return err_sys(e, "set the mode of %s", beside);
	if (rename(beside, to) == -1)
		return err_sys(e, "put %s there", to);
	return 0;
}

const char *
result_refused(struct session *s, const struct plan *plan, int i)
{
	struct digest key;
	struct str value;

	if (plan->graph->node[i].package->test.text.n == 0)
		return NULL;
	key = build_test_key(&s->workshop, i);
	if (journal_get(store_journal(s->store), "tested", &key, &value))
		return str_is(value, "failed") ? "failed its test" : NULL;
	return s->args->given[OPT_NO_TEST] ? NULL : "its test did not come to an end";
}

static bool
is_given(const struct object *o, enum class class)
{
	return class == CLASS_BIN || class == CLASS_DATA ||
	       (class == CLASS_DEV && !o->has_class[CLASS_BIN]);
}

static int
copy_files(struct session *s, const struct object *o, const char *folder, struct err *e)
{
	char *path =
	    arena_printf(&s->run, "%s/%s", store_path(s->store), digest_hex(&s->run, &o->digest));
	int dir = fs_open_dir(AT_FDCWD, path, e), rc = dir == -1 ? -1 : 0;

	for (int k = 0; rc == 0 && k < o->nfile; k++) {
		const struct object_file *f = &o->file[k];
		if (!is_given(o, f->class))
			continue;
		char *to = arena_printf(&s->run, "%s/" STR_FMT, folder, STR_ARG(f->path));
		char *parent = str_z(&s->run, str_of(to));
		*strrchr(parent, '/') = '\0';
		rc = fs_mkdirs(AT_FDCWD, parent, e);
		if (rc == 0)
			rc = copy_file(s, dir, f, to, e);
	}
	fs_close(&dir);
	return rc;
}

int
result_copy(struct session *s, const struct plan *plan, int i, const char *folder, struct err *e)
{
	struct object o;

	if (object_load(s, plan, i, &o, e) == -1 || copy_files(s, &o, folder, e) == -1)
		return err_wrap(e, "-o");
	return 0;
}

/* The first line of the test's log is what the program said of itself. */
static struct str
said(struct session *s, const struct package *p)
{
	struct err ignored = { 0 };
	struct str text, line;
	char *path = arena_printf(&s->run, "%s.test", workshop_log_path(&s->run, &s->workshop, p));

	if (p->test.text.n == 0 ||
	    fs_read(&s->run, AT_FDCWD, path, SAID_MAX_BYTES, &text, &ignored) == -1)
		return STR("");
	return str_cut(&text, '\n', &line) ? str_clean(&s->run, line) : STR("");
}

static void
print_program(
    struct session *s, const struct object *o, const struct object_file *f, struct buf *out)
{
	buf_printf(out, "  %s/" STR_FMT "/bin/" STR_FMT "  %s  sha256:%s\n", s->out_path,
	    STR_ARG(o->target), STR_ARG(str_base(f->path)), result_size(&s->run, f->size_bytes),
	    digest_hex(&s->run, &f->digest));
}

int
result_print(struct session *s, const struct plan *plan, int i, struct buf *out, struct err *e)
{
	const struct package *p = plan->graph->node[i].package;
	struct object o;
	int nprogram = 0;

	if (object_load(s, plan, i, &o, e) == -1)
		return -1;
	buf_printf(out, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(p->name), STR_ARG(p->version),
	    STR_ARG(o.target));
	if (p->is_dirty)
		buf_printf(out, " dirty, from %s", p->source[0].folder);
	buf_add_char(out, '\n');
	for (int k = 0; k < o.nfile; k++) {
		if (!manifest_is_command(&o.file[k]) || o.file[k].type != 'f')
			continue;
		print_program(s, &o, &o.file[k], out);
		nprogram++;
	}
	if (nprogram == 0)
		buf_printf(out, "  %s/%s\n", store_path(s->store), digest_hex(&s->run, &o.digest));
	struct str line = said(s, p);
	if (line.n != 0 && nprogram != 0)
		buf_printf(out, "  says: " STR_FMT "\n", STR_ARG(line));
	return 0;
}
