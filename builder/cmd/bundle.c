/* SPDX-License-Identifier: ISC */
#include "cmd/bundle_verify.h"

#include <fcntl.h>

#include "cmd/cargo.h"
#include "cmd/cmd.h"
#include "cmd/result.h"
#include "cmd/run.h"
#include "cmd/secret.h"
#include "ship/crate.h"
#include "ship/growth.h"
#include "ship/minisign.h"
#include "sys/fs.h"

/* A bundle on its way. */
struct making {
	struct shipping ship;
	struct session *s;
	struct arena *a;
	const struct target **target;
	struct crate crate;
	struct str_vec overlay;
	struct ed25519_secret key;
	bool is_signed;
	struct buf *answer;
};

/* ---- what is asked for ---- */

/* Those of the profile, or of --format. */
static int
choose_formats(struct making *m, struct err *e)
{
	const struct args *args = m->s->args;
	struct str rest = args->value[OPT_FORMAT], word;

	for (int k = 0; k < BUNDLE_FORMATS; k++)
		m->crate.format[k] = !args->given[OPT_FORMAT] && m->ship.bundle->has_format[k];
	while (args->given[OPT_FORMAT] && str_cut(&rest, ',', &word)) {
		int k = 0;
		while (k < BUNDLE_FORMATS && !str_is(word, bundle_format_name(k)))
			k++;
		if (k == BUNDLE_FORMATS)
			return err_set(e, ERR_USAGE,
			    "--format " STR_FMT ": a bundle is tar.gz, tar.zst, cpio or oci",
			    STR_ARG(word));
		m->crate.format[k] = true;
	}
	return 0;
}

static int
take_key(struct making *m, struct err *e)
{
	const struct args *args = m->s->args;

	m->is_signed = args->given[OPT_KEY];
	if (!m->is_signed)
		return 0;
	return secret_load(m->a, args, str_z(m->a, args->value[OPT_KEY]), &m->key, e);
}

/* ---- one target after the other ---- */

static void
say(struct making *m, const struct cargo *c)
{
	buf_printf(m->answer, STR_FMT " " STR_FMT ": %d file%s of %d package%s, %s\n",
	    STR_ARG(m->ship.bundle->name), STR_ARG(c->target->name), c->files.entry.n,
	    c->files.entry.n == 1 ? "" : "s", c->node.n, c->node.n == 1 ? "" : "s",
	    result_size(m->a, c->files.size_bytes));
	for (int i = 0; i < c->left_out.n; i++)
		buf_printf(m->answer, "  without " STR_FMT ": " STR_FMT "\n",
		    STR_ARG(c->left_out.v[i].package), STR_ARG(c->left_out.v[i].reason));
}

/* Those of the crate from number i on. */
static void
say_files(struct making *m, int i)
{
	for (; i < m->crate.file.n; i++)
		buf_printf(m->answer, "  %s/%s/%s  %s\n", m->s->out_path, m->crate.draft.name,
		    m->crate.file.v[i].name, result_size(m->a, m->crate.file.v[i].size_bytes));
}

/* The bill of the bundle that is there, NULL when there is none to read. */
static const struct json_value *
bill_before(struct making *m, const struct target *target)
{
	struct str name = m->ship.bundle->name, text;
	const char *path = arena_printf(m->a, "bundle/" STR_FMT "/" STR_FMT "-" STR_FMT ".json",
	    STR_ARG(name), STR_ARG(name), STR_ARG(target->name));
	const struct json_value *bill;
	struct err ignored = { 0 };

	if (fs_read(m->a, m->s->out_dir, path, FS_READ_MAX, &text, &ignored) == -1 ||
	    json_parse(m->a, text, &bill, &ignored) == -1 || growth_check(bill, &ignored) == -1)
		return NULL;
	return bill;
}

static int
ship_target(struct making *m, const struct target *target, struct err *e)
{
	int before = m->crate.file.n;
	struct cargo c;

	if (cargo_load(&m->ship, target, &c, e) == -1)
		return -1;
	c.files.before = bill_before(m, target);
	if (crate_overlay(&m->crate, &m->overlay, &c.files, e) == -1 || cargo_seal(&c, e) == -1)
		return -1;
	struct bill bill = { .bundle = m->ship.bundle,
		.target = target,
		.files = &c.files,
		.inventory = &c.inventory,
		.left_out = c.left_out.v,
		.nleft_out = c.left_out.n };
	if (crate_add(&m->crate, &bill, e) == -1)
		return -1;
	say(m, &c);
	say_files(m, before);
	return 0;
}

static int
say_signed(struct making *m, struct err *e)
{
	struct minisign_key k;

	if (!m->is_signed) {
		buf_add_z(m->answer, "not signed: --key FILE signs it (kiln key new FILE)\n");
		return 0;
	}
	if (minisign_key_of(&m->key, &k, e) == -1)
		return -1;
	buf_printf(m->answer, "signed by key %s\n", minisign_number(m->a, k.number));
	return 0;
}

/* The first root of the tree that has the overlay's folder; NULL without one. */
static int
find_overlay(struct making *m, const char **out, struct err *e)
{
	struct str name = m->ship.bundle->overlay;
	const char *root;

	*out = NULL;
	for (int i = 0; name.n != 0 && (root = tree_root(m->s->tree, i)) != NULL; i++) {
		*out = arena_printf(m->a, "%s/" STR_FMT, root, STR_ARG(name));
		if (fs_exists(AT_FDCWD, *out))
			return 0;
	}
	if (name.n == 0)
		return 0;
	return loc_err(e, m->ship.bundle->overlay_at, "there is no folder " STR_FMT, STR_ARG(name));
}

static bool
is_asked_for(const struct making *m, struct str target)
{
	for (int t = 0; t < m->s->ntarget; t++)
		if (str_eq(m->s->target[t], target))
			return true;
	return false;
}

/* The folder is of one run: what it has of targets that this one leaves out goes with it. */
static int
say_gone(struct making *m, struct buf *out, struct err *e)
{
	struct str name = m->ship.bundle->name, *all, gone = STR(""), targets = m->s->target[0];
	int n;

	for (int t = 1; t < m->s->ntarget; t++)
		targets = str_printf(
		    m->a, STR_FMT "," STR_FMT, STR_ARG(targets), STR_ARG(m->s->target[t]));
	if (tree_names(m->s->tree, TREE_TARGETS, &all, &n, e) == -1)
		return -1;
	for (int i = 0; i < n; i++)
		if (!is_asked_for(m, all[i]) &&
		    fs_exists(m->s->out_dir,
			arena_printf(m->a, "bundle/" STR_FMT "/" STR_FMT "-" STR_FMT ".json",
			    STR_ARG(name), STR_ARG(name), STR_ARG(all[i]))))
			gone =
			    str_printf(m->a, STR_FMT "," STR_FMT, STR_ARG(gone), STR_ARG(all[i]));
	if (gone.n != 0)
		buf_printf(out,
		    "gone with the bundle before: " STR_FMT "; -t " STR_FMT STR_FMT
		    " makes all in one\n",
		    STR_ARG(str_skip(gone, 1)), STR_ARG(targets), STR_ARG(gone));
	return 0;
}

static int
ship_all(struct making *m, struct err *e)
{
	struct buf gone = { .a = m->a };
	const char *overlay;

	if (find_overlay(m, &overlay, e) == -1 || say_gone(m, &gone, e) == -1)
		return -1;
	int rc = crate_open(&m->crate, overlay, &m->overlay, e);
	for (int t = 0; rc == 0 && t < m->s->ntarget; t++)
		rc = ship_target(m, m->target[t], e);
	int before = m->crate.file.n;
	if (rc == 0)
		rc = crate_finish(&m->crate, m->is_signed ? &m->key : NULL, e);
	crate_close(&m->crate);
	if (rc == -1)
		return -1;
	say_files(m, before);
	buf_add(m->answer, buf_str(&gone));
	return say_signed(m, e);
}

/* ---- the verb ---- */

/* Before anything is built: what an image needs to know. */
static int
find_targets(struct making *m, struct err *e)
{
	struct session *s = m->s;

	m->target = ARENA_NEW(m->a, const struct target *, (size_t)s->ntarget);
	for (int t = 0; t < s->ntarget; t++) {
		if (tree_target(s->tree, s->target[t], &m->target[t], e) == -1)
			return -1;
		if (m->crate.format[BUNDLE_OCI] && m->target[t]->platform.n == 0)
			return err_set(e, ERR_RECIPE,
			    "an image has to say what containers call " STR_FMT
			    ": `platform linux/ARCHITECTURE` in recipes/targets/" STR_FMT,
			    STR_ARG(s->target[t]), STR_ARG(s->target[t]));
	}
	return 0;
}

static int
bundle(struct session *s, int *status, struct err *e)
{
	struct buf answer = { .a = &s->run };
	struct making m = { .s = s, .a = &s->run, .answer = &answer };

	m.ship = (struct shipping){ .s = s, .a = &s->run };
	if (shipping_profile(&m.ship, e) == -1 || choose_formats(&m, e) == -1 ||
	    find_targets(&m, e) == -1 || take_key(&m, e) == -1 || session_store(s, e) == -1)
		return -1;
	m.crate.a = &s->run;
	m.crate.bundle = m.ship.bundle;
	m.crate.out_dir = s->out_dir;
	m.crate.out_path = s->out_path;
	m.crate.store = s->store;
	m.crate.fetch_program = s->workshop.source.fetch_program;
	if (shipping_build(&m.ship, status, e) == -1)
		return -1;
	int rc = *status != 0 ? 0 : ship_all(&m, e);
	ed25519_free(&m.key);
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

int
cmd_bundle(const struct args *args, int *status, struct err *e)
{
	static struct session s;

	if (args->given[OPT_CHECK_BUNDLE])
		return verify(args, e);
	return session_open(&s, args, e) == -1 ? -1 : bundle(&s, status, e);
}
