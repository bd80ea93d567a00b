/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/session.h"

struct fetcher {
	struct session *s;
	struct source_opts opts;
	struct map done; /* by digest */
	int nhad, nmissing;
	enum err_kind kind;
};

static void
note(void *ctx, const char *sentence)
{
	struct fetcher *f = ctx;

	if (!f->s->args->given[OPT_QUIET])
		fprintf(stderr, "kiln: %s\n", sentence);
}

static void
missing(struct fetcher *f, const struct package *p, const struct err *e)
{
	fprintf(stderr, "kiln: " STR_FMT ": %s\n", STR_ARG(p->name), e->text);
	f->nmissing++;
	f->kind = e->kind;
}

static void
fetch_package(struct fetcher *f, const struct package *p)
{
	struct arena tmp = { 0 };

	for (int i = 0; i < p->nsource; i++) {
		struct err e = { 0 };
		char *path;
		struct str hex = str_of(digest_hex(&f->s->run, &p->source[i].sha256));
		if (p->source[i].is_local || map_get(&f->done, hex) != -1)
			continue;
		map_put(&f->done, hex, 1);
		if (source_get(&tmp, f->s->tree, &p->source[i], &f->opts, &path, &e) == -1)
			missing(f, p, &e);
		else
			f->nhad++;
	}
	arena_free(&tmp);
}

/* Sources of every target count: what is fetched is to be enough for any build. */
static int
fetch_all(struct fetcher *f, const struct str *name, int n, struct err *e)
{
	const struct package *p;
	struct str *target = f->s->target;
	int ntarget = f->s->ntarget;

	if (!f->s->args->given[OPT_TARGET] &&
	    tree_names(f->s->tree, TREE_TARGETS, &target, &ntarget, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		for (int t = 0; t < ntarget; t++) {
			if (tree_package(f->s->tree, name[i], target[t], NULL, 0, &p, e) == -1)
				return -1;
			if (package_fits(p))
				fetch_package(f, p);
		}
	return 0;
}

int
cmd_fetch(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct fetcher f = { .s = &s };
	struct str *name;
	int n;

	if (args->operand.n == 0 && !args->given[OPT_ALL])
		return err_set(e, ERR_USAGE, "fetch: which package? (kiln list), or --all");
	if (session_open(&s, args, e) == -1 || session_packages(&s, &name, &n, e) == -1)
		return -1;
	f.done.a = &s.run;
	f.opts = s.workshop.source;
	f.opts.note = note;
	f.opts.ctx = &f;
	if (fetch_all(&f, name, n, e) == -1)
		return -1;
	fprintf(stderr, "kiln: %d source%s here and verified, %d missing\n", f.nhad,
	    f.nhad == 1 ? "" : "s", f.nmissing);
	/* In bulk a source that cannot be had is reported, and skipped by the build. */
	if (f.nmissing != 0 && !args->given[OPT_ALL])
		*status = (int)f.kind;
	return 0;
}
