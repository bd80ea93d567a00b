/* SPDX-License-Identifier: ISC */
#include "cmd/bundle_verify.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/result.h"
#include "cmd/run.h"
#include "cmd/secret.h"
#include "lib/folder.h"
#include "make/fetcher.h"
#include "ship/bill.h"
#include "ship/minisign.h"
#include "ship/sums.h"
#include "sys/fs.h"

/* A bundle on its way: out/bundle/.tmp/PROFILE until all of it is there. */
struct shipping {
	struct session *s;
	struct arena *a;
	const struct bundle *bundle;
	struct graph graph;
	struct plan plan;
	const char *tmp, *overlay, *final; /* below out */
	int dir;                           /* descriptor of tmp */
	bool format[BUNDLE_FORMATS];
	struct ed25519_secret key;
	bool is_signed;
	VEC(struct sum) sum;
	struct buf *answer;
};

/* What one target gets. */
struct cargo {
	struct shipping *sh;
	struct str target;
	struct fileset files;
	struct bill bill;
	struct str list; /* for kiln-fetch pack */
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
		sh->format[k] = !args->given[OPT_FORMAT] && sh->bundle->has_format[k];
	while (args->given[OPT_FORMAT] && str_cut(&rest, ',', &word)) {
		int k = 0;
		while (k < BUNDLE_FORMATS && !str_is(word, bundle_format_name(k)))
			k++;
		if (k == BUNDLE_FORMATS)
			return err_set(e, ERR_USAGE,
			    "--format " STR_FMT ": a bundle is tar.gz, tar.zst or cpio",
			    STR_ARG(word));
		sh->format[k] = true;
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

/* ---- the overlay ---- */

/* A copy of it, so that what is hashed is what is packed. */
static int
copy_overlay(struct shipping *sh, struct folder *out, struct err *e)
{
	const char *from = NULL, *root;

	for (int i = 0; from == NULL && (root = tree_root(sh->s->tree, i)) != NULL; i++) {
		const char *path =
		    arena_printf(sh->a, "%s/" STR_FMT, root, STR_ARG(sh->bundle->overlay));
		from = fs_exists(AT_FDCWD, path) ? path : NULL;
	}
	if (from == NULL)
		return loc_err(e, sh->bundle->overlay_at, "there is no folder " STR_FMT,
		    STR_ARG(sh->bundle->overlay));
	if (fs_mkdirs(sh->s->out_dir, sh->overlay, e) == -1)
		return -1;
	CLEANUP(fs_close) int to = fs_open_dir(sh->s->out_dir, sh->overlay, e);
	if (to == -1 || folder_read(sh->a, from, FOLDER_ALL, to, out, e) == -1)
		return err_wrap(e, "overlay " STR_FMT, STR_ARG(sh->bundle->overlay));
	return 0;
}

static int
add_own(struct cargo *c, int dir, struct str name, struct err *e)
{
	struct arena *a = c->sh->a;
	const char *path = str_z(a, name);
	struct fileset_entry new = { .path = name, .type = 'f', .package = STR("") };
	struct stat st;

	if (fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "overlay: stat %s", path);
	if (S_ISDIR(st.st_mode))
		return 0;
	if (S_ISLNK(st.st_mode)) {
		new.type = 'l';
		if (fs_read_link(a, dir, path, &new.target, e) == -1)
			return -1;
		return fileset_overlay(&c->files, &new, e);
	}
	CLEANUP(fs_close) int fd = fs_open(dir, path, e);
	if (fd == -1 || digest_fd(fd, &new.digest, &new.size_bytes, e) == -1)
		return -1;
	new.mode = (st.st_mode & 0100) != 0 ? 0755 : 0644;
	new.from = arena_printf(a, "%s/%s/%s", c->sh->s->out_path, c->sh->overlay, path);
	return fileset_overlay(&c->files, &new, e);
}

static int
add_overlay(struct cargo *c, const struct folder *folder, struct err *e)
{
	CLEANUP(fs_close) int dir = fs_open_dir(c->sh->s->out_dir, c->sh->overlay, e);

	if (dir == -1)
		return -1;
	for (int i = 0; i < folder->entry.n; i++)
		if (add_own(c, dir, folder->entry.v[i], e) == -1)
			return -1;
	return 0;
}

/* ---- what is written ---- */

static struct str
list_of(struct arena *a, const struct fileset *fs)
{
	struct buf out = { .a = a };

	buf_add_z(&out, "");
	for (int i = 0; i < fs->entry.n; i++) {
		const struct fileset_entry *f = &fs->entry.v[i];
		if (f->type == 'l')
			buf_printf(&out, "link " STR_FMT "\t" STR_FMT "\n", STR_ARG(f->path),
			    STR_ARG(f->target));
		else
			buf_printf(&out, "file %o %llu %s " STR_FMT "\t%s\n", f->mode,
			    (unsigned long long)f->size_bytes, digest_hex(a, &f->digest),
			    STR_ARG(f->path), f->from);
	}
	return buf_str(&out);
}

/* A file of the folder is complete: its digest is in SHA256SUMS. */
static int
add_sum(struct shipping *sh, const char *name, struct digest *digest, uint64_t *size_bytes,
    struct err *e)
{
	CLEANUP(fs_close) int fd = fs_open(sh->dir, name, e);

	if (fd == -1 || digest_fd(fd, digest, size_bytes, e) == -1)
		return -1;
	VEC_ADD(sh->a, &sh->sum, (struct sum){ *digest, str_of(name) });
	buf_printf(sh->answer, "  %s/%s/%s  %s\n", sh->s->out_path, sh->final, name,
	    result_size(sh->a, *size_bytes));
	return 0;
}

static int
pack(struct cargo *c, const char *name, const char *format, struct err *e)
{
	struct shipping *sh = c->sh;
	const char *to = arena_printf(sh->a, "%s/%s/%s", sh->s->out_path, sh->tmp, name);
	const char *argv[] = { sh->s->workshop.source.fetch_program, "pack", "--to", to, "--format",
		format, NULL };
	struct str answers;

	if (fetcher_run(sh->a, argv, c->list, &answers, e) == -1)
		return -1;
	return str_cut(&answers, '\n', &c->bill.packer) ?
		   0 :
		   err_set(e, ERR_MACHINE, "kiln-fetch did not say what it packs with");
}

/* The bare tar is no file of the bundle: its digest is the same whatever compressed it. */
static int
measure_tar(struct cargo *c, struct err *e)
{
	struct shipping *sh = c->sh;
	int rc = pack(c, "bare.tar", "tar", e);

	if (rc == 0) {
		CLEANUP(fs_close) int fd = fs_open(sh->dir, "bare.tar", e);
		rc = fd == -1 ? -1 : digest_fd(fd, &c->bill.tar, &c->bill.tar_bytes, e);
	}
	return rc == -1 ? -1 : fs_remove(sh->dir, "bare.tar", e);
}

static int
write_archives(struct cargo *c, struct err *e)
{
	struct shipping *sh = c->sh;
	struct digest digest;
	uint64_t size_bytes;

	for (int k = 0; k < BUNDLE_FORMATS; k++) {
		const char *format = bundle_format_name(k);
		const char *name =
		    arena_printf(sh->a, STR_FMT "-" STR_FMT ".%s%s", STR_ARG(sh->bundle->name),
			STR_ARG(c->target), format, k == BUNDLE_CPIO ? ".gz" : "");
		if (!sh->format[k])
			continue;
		if (pack(c, name, format, e) == -1 ||
		    add_sum(sh, name, &digest, &size_bytes, e) == -1)
			return -1;
	}
	return 0;
}

static int
write_bill(struct cargo *c, struct err *e)
{
	struct shipping *sh = c->sh;
	const char *name = arena_printf(
	    sh->a, STR_FMT "-" STR_FMT ".json", STR_ARG(sh->bundle->name), STR_ARG(c->target));
	struct buf text = { .a = sh->a };
	struct digest digest;
	uint64_t size_bytes;

	c->bill.package = c->package.v;
	c->bill.npackage = c->package.n;
	c->bill.left_out = c->left_out.v;
	c->bill.nleft_out = c->left_out.n;
	bill_print(&text, &c->bill);
	if (fs_replace(sh->dir, name, buf_str(&text), 0644, e) == -1)
		return -1;
	return add_sum(sh, name, &digest, &size_bytes, e);
}

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

static int
ship_target(struct shipping *sh, struct str target, const struct folder *overlay, struct err *e)
{
	struct cargo c = { .sh = sh,
		.target = target,
		.files = { .a = sh->a, .bundle = sh->bundle, .taken = { .a = sh->a } },
		.bill = { .bundle = sh->bundle, .target = target },
		.seen = { .a = sh->a } };

	c.bill.files = &c.files;
	for (int i = 0; i < sh->bundle->npart; i++)
		if (add_part(&c, &sh->bundle->part[i], e) == -1)
			return -1;
	if ((overlay != NULL && add_overlay(&c, overlay, e) == -1) ||
	    fileset_finish(&c.files, e) == -1)
		return -1;
	c.list = list_of(sh->a, &c.files);
	say(&c);
	if (measure_tar(&c, e) == -1 || write_archives(&c, e) == -1)
		return -1;
	return write_bill(&c, e);
}

static int
sign(struct shipping *sh, struct err *e)
{
	struct buf text = { .a = sh->a };
	struct minisign_key k;
	struct str comment = str_printf(sh->a, "bundle " STR_FMT ", SHA256SUMS by kiln %s",
	    STR_ARG(sh->bundle->name), KILN_VERSION);

	if (!sh->is_signed) {
		buf_add_z(sh->answer, "not signed: --key FILE signs it (kiln key new FILE)\n");
		return 0;
	}
	CLEANUP(fs_close) int fd = fs_open(sh->dir, "SHA256SUMS", e);
	if (fd == -1 || minisign_key_of(&sh->key, &k, e) == -1 ||
	    minisign_sign(&sh->key, fd, comment, &text, e) == -1)
		return -1;
	buf_printf(sh->answer, "signed by key %s\n", minisign_number(sh->a, k.number));
	return fs_replace(sh->dir, "SHA256SUMS.minisig", buf_str(&text), 0644, e);
}

static int
write_sums(struct shipping *sh, struct err *e)
{
	struct buf text = { .a = sh->a };

	sums_print(&text, sh->sum.v, sh->sum.n);
	if (fs_replace(sh->dir, "SHA256SUMS", buf_str(&text), 0644, e) == -1)
		return -1;
	return sign(sh, e);
}

/* In one step: whoever looks sees the old bundle or the new one, whole. */
static int
put_in_place(struct shipping *sh, struct err *e)
{
	int out = sh->s->out_dir;

	if (!fs_exists(out, sh->final)) {
		if (renameat(out, sh->tmp, out, sh->final) == -1)
			return err_sys(e, "rename %s to %s", sh->tmp, sh->final);
		return 0;
	}
	if (renameat2(out, sh->tmp, out, sh->final, RENAME_EXCHANGE) == -1)
		return err_sys(e, "put %s in the place of %s", sh->tmp, sh->final);
	return fs_remove(out, sh->tmp, e);
}

static int
ship_all(struct shipping *sh, struct err *e)
{
	struct folder overlay = { 0 };
	bool has_overlay = sh->bundle->overlay.n != 0;

	if (fs_remove(sh->s->out_dir, sh->tmp, e) == -1 ||
	    fs_remove(sh->s->out_dir, sh->overlay, e) == -1 ||
	    fs_mkdirs(sh->s->out_dir, sh->tmp, e) == -1 ||
	    (has_overlay && copy_overlay(sh, &overlay, e) == -1))
		return -1;
	CLEANUP(fs_close) int dir = fs_open_dir(sh->s->out_dir, sh->tmp, e);
	sh->dir = dir;
	for (int t = 0; dir != -1 && t < sh->s->ntarget; t++)
		if (ship_target(sh, sh->s->target[t], has_overlay ? &overlay : NULL, e) == -1)
			return -1;
	if (dir == -1 || write_sums(sh, e) == -1 || put_in_place(sh, e) == -1)
		return -1;
	return fs_remove(sh->s->out_dir, sh->overlay, e);
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
	struct shipping sh = { .s = s, .a = &s->run, .dir = -1, .answer = &answer };
	struct str name = s->args->operand.v[0];

	if (tree_bundle(s->tree, name, &sh.bundle, e) == -1 || choose_formats(&sh, e) == -1 ||
	    take_key(&sh, e) == -1 || session_store(s, e) == -1)
		return -1;
	sh.final = arena_printf(&s->run, "bundle/" STR_FMT, STR_ARG(name));
	sh.tmp = arena_printf(&s->run, "bundle/.tmp/" STR_FMT, STR_ARG(name));
	sh.overlay = arena_printf(&s->run, "bundle/.tmp/" STR_FMT ".overlay", STR_ARG(name));
	if (fs_mkdirs(s->out_dir, "bundle/.tmp", e) == -1)
		return -1;
	CLEANUP(fs_close)
	int lock = fs_lock(s->out_dir,
	    arena_printf(&s->run, "bundle/.tmp/" STR_FMT ".lock", STR_ARG(name)), true, true, e);
	if (lock == -1 || build_parts(&sh, status, e) == -1)
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

	for (int i = 0; i < args->operand.n; i++)
		if (bundle_verify(&a, args, args->operand.v[i], &answer, e) == -1 ||
		    cmd_answer(answer, e) == -1)
			return err_wrap(e, STR_FMT, STR_ARG(args->operand.v[i]));
	return 0;
}

int
cmd_bundle(const struct args *args, int *status, struct err *e)
{
	static struct session s;

	if (args->given[OPT_CHECK_BUNDLE])
		return verify(args, e);
	if (args->operand.n != 1)
		return err_set(e, ERR_USAGE, "bundle wants one profile: a file of recipes/bundles");
	return session_open(&s, args, e) == -1 ? -1 : bundle(&s, status, e);
}
