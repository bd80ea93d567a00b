/* SPDX-License-Identifier: ISC */
#include "cmd/bundle_verify.h"

#include <fcntl.h>

#include "cmd/cmd.h"
#include "cmd/result.h"
#include "cmd/run.h"
#include "cmd/secret.h"
#include "ship/crate.h"
#include "ship/minisign.h"
#include "sys/fs.h"

/* A bundle on its way. */
struct shipping {
	struct session *s;
	struct arena *a;
	const struct bundle *bundle;
	struct graph graph;
	struct plan plan;
	struct crate crate;
	struct str_vec overlay;
	struct ed25519_secret key;
	bool is_signed;
	struct buf *answer;
};

/* What one target gets. */
struct cargo {
	struct shipping *sh;
	struct str target;
	struct fileset files;
	VEC(struct bill_package) package;
	VEC(struct bill_left_out) left_out;
	struct map seen; /* packages that are in it */
};

/* ---- what is asked for ---- */

static int
find_wants(struct shipping *sh, struct want **out, int *n, struct err *e)
{
	VEC(struct want) v = { 0 };
	const struct package *p;

	(void)e;
	for (int t = 0; t < sh->s->ntarget; t++)
		for (int i = 0; i < sh->bundle->npart; i++) {
			const struct bundle_part *part = &sh->bundle->part[i];
			struct want w = { part->package, sh->s->target[t], part->option,
				part->noption };
			if (tree_package(
				sh->s->tree, w.package, w.target, w.option, w.noption, &p, e) == -1)
				return err_wrap(e, "bundle " STR_FMT, STR_ARG(sh->bundle->name));
			VEC_ADD(sh->a, &v, w);
		}
	*out = v.v;
	*n = v.n;
	return 0;
}

/* Those of the profile, or of --format. */
static int
choose_formats(struct shipping *sh, struct err *e)
{
	const struct args *args = sh->s->args;
	struct str rest = args->value[OPT_FORMAT], word;

	for (int k = 0; k < BUNDLE_FORMATS; k++)
		sh->crate.format[k] = !args->given[OPT_FORMAT] && sh->bundle->has_format[k];
	while (args->given[OPT_FORMAT] && str_cut(&rest, ',', &word)) {
		int k = 0;
		while (k < BUNDLE_FORMATS && !str_is(word, bundle_format_name(k)))
			k++;
		if (k == BUNDLE_FORMATS)
			return err_set(e, ERR_USAGE,
			    "--format " STR_FMT ": a bundle is tar.gz, tar.zst or cpio",
			    STR_ARG(word));
		sh->crate.format[k] = true;
	}
	return 0;
}

static int
take_key(struct shipping *sh, struct err *e)
{
	const struct args *args = sh->s->args;

	sh->is_signed = args->given[OPT_KEY];
	if (!sh->is_signed)
		return 0;
	return secret_load(sh->a, args, str_z(sh->a, args->value[OPT_KEY]), &sh->key, e);
}

/* ---- what is in it ---- */

static int
add_node(struct cargo *c, int node, const struct bundle_part *part, struct err *e)
{
	struct shipping *sh = c->sh;
	const struct digest *object = &sh->plan.outcome[node].object;
	const struct package *p = sh->graph.node[node].package;
	const char *why = result_refused(sh->s, &sh->plan, node);
	struct object *o = ARENA_NEW(sh->a, struct object, 1);

	if (map_get(&c->seen, p->name) != -1)
		return 0;
	map_put(&c->seen, p->name, node);
	if (why != NULL)
		return err_set(e, ERR_CHECK, STR_FMT " for " STR_FMT ": %s, so it is in no bundle",
		    STR_ARG(p->name), STR_ARG(c->target), why);
	if (store_object(sh->s->store, sh->a, object, false, o, e) == -1)
		return -1;
	VEC_ADD(sh->a, &c->package, (struct bill_package){ p, *object });
	return fileset_add(&c->files, part, o,
	    arena_printf(sh->a, "%s/%s", store_path(sh->s->store), digest_hex(sh->a, object)), e);
}

static const struct bundle_part *
part_of(const struct shipping *sh, struct str package)
{
	for (int i = 0; i < sh->bundle->npart; i++)
		if (str_eq(sh->bundle->part[i].package, package))
			return &sh->bundle->part[i];
	return NULL;
}

static int
add_part(struct cargo *c, const struct bundle_part *part, struct err *e)
{
	struct shipping *sh = c->sh;
	int node = graph_find(&sh->graph, part->package, c->target);
	int *need = ARENA_NEW(sh->a, int, (size_t)sh->graph.n);

	if (!sh->plan.outcome[node].is_known && part->optional.n != 0) {
		VEC_ADD(
		    sh->a, &c->left_out, (struct bill_left_out){ part->package, part->optional });
		return 0;
	}
	if (!sh->plan.outcome[node].is_known)
		return loc_err(e, part->at,
		    "'" STR_FMT "' for " STR_FMT " could not be made; `optional REASON` in its "
		    "group lets a bundle go without it",
		    STR_ARG(part->package), STR_ARG(c->target));
	if (add_node(c, node, part, e) == -1)
		return -1;
	int n = graph_run_view(&sh->graph, node, need);
	for (int i = 0; i < n; i++)
		if (part_of(sh, sh->graph.node[need[i]].package->name) == NULL &&
		    add_node(c, need[i], NULL, e) == -1)
			return -1;
	return 0;
}

/* ---- one target after the other ---- */

static void
say(struct cargo *c)
{
	struct buf *out = c->sh->answer;

	buf_printf(out, STR_FMT " " STR_FMT ": %d file%s of %d package%s, %s\n",
	    STR_ARG(c->sh->bundle->name), STR_ARG(c->target), c->files.entry.n,
	    c->files.entry.n == 1 ? "" : "s", c->package.n, c->package.n == 1 ? "" : "s",
	    result_size(c->sh->a, c->files.size_bytes));
	for (int i = 0; i < c->left_out.n; i++)
		buf_printf(out, "  without " STR_FMT ": " STR_FMT "\n",
		    STR_ARG(c->left_out.v[i].package), STR_ARG(c->left_out.v[i].reason));
}

/* Those of the crate from number i on. */
static void
say_files(struct shipping *sh, int i)
{
	for (; i < sh->crate.file.n; i++)
		buf_printf(sh->answer, "  %s/%s/%s  %s\n", sh->s->out_path, sh->crate.name,
		    sh->crate.file.v[i].name, result_size(sh->a, sh->crate.file.v[i].size_bytes));
}

static int
ship_target(struct shipping *sh, struct str target, struct err *e)
{
	struct cargo c = { .sh = sh,
		.target = target,
		.files = { .a = sh->a, .bundle = sh->bundle, .taken = { .a = sh->a } },
		.seen = { .a = sh->a } };
	int before = sh->crate.file.n;

	for (int i = 0; i < sh->bundle->npart; i++)
		if (add_part(&c, &sh->bundle->part[i], e) == -1)
			return -1;
	if (crate_overlay(&sh->crate, &sh->overlay, &c.files, e) == -1 ||
	    fileset_finish(&c.files, e) == -1)
		return -1;
	struct bill bill = { .bundle = sh->bundle,
		.target = target,
		.files = &c.files,
		.package = c.package.v,
		.npackage = c.package.n,
		.left_out = c.left_out.v,
		.nleft_out = c.left_out.n };
	if (crate_add(&sh->crate, &bill, e) == -1)
		return -1;
	say(&c);
	say_files(sh, before);
	return 0;
}

static int
say_signed(struct shipping *sh, struct err *e)
{
	struct minisign_key k;

	if (!sh->is_signed) {
		buf_add_z(sh->answer, "not signed: --key FILE signs it (kiln key new FILE)\n");
		return 0;
	}
	if (minisign_key_of(&sh->key, &k, e) == -1)
		return -1;
	buf_printf(sh->answer, "signed by key %s\n", minisign_number(sh->a, k.number));
	return 0;
}

/* The first root of the tree that has the overlay's folder; NULL without one. */
static int
find_overlay(struct shipping *sh, const char **out, struct err *e)
{
	struct str name = sh->bundle->overlay;
	const char *root;

	*out = NULL;
	for (int i = 0; name.n != 0 && (root = tree_root(sh->s->tree, i)) != NULL; i++) {
		*out = arena_printf(sh->a, "%s/" STR_FMT, root, STR_ARG(name));
		if (fs_exists(AT_FDCWD, *out))
			return 0;
	}
	if (name.n == 0)
		return 0;
	return loc_err(e, sh->bundle->overlay_at, "there is no folder " STR_FMT, STR_ARG(name));
}

static int
ship_all(struct shipping *sh, struct err *e)
{
	const char *overlay;

	if (find_overlay(sh, &overlay, e) == -1)
		return -1;
	int rc = crate_open(&sh->crate, overlay, &sh->overlay, e);
	for (int t = 0; rc == 0 && t < sh->s->ntarget; t++)
		rc = ship_target(sh, sh->s->target[t], e);
	if (rc == 0)
		rc = crate_finish(&sh->crate, sh->is_signed ? &sh->key : NULL, e);
	crate_close(&sh->crate);
	return rc == -1 ? -1 : say_signed(sh, e);
}

/* ---- the verb ---- */

static int
build_parts(struct shipping *sh, int *status, struct err *e)
{
	struct sched_result result;
	struct want *want = NULL;
	int n = 0;

	if (find_wants(sh, &want, &n, e) == -1 ||
	    session_plan(sh->s, want, n, &sh->graph, &sh->plan, e) == -1 ||
	    run_plan(sh->s, &sh->plan, true, &result, e) == -1)
		return -1;
	*status = result.signal != 0 ? 128 + result.signal : (int)result.kind;
	/* The verdicts of tests came from workers. */
	return journal_refresh(store_journal(sh->s->store), e);
}

static int
bundle(struct session *s, int *status, struct err *e)
{
	struct buf answer = { .a = &s->run };
	struct shipping sh = { .s = s, .a = &s->run, .answer = &answer };

	if (tree_bundle(s->tree, s->args->operand.v[0], &sh.bundle, e) == -1 ||
	    choose_formats(&sh, e) == -1 || take_key(&sh, e) == -1 || session_store(s, e) == -1)
		return -1;
	sh.crate.a = &s->run;
	sh.crate.bundle = sh.bundle;
	sh.crate.out_dir = s->out_dir;
	sh.crate.out_path = s->out_path;
	sh.crate.fetch_program = s->workshop.source.fetch_program;
	if (build_parts(&sh, status, e) == -1)
		return -1;
	int rc = *status != 0 ? 0 : ship_all(&sh, e);
	ed25519_free(&sh.key);
	if (rc == -1)
		return -1;
	return *status != 0 || run_is_json(s) ? 0 : cmd_answer(buf_str(&answer), e);
}

static int
verify(const struct args *args, struct err *e)
{
	static struct arena a;
	struct str answer;

	if (args->operand.n == 0)
		return err_set(e, ERR_USAGE, "--verify wants a file of a bundle, SHA256SUMS say");
	for (int i = 0; i < args->operand.n; i++)
		if (bundle_verify(&a, args, args->operand.v[i], &answer, e) == -1 ||
		    cmd_answer(answer, e) == -1)
			return err_wrap(e, STR_FMT, STR_ARG(args->operand.v[i]));
	return 0;
}

static int
which(struct session *s, struct err *e)
{
	struct buf all = { .a = &s->run };
	struct str *name;
	int n;

	if (tree_names(s->tree, TREE_BUNDLES, &name, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		buf_printf(&all, "%s" STR_FMT, i == 0 ? ": there is " : ", ", STR_ARG(name[i]));
	return err_set(e, ERR_USAGE, "bundle wants one profile, a file of recipes/bundles" STR_FMT,
	    STR_ARG(buf_str(&all)));
}

int
cmd_bundle(const struct args *args, int *status, struct err *e)
{
	static struct session s;

	if (args->given[OPT_CHECK_BUNDLE])
		return verify(args, e);
	if (session_open(&s, args, e) == -1)
		return -1;
	return args->operand.n == 1 ? bundle(&s, status, e) : which(&s, e);
}
