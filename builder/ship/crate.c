/* SPDX-License-Identifier: ISC */
#include "ship/crate.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/folder.h"
#include "make/fetcher.h"
#include "ship/minisign.h"
#include "ship/notice.h"
#include "ship/sbom.h"
#include "ship/sums.h"
#include "ship/verify.h"
#include "sys/fs.h"

/* Below tmp: what goes into images and is no file of the crate. */
#define IMAGES ".images"

/* ---- the beginning ---- */

static int
copy_overlay(struct crate *c, const char *from, struct str_vec *names, struct err *e)
{
	struct folder folder = { 0 };

	if (fs_mkdirs(c->out_dir, c->overlay, e) == -1)
		return -1;
	CLEANUP(fs_close) int to = fs_open_dir(c->out_dir, c->overlay, e);
	if (to == -1 || folder_read(c->a, from, FOLDER_ALL, to, &folder, e) == -1)
		return err_wrap(e, "overlay " STR_FMT, STR_ARG(c->bundle->overlay));
	*names = (struct str_vec){ folder.entry.v, folder.entry.n, folder.entry.n };
	return 0;
}

int
crate_open(struct crate *c, const char *from, struct str_vec *overlay, struct err *e)
{
	struct str name = c->bundle->name;

	c->oci = (struct oci){ .a = c->a, .name = name, .summary = c->bundle->summary };
	*overlay = (struct str_vec){ 0 };
	if (draft_open(c->a, c->out_dir, "bundle", str_z(c->a, name), &c->draft, e) == -1)
		return -1;
	c->overlay = arena_printf(c->a, "%s.overlay", c->draft.tmp);
	if (fs_remove(c->out_dir, c->overlay, e) == -1)
		return -1;
	return from == NULL ? 0 : copy_overlay(c, from, overlay, e);
}

/* ---- the overlay ---- */

static int
add_own(const struct crate *c, int dir, struct str name, struct fileset *fs, struct err *e)
{
	const char *path = str_z(c->a, name);
	struct fileset_entry new = { .path = name, .type = 'f', .package = STR("") };
	struct stat st;

	if (fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return err_sys(e, "overlay: stat %s", path);
	if (S_ISDIR(st.st_mode))
		return 0;
	if (S_ISLNK(st.st_mode)) {
		new.type = 'l';
		if (fs_read_link(c->a, dir, path, &new.target, e) == -1)
			return -1;
		return fileset_overlay(fs, &new, e);
	}
	CLEANUP(fs_close) int fd = fs_open(dir, path, e);
	if (fd == -1 || digest_fd(fd, &new.digest, &new.size_bytes, e) == -1)
		return -1;
	new.mode = (st.st_mode & 0100) != 0 ? 0755 : 0644;
	new.from = arena_printf(c->a, "%s/%s/%s", c->out_path, c->overlay, path);
	return fileset_overlay(fs, &new, e);
}

int
crate_overlay(
    const struct crate *c, const struct str_vec *overlay, struct fileset *fs, struct err *e)
{
	if (overlay->n == 0)
		return 0;
	CLEANUP(fs_close) int dir = fs_open_dir(c->out_dir, c->overlay, e);
	if (dir == -1)
		return -1;
	for (int i = 0; i < overlay->n; i++)
		if (add_own(c, dir, overlay->v[i], fs, e) == -1)
			return -1;
	return 0;
}

/* ---- archives and bills ---- */

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

static int
measure(const struct crate *c, const char *name, struct crate_file *out, struct err *e)
{
	CLEANUP(fs_close) int fd = fs_open(c->draft.dir, name, e);

	out->name = name;
	return fd == -1 ? -1 : digest_fd(fd, &out->digest, &out->size_bytes, e);
}

/* A file is complete. */
static int
keep(struct crate *c, const char *name, struct err *e)
{
	struct crate_file new = { 0 };

	if (measure(c, name, &new, e) == -1)
		return -1;
	VEC_ADD(c->a, &c->file, new);
	return 0;
}

static int
pack(const struct crate *c, struct str list, const char *name, const char *format,
    struct str *packer, struct err *e)
{
	const char *to = arena_printf(c->a, "%s/%s/%s", c->out_path, c->draft.tmp, name);
	const char *argv[] = { c->fetch_program, "pack", "--to", to, "--format", format, NULL };
	struct str answers;

	if (fetcher_run(c->a, argv, list, &answers, e) == -1)
		return -1;
	return str_cut(&answers, '\n', packer) ?
		   0 :
		   err_set(e, ERR_MACHINE, "kiln-fetch did not say what it packs with");
}

/* It is no file of the bundle: its digest is the same whatever compressed the others. */
static int
measure_tar(const struct crate *c, struct str list, struct bill *bill, struct err *e)
{
	struct crate_file bare;

	if (pack(c, list, "bare.tar", "tar", &bill->packer, e) == -1 ||
	    measure(c, "bare.tar", &bare, e) == -1)
		return -1;
	bill->tar = bare.digest;
	bill->tar_bytes = bare.size_bytes;
	return fs_remove(c->draft.dir, "bare.tar", e);
}

static const char *
name_of(const struct crate *c, const struct bill *bill, const char *suffix)
{
	return arena_printf(c->a, STR_FMT "-" STR_FMT ".%s", STR_ARG(c->bundle->name),
	    STR_ARG(bill->target->name), suffix);
}

static int
write_archives(struct crate *c, struct str list, struct bill *bill, struct err *e)
{
	for (int k = 0; k < BUNDLE_FORMATS; k++) {
		const char *name = name_of(c, bill, bundle_format_suffix(k));
		if (c->format[k] && k != BUNDLE_OCI &&
		    (pack(c, list, name, bundle_format_name(k), &bill->packer, e) == -1 ||
			keep(c, name, e) == -1))
			return -1;
	}
	return 0;
}

/* ---- documents ---- */

static int
write_document(struct crate *c, const char *name, const struct buf *text, struct err *e)
{
	if (fs_replace(c->draft.dir, name, buf_str(text), 0644, e) == -1)
		return -1;
	return keep(c, name, e);
}

static int
write_documents(struct crate *c, const struct bill *bill, struct err *e)
{
	struct buf list = { .a = c->a }, sbom = { .a = c->a }, notice = { .a = c->a };

	bill_print(&list, bill);
	sbom_print(&sbom, bill);
	if (notice_print(&notice, bill, c->store, e) == -1 ||
	    write_document(c, name_of(c, bill, "json"), &list, e) == -1 ||
	    write_document(c, name_of(c, bill, "cdx.json"), &sbom, e) == -1)
		return -1;
	return write_document(c, name_of(c, bill, "NOTICE.txt"), &notice, e);
}

/* ---- images ---- */

/* The bundle's shell, where it has one. */
static struct str
entry_of(const struct fileset *fs)
{
	static const char *const shell[] = { "bin/sh", "usr/bin/sh" };

	for (size_t i = 0; i < COUNT_OF(shell); i++)
		if (map_get(&fs->taken, str_of(shell[i])) != -1)
			return str_of(shell[i]);
	return STR("");
}

static int
add_image(struct crate *c, struct str list, struct bill *bill, struct err *e)
{
	const char *gz = name_of(c, bill, bundle_format_suffix(BUNDLE_TAR_GZ));
	struct crate_file layer;

	if (!c->format[BUNDLE_TAR_GZ]) {
		gz = arena_printf(c->a, IMAGES "/%s", gz);
		if (fs_mkdirs(c->draft.dir, IMAGES, e) == -1 ||
		    pack(c, list, gz, bundle_format_name(BUNDLE_TAR_GZ), &bill->packer, e) == -1)
			return -1;
	}
	if (measure(c, gz, &layer, e) == -1)
		return -1;
	struct oci_image image = { .platform = bill->target->platform,
		.entry = entry_of(bill->files),
		.layer = { .digest = layer.digest,
		    .size_bytes = layer.size_bytes,
		    .from = arena_printf(c->a, "%s/%s/%s", c->out_path, c->draft.tmp, gz) },
		.bare = bill->tar };
	oci_add(&c->oci, &image);
	return 0;
}

/* Give a file of the layout a place to be packed from. */
static int
place(struct crate *c, struct oci_file *f, struct err *e)
{
	const char *name = arena_printf(c->a, IMAGES "/" STR_FMT, STR_ARG(str_base(f->path)));

	f->from = arena_printf(c->a, "%s/%s/%s", c->out_path, c->draft.tmp, name);
	return fs_replace(c->draft.dir, name, f->text, 0644, e);
}

static int
write_images(struct crate *c, struct err *e)
{
	const char *name = arena_printf(
	    c->a, STR_FMT ".%s", STR_ARG(c->bundle->name), bundle_format_suffix(BUNDLE_OCI));
	struct buf list = { .a = c->a };
	struct str packer;

	if (!c->format[BUNDLE_OCI])
		return 0;
	oci_finish(&c->oci);
	if (fs_mkdirs(c->draft.dir, IMAGES, e) == -1)
		return -1;
	for (int i = 0; i < c->oci.file.n; i++) {
		struct oci_file *f = &c->oci.file.v[i];
		if (f->from == NULL && place(c, f, e) == -1)
			return -1;
		buf_printf(&list, "file 644 %llu %s " STR_FMT "\t%s\n",
		    (unsigned long long)f->size_bytes, digest_hex(c->a, &f->digest),
		    STR_ARG(f->path), f->from);
	}
	if (pack(c, buf_str(&list), name, "tar", &packer, e) == -1 || keep(c, name, e) == -1)
		return -1;
	return fs_remove(c->draft.dir, IMAGES, e);
}

/* ---- a target ---- */

int
crate_add(struct crate *c, struct bill *bill, struct err *e)
{
	struct str list = list_of(c->a, bill->files);

	if (measure_tar(c, list, bill, e) == -1 || write_archives(c, list, bill, e) == -1 ||
	    (c->format[BUNDLE_OCI] && add_image(c, list, bill, e) == -1))
		return -1;
	return write_documents(c, bill, e);
}

/* ---- the end ---- */

static int
write_script(struct crate *c, struct err *e)
{
	if (fs_replace(c->draft.dir, VERIFY_NAME, verify_text(), 0755, e) == -1)
		return -1;
	return keep(c, VERIFY_NAME, e);
}

static int
write_sums(struct crate *c, struct err *e)
{
	struct sum *sum = ARENA_NEW(c->a, struct sum, (size_t)c->file.n);
	struct buf text = { .a = c->a };

	for (int i = 0; i < c->file.n; i++)
		sum[i] = (struct sum){ c->file.v[i].digest, str_of(c->file.v[i].name) };
	sums_print(&text, sum, c->file.n);
	return fs_replace(c->draft.dir, SUMS_NAME, buf_str(&text), 0644, e);
}

static int
sign(struct crate *c, const struct ed25519_secret *key, struct err *e)
{
	struct buf text = { .a = c->a };
	struct str comment = str_printf(c->a, "bundle " STR_FMT ", " SUMS_NAME " by kiln %s",
	    STR_ARG(c->bundle->name), KILN_VERSION);

	CLEANUP(fs_close) int fd = fs_open(c->draft.dir, SUMS_NAME, e);
	if (fd == -1 || minisign_sign(key, fd, comment, &text, e) == -1)
		return -1;
	return fs_replace(c->draft.dir, SUMS_SIGNATURE, buf_str(&text), 0644, e);
}

int
crate_finish(struct crate *c, const struct ed25519_secret *key, struct err *e)
{
	if (write_images(c, e) == -1 || write_script(c, e) == -1 || write_sums(c, e) == -1 ||
	    (key != NULL && sign(c, key, e) == -1) || draft_finish(&c->draft, e) == -1)
		return -1;
	return fs_remove(c->out_dir, c->overlay, e);
}

void
crate_close(struct crate *c)
{
	draft_close(&c->draft);
}
