/* SPDX-License-Identifier: ISC */
#include "make/source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/vec.h"
#include "make/fetcher.h"
#include "make/verified.h"
#include "sys/fs.h"

#define DEAD_HOSTS "run/dead-hosts"

/* One call of source_get or source_measure. */
struct search {
	struct arena *a;
	struct tree *tree;
	const struct source *s;
	const struct source_opts *o;
	struct str *url;
	int nurl;
	char *out_path;
	struct buf fault; /* a line for each place that had nothing for us */
	bool has_others;  /* some place had the file, with other bytes */
};

static void
add_fault(struct search *f, const char *place, const char *what)
{
	buf_printf(&f->fault, "\n  %s: %s", place, what);
	f->has_others |= str_starts(str_of(what), STR("other bytes"));
}

static void
note(const struct search *f, const char *sentence)
{
	if (f->o->note != NULL)
		f->o->note(f->o->ctx, sentence);
}

static int
search_open(struct search *f, struct err *e)
{
	f->fault.a = f->a;
	if (!str_is_inner_path(f->s->file) || str_has(f->s->file, STR("/")))
		return loc_err(
		    e, f->s->at, "source %.*s: a file name is wanted", SHOWN(f->s->file));
	if (fs_path(f->a, f->o->out_dir, &f->out_path, e) == -1 ||
	    fs_mkdirs(f->o->out_dir, "distfiles/.lock", e) == -1 ||
	    fs_mkdirs(f->o->out_dir, "run", e) == -1)
		return -1;
	return source_places(f->a, f->tree, f->s, &f->url, &f->nurl, e);
}

/* The names a file may have in a folder that people fill by hand. */
static int
names_of(struct search *f, struct str **out)
{
	struct str *v = ARENA_NEW(f->a, struct str, (size_t)f->s->nurl + 1);
	int n = 0;

	v[n++] = f->s->file;
	for (int i = 0; i < f->s->nurl; i++) {
		struct str name = str_base(f->s->url[i]);
		bool is_new = name.n != 0 && str_is_inner_path(name);
		for (int k = 0; k < n; k++)
			is_new = is_new && !str_eq(v[k], name);
		if (is_new)
			v[n++] = name;
	}
	*out = v;
	return n;
}

/* 1: the file at path is the source, *absolute is where; 0: it is not, or not there. */
static int
try_file(struct search *f, const char *path, char **absolute, struct err *e)
{
	bool right;
	struct err missing = { 0 };
	CLEANUP(fs_close) int fd = fs_open(AT_FDCWD, path, &missing);

	if (fd == -1) {
		add_fault(f, path, fs_exists(AT_FDCWD, path) ? missing.text : "not there");
		return 0;
	}
	if (verified_check(f->o->out_dir, fd, path, &f->s->sha256, f->s->size_bytes, &right, e) ==
	    -1)
		return -1;
	if (right)
		return fs_path(f->a, fd, absolute, e) == -1 ? -1 : 1;
	add_fault(f, path, "other bytes than were declared");
	return 0;
}

/* 1 and its path when a given folder has the file, 0 when not. */
static int
look_in_distfiles(struct search *f, char **path, struct err *e)
{
	struct str *name;
	int n = names_of(f, &name), found = 0;

	for (int i = 0; f->o->distfiles != NULL && found == 0 && i < n; i++)
		found = try_file(f,
		    arena_printf(f->a, "%s/" STR_FMT, f->o->distfiles, STR_ARG(name[i])), path, e);
	return found;
}

/* The same for our own cache. What is damaged there goes. */
static int
look_in_cache(struct search *f, const char *path, struct err *e)
{
	char *absolute;

	if (!fs_exists(AT_FDCWD, path))
		return 0;
	int found = try_file(f, path, &absolute, e);
	if (found != 0)
		return found;
	note(f, arena_printf(f->a, "%s has other bytes than its name says; removed", path));
	return fs_remove(AT_FDCWD, path, e);
}

static const char *
size_text(struct arena *a, uint64_t n_bytes)
{
	static const char *const unit[] = { "KiB", "MiB", "GiB" };
	double v = (double)n_bytes / 1024;
	size_t i = 0;

	for (; v >= 1024 && i + 1 < COUNT_OF(unit); i++)
		v /= 1024;
	return arena_printf(a, "%.1f %s", v, unit[i]);
}

/* "fault\tURL\tsentence". What other places said before one had the file is worth a line, or a
 * mirror rots unseen. */
static void
take_fault(struct search *f, struct str url, struct str sentence, bool tell)
{
	add_fault(f, str_z(f->a, url), str_z(f->a, sentence));
	if (tell)
		note(f, arena_printf(f->a, STR_FMT ": " STR_FMT ": " STR_FMT, STR_ARG(f->s->file),
			    STR_ARG(url), STR_ARG(sentence)));
}

/* "got\tURL\tbytes" */
static void
take_got(struct search *f, struct str url, struct str bytes)
{
	uint64_t n_bytes;

	if (str_u64(bytes, &n_bytes) == 0)
		note(f, arena_printf(f->a, STR_FMT ": %s from " STR_FMT, STR_ARG(f->s->file),
			    size_text(f->a, n_bytes), STR_ARG(url)));
}

static void
take_answers(struct search *f, struct str answers, bool tell)
{
	struct str line, word, url;

	while (str_cut(&answers, '\n', &line)) {
		line = str_clean(f->a, line);
		if (!str_cut(&line, '\t', &word) || !str_cut(&line, '\t', &url))
			continue;
		if (str_is(word, "fault"))
			take_fault(f, url, line, tell);
		if (str_is(word, "got"))
			take_got(f, url, line);
	}
}

typedef VEC(const char *) words;

static const char *const *
fetch_argv(struct search *f, const char *to)
{
	words w = { 0 };

	VEC_ADD(f->a, &w, f->o->fetch_program);
	VEC_ADD(f->a, &w, "get");
	VEC_ADD(f->a, &w, "--to");
	VEC_ADD(f->a, &w, to);
	VEC_ADD(f->a, &w, "--dead");
	VEC_ADD(f->a, &w, arena_printf(f->a, "%s/" DEAD_HOSTS, f->out_path));
	if (f->s->has_sha256) {
		VEC_ADD(f->a, &w, "--sha256");
		VEC_ADD(f->a, &w, digest_hex(f->a, &f->s->sha256));
		VEC_ADD(f->a, &w, "--size");
		VEC_ADD(f->a, &w, arena_printf(f->a, "%" PRIu64, f->s->size_bytes));
	}
	VEC_ADD(f->a, &w, "--");
	for (int i = 0; i < f->nurl; i++)
		VEC_ADD(f->a, &w, str_z(f->a, f->url[i]));
	VEC_ADD(f->a, &w, NULL);
	return w.v;
}

static int
offline(struct search *f, struct err *e)
{
	for (int i = 0; i < f->nurl; i++)
		add_fault(f, str_z(f->a, f->url[i]), "not asked, --offline");
	return err_set(e, ERR_FETCH,
	    STR_FMT ": not on this machine, and --offline forbids to fetch it; run `kiln fetch` "
		    "with a network, or put it into a folder and name that with --distfiles%.*s",
	    STR_ARG(f->s->file), (int)f->fault.n, f->fault.n == 0 ? "" : f->fault.p);
}

/* That nobody has it is a fact about the world; that somebody has something else is none to
 * pass over. */
static int
no_source(struct search *f, struct err *e)
{
	if (f->has_others)
		return err_set(e, ERR_FETCH,
		    STR_FMT
		    ": what there is has other bytes than the recipe says; nothing of it is "
		    "used%.*s",
		    STR_ARG(f->s->file), (int)f->fault.n, f->fault.n == 0 ? "" : f->fault.p);
	return err_set(e, ERR_FETCH,
	    "no-source: " STR_FMT ": no place has it; put it into a folder and name that with "
	    "--distfiles, or add a url%.*s",
	    STR_ARG(f->s->file), (int)f->fault.n, f->fault.n == 0 ? "" : f->fault.p);
}

static int
fetch(struct search *f, const char *to, struct err *e)
{
	struct err why = { 0 };
	struct str answers = STR("");

	if (f->o->offline)
		return offline(f, e);
	if (f->nurl == 0)
		return no_source(f, e);
	int result = fetcher_run(f->a, fetch_argv(f, to), STR(""), &answers, &why);
	take_answers(f, answers, result == 0);
	if (result == 0)
		return 0;
	if (why.kind == ERR_FETCH)
		return no_source(f, e);
	*e = why;
	return err_wrap(e, "fetch " STR_FMT, STR_ARG(f->s->file));
}

/* Two kilns that want the same file: the second waits, then finds it. */
static int
get_cached(struct search *f, char **path, struct err *e)
{
	char *hex = digest_hex(f->a, &f->s->sha256);
	int found;

	*path =
	    arena_printf(f->a, "%s/distfiles/%s-" STR_FMT, f->out_path, hex, STR_ARG(f->s->file));
	CLEANUP(fs_close)
	int lock =
	    fs_lock(f->o->out_dir, arena_printf(f->a, "distfiles/.lock/%s", hex), true, true, e);
	if (lock == -1)
		return -1;
	found = look_in_cache(f, *path, e);
	if (found != 0)
		return found == 1 ? 0 : -1;
	return fetch(f, *path, e);
}

int
source_get(struct arena *a, struct tree *t, const struct source *s, const struct source_opts *o,
    char **path, struct err *e)
{
	struct search f = { .a = a, .tree = t, .s = s, .o = o };

	if (!s->has_sha256)
		return loc_err(e, s->at,
		    "source %.*s has no sha256, and nothing is unpacked without one; run "
		    "`kiln checksum`",
		    SHOWN(s->file));
	if (search_open(&f, e) == -1)
		return -1;
	int found = look_in_distfiles(&f, path, e);
	if (found != 0)
		return found == 1 ? 0 : -1;
	return get_cached(&f, path, e);
}

/* The first file of one of its names in the given folder. */
static int
open_by_name(struct search *f)
{
	struct str *name;
	int n = names_of(f, &name), fd = -1;

	for (int i = 0; f->o->distfiles != NULL && fd == -1 && i < n; i++) {
		struct err missing = { 0 };
		fd = fs_open(AT_FDCWD,
		    arena_printf(f->a, "%s/" STR_FMT, f->o->distfiles, STR_ARG(name[i])), &missing);
	}
	return fd;
}

/* Once its digest is known, the file has a name among the verified ones. */
static int
measure_fetched(struct search *f, struct digest *digest, uint64_t *size_bytes, struct err *e)
{
	struct source *any = ARENA_NEW(f->a, struct source, 1);
	char *to =
	    arena_printf(f->a, "%s/distfiles/.new-" STR_FMT, f->out_path, STR_ARG(f->s->file));
	CLEANUP(fs_close)
	int lock = fs_lock(f->o->out_dir,
	    arena_printf(f->a, "distfiles/.lock/new-" STR_FMT, STR_ARG(f->s->file)), true, true, e);

	*any = *f->s;
	any->has_sha256 = false;
	f->s = any;
	if (lock == -1 || fetch(f, to, e) == -1)
		return -1;
	CLEANUP(fs_close) int fd = fs_open(AT_FDCWD, to, e);
	if (fd == -1 || digest_fd(fd, digest, size_bytes, e) == -1)
		return -1;
	const char *kept = arena_printf(f->a, "%s/distfiles/%s-" STR_FMT, f->out_path,
	    digest_hex(f->a, digest), STR_ARG(f->s->file));
	return rename(to, kept) == -1 ? err_sys(e, "rename %s to %s", to, kept) : 0;
}

int
source_measure(struct arena *a, struct tree *t, const struct source *s, const struct source_opts *o,
    struct digest *digest, uint64_t *size_bytes, struct err *e)
{
	struct search f = { .a = a, .tree = t, .s = s, .o = o };

	if (search_open(&f, e) == -1)
		return -1;
	CLEANUP(fs_close) int fd = open_by_name(&f);
	if (fd != -1)
		return digest_fd(fd, digest, size_bytes, e);
	return measure_fetched(&f, digest, size_bytes, e);
}
