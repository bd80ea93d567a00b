/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>

#include "base/jsonread.h"
#include "cmd/cmd.h"
#include "cmd/result.h"
#include "recipe/bundle.h"
#include "ship/device.h"
#include "ship/remote.h"
#include "ship/sums.h"
#include "sys/fs.h"

enum {
	ID_DIGITS = 16,
	BLOCK_BYTES = 4096, /* what a small file takes on a device */
};

struct deploying {
	struct session *s;
	struct arena *a;
	const struct bundle *bundle;
	const struct target *target;
	int dir;                       /* the folder of the bundle */
	const char *folder;            /* its path, for messages */
	const char *archive;           /* the name of the tar.gz in it */
	const struct json_value *bill; /* ship/bill.h */
	struct device device;
	struct remote remote;
	struct buf files, links; /* as the device is to check them */
	int nfile, nlink;
	struct buf *answer;
};

/* ---- the bundle that is here ---- */

/* A file of it, whose digest is the one of its list. */
static int
check_here(struct deploying *d, const char *name, const struct sum *sum, int n, struct err *e)
{
	struct digest found;
	int i = 0;

	while (i < n && !str_is(sum[i].name, name))
		i++;
	if (i == n)
		return err_set(e, ERR_USAGE,
		    "%s has no %s: kiln bundle " STR_FMT " -t " STR_FMT " --format tar.gz makes it",
		    d->folder, name, STR_ARG(d->bundle->name), STR_ARG(d->target->name));
	CLEANUP(fs_close) int fd = fs_open(d->dir, name, e);
	if (fd == -1 || digest_fd(fd, &found, NULL, e) == -1)
		return -1;
	if (digest_eq(&found, &sum[i].digest))
		return 0;
	return err_set(e, ERR_CHECK,
	    "%s/%s is not what " SUMS_NAME " says: kiln bundle " STR_FMT " makes it again",
	    d->folder, name, STR_ARG(d->bundle->name));
}

static int
read_bill(struct deploying *d, const char *name, struct err *e)
{
	struct str text;

	if (fs_read(d->a, d->dir, name, FS_READ_MAX, &text, e) == -1 ||
	    json_parse(d->a, text, &d->bill, e) == -1)
		return err_wrap(e, "%s/%s", d->folder, name);
	struct str digest = json_text(json_get(d->bill, "tar"), "sha256");
	const struct json_value *files = json_get(d->bill, "files");
	if (digest.n != DIGEST_HEX || files == NULL || files->child == NULL)
		return err_set(
		    e, ERR_CHECK, "%s/%s does not tell what is in the bundle", d->folder, name);
	digest.n = ID_DIGITS;
	d->device.version = str_z(d->a, digest);
	for (const struct json_value *f = files->child; f != NULL; f = f->next) {
		struct str path = json_text(f, "path"), sum = json_text(f, "sha256");
		struct str to = json_text(f, "link");
		if (to.n != 0) {
			d->nlink++;
			buf_printf(
			    &d->links, STR_FMT "\t" STR_FMT "\n", STR_ARG(path), STR_ARG(to));
		} else {
			d->nfile++;
			buf_printf(
			    &d->files, STR_FMT "  " STR_FMT "\n", STR_ARG(sum), STR_ARG(path));
		}
	}
	return 0;
}

static int
open_bundle(struct deploying *d, struct err *e)
{
	struct str name = d->bundle->name, text;
	const char *stem =
	    arena_printf(d->a, STR_FMT "-" STR_FMT, STR_ARG(name), STR_ARG(d->target->name));
	const char *bill = arena_printf(d->a, "%s.json", stem);
	struct sum *sum;
	int n;

	d->folder = arena_printf(d->a, "%s/bundle/" STR_FMT, d->s->out_path, STR_ARG(name));
	d->archive = arena_printf(d->a, "%s.tar.gz", stem);
	if (!fs_exists(AT_FDCWD, d->folder))
		return err_set(e, ERR_USAGE,
		    "there is no %s: kiln bundle " STR_FMT " -t " STR_FMT " makes it", d->folder,
		    STR_ARG(name), STR_ARG(d->target->name));
	d->dir = fs_open_dir(AT_FDCWD, d->folder, e);
	if (d->dir == -1 || fs_read(d->a, d->dir, SUMS_NAME, SUMS_MAX_BYTES, &text, e) == -1 ||
	    sums_parse(d->a, text, &sum, &n, e) == -1 ||
	    check_here(d, d->archive, sum, n, e) == -1 || check_here(d, bill, sum, n, e) == -1)
		return -1;
	return read_bill(d, bill, e);
}

/* ---- steps ---- */

static int
run(struct deploying *d, const char *what, const char *command, int in, struct str *answer,
    struct err *e)
{
	if (d->s->args->given[OPT_VERBOSE])
		dprintf(2, "kiln: %s\n", remote_shown(&d->remote, command));
	return remote_run(&d->remote, what, command, in, answer, e);
}

static int
send_text(struct deploying *d, const char *what, const char *command, struct str text,
    struct str *answer, struct err *e)
{
	CLEANUP(fs_close) int fd = fs_memory(text, e);

	if (fd == -1)
		return -1;
	return run(d, what, command, fd, answer, e);
}

static int
wrong_there(struct deploying *d, bool was_there, struct str what, struct err *e)
{
	const char *host = d->device.host;

	if (was_there)
		return err_set(e, ERR_CHECK,
		    "version %s is on %s already, and was changed there (" STR_FMT
		    "): switch to another one and remove %s/versions/%s, or deploy to another "
		    "folder",
		    d->device.version, host, STR_ARG(what), d->device.folder, d->device.version);
	return err_set(e, ERR_CHECK,
	    "what arrived on %s is not what was sent (" STR_FMT
	    "); the version in use is the old one",
	    host, STR_ARG(what));
}

/* A check there says what is wrong, and how many are right. */
static int
check_there(struct deploying *d, bool was_there, const char *command, const struct buf *list, int n,
    struct err *e)
{
	struct str answer = STR(""), ok = str_printf(d->a, "ok %d\n", n);

	if (n == 0)
		return 0;
	if (send_text(d, "check the files", command, buf_str(list), &answer, e) == -1)
		return -1;
	if (str_eq(answer, ok))
		return 0;
	struct str first = STR("");
	(void)str_cut(&answer, '\n', &first);
	return wrong_there(d, was_there, str_clean(d->a, first), e);
}

/* Can code for the target run on such a machine? Where its file does not say, it may. */
static bool
is_fit(const struct target *target, struct str machine)
{
	for (int i = 0; i < target->nuname; i++)
		if (str_eq(target->uname[i], machine))
			return true;
	return target->nuname == 0;
}

/* What has to be free: each file in whole blocks, and a block for each link and folder. */
static uint64_t
room(const struct deploying *d)
{
	return json_number(d->bill, "files_bytes") +
	       (uint64_t)(d->nfile + 2 * d->nlink + 64) * BLOCK_BYTES;
}

static int
check_device(struct deploying *d, const struct device_told *t, struct err *e)
{
	if (!is_fit(d->target, t->machine))
		return err_set(e, ERR_USAGE,
		    "%s is a machine '" STR_FMT "', and this bundle is for " STR_FMT,
		    d->device.host, STR_ARG(str_clean(d->a, t->machine)), STR_ARG(d->target->name));
	if (t->lacks.n != 0)
		return err_set(e, ERR_MACHINE, "%s has no program " STR_FMT ", which this needs",
		    d->device.host, STR_ARG(str_clean(d->a, t->lacks)));
	if (t->not_writable.n != 0)
		return err_set(e, ERR_MACHINE,
		    "%s: one may not write to " STR_FMT ": %s:DIR names another "
		    "folder",
		    d->device.host, STR_ARG(str_clean(d->a, t->not_writable)), d->device.host);
	if (!t->has_version && t->free_bytes < room(d))
		return err_set(e, ERR_MACHINE,
		    "%s has %s free where %s is, and this takes %s: nothing was sent",
		    d->device.host, result_size(d->a, t->free_bytes), d->device.folder,
		    result_size(d->a, room(d)));
	return 0;
}

static int
probe(struct deploying *d, struct device_told *told, struct err *e)
{
	struct str answer;

	if (run(d, "look at the device", device_probe(&d->device), -1, &answer, e) == -1)
		return -1;
	return device_read(answer, told, e);
}

static int
send(struct deploying *d, struct err *e)
{
	struct str answer;

	CLEANUP(fs_close) int fd = fs_open(d->dir, d->archive, e);
	if (fd == -1)
		return -1;
	if (run(d, "unpack", device_unpack(&d->device), fd, &answer, e) == -1)
		return err_wrap(e, "the version in use is the old one");
	return 0;
}

static int
put_there(struct deploying *d, struct err *e)
{
	struct device_told told;
	struct str answer;

	if (probe(d, &told, e) == -1 || check_device(d, &told, e) == -1 ||
	    run(d, "make the folder", device_prepare(&d->device), -1, &answer, e) == -1 ||
	    (!told.has_version && send(d, e) == -1) ||
	    check_there(d, told.has_version, device_check_files(&d->device), &d->files, d->nfile,
		e) == -1 ||
	    check_there(d, told.has_version, device_check_links(&d->device), &d->links, d->nlink,
		e) == -1 ||
	    run(d, "switch to the new version", device_switch(&d->device), -1, &answer, e) == -1 ||
	    run(d, "remove old versions", device_prune(&d->device), -1, &answer, e) == -1)
		return -1;
	buf_printf(d->answer, "%s:%s/current is version %s, %d file%s", d->device.host,
	    d->device.folder, d->device.version, d->nfile, d->nfile == 1 ? "" : "s");
	if (told.current.n != 0 && !str_is(told.current, d->device.version))
		buf_printf(d->answer, "; before it was " STR_FMT " (--rollback)",
		    STR_ARG(str_clean(d->a, told.current)));
	buf_add_z(d->answer, "\n");
	return 0;
}

static int
roll_back(struct deploying *d, struct err *e)
{
	struct str answer;

	if (run(d, "roll back", device_rollback(&d->device), -1, &answer, e) == -1)
		return -1;
	buf_printf(d->answer, "%s:%s/current is version " STR_FMT, d->device.host, d->device.folder,
	    STR_ARG(str_clean(d->a, answer)));
	return 0;
}

static void
show(struct deploying *d, const char *command, const char *input)
{
	buf_printf(d->answer, "%s%s%s\n", remote_shown(&d->remote, command),
	    input[0] == '\0' ? "" : " < ", input);
}

static void
show_all(struct deploying *d)
{
	show(d, device_probe(&d->device), "");
	show(d, device_prepare(&d->device), "");
	show(d, device_unpack(&d->device), arena_printf(d->a, "%s/%s", d->folder, d->archive));
	show(d, device_check_files(&d->device), "digests of its files");
	if (d->nlink != 0)
		show(d, device_check_links(&d->device), "its links");
	show(d, device_switch(&d->device), "");
	show(d, device_prune(&d->device), "");
}

/* ---- the verb ---- */

static int
deploy(struct deploying *d, struct err *e)
{
	const struct args *args = d->s->args;
	bool is_back = args->given[OPT_ROLLBACK], is_dry = args->given[OPT_DRY_RUN];

	if (device_parse(d->a, args->operand.v[1], d->bundle->name, &d->device, e) == -1 ||
	    remote_open(d->a, d->device.host, &d->remote, e) == -1 ||
	    (!is_back && open_bundle(d, e) == -1))
		return -1;
	if (is_dry && is_back)
		show(d, device_rollback(&d->device), "");
	else if (is_dry)
		show_all(d);
	else
		return is_back ? roll_back(d, e) : put_there(d, e);
	return 0;
}

int
cmd_deploy(const struct args *args, int *status, struct err *e)
{
	static struct session s;
	struct buf answer = { .a = &s.run };
	struct deploying d = { .s = &s,
		.a = &s.run,
		.dir = -1,
		.files = { .a = &s.run },
		.links = { .a = &s.run },
		.answer = &answer };

	(void)status;
	if (args->operand.n != 2)
		return err_set(e, ERR_USAGE,
		    "deploy wants a profile and a host: kiln deploy minimal "
		    "root@board");
	if (session_open(&s, args, e) == -1 ||
	    tree_bundle(s.tree, args->operand.v[0], &d.bundle, e) == -1)
		return -1;
	if (s.ntarget != 1)
		return err_set(e, ERR_USAGE, "a device is one target, not several: -t armv7");
	if (tree_target(s.tree, s.target[0], &d.target, e) == -1)
		return -1;
	int rc = deploy(&d, e);
	fs_close(&d.dir);
	return rc == -1 ? -1 : cmd_answer(buf_str(&answer), e);
}
