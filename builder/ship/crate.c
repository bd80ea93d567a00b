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

/* Where a file of the crate is while that is filled. */
static const char *
path_of(const struct crate *c, const char *name)
{
	return arena_printf(c->a, "%s/%s/%s", c->out_path, c->draft.tmp, name);
}

/* An archive in the making. */
struct parcel {
	const char *format;
	struct crate_file file; /* its name is NULL where only the digest is asked for */
	bool is_kept, is_layer; /* a file of the crate; of an image */
	struct fetcher fetcher;
};

static int
start_packing(const struct crate *c, struct str list, struct parcel *p, struct err *e)
{
	const char *argv[] = { c->fetch_program, "pack", "--format", p->format, NULL, NULL, NULL };

	if (p->file.name != NULL) {
		argv[4] = "--to";
		argv[5] = path_of(c, p->file.name);
	}
	return fetcher_start(c->a, argv, list, &p->fetcher, e);
}

static int
end_packing(const struct crate *c, struct parcel *p, struct str *packer, struct err *e)
{
	struct str answer, size, hex;

	if (fetcher_wait(c->a, &p->fetcher, &answer, e) == -1)
		return -1;
	if (!str_cut(&answer, ' ', &size) || str_u64(size, &p->file.size_bytes) == -1 ||
	    !str_cut(&answer, ' ', &hex) || digest_parse(hex, &p->file.digest) == -1 ||
	    !str_cut(&answer, '\n', packer))
		return err_set(e, ERR_MACHINE, "kiln-fetch did not say what it packed");
	return 0;
}

/* All at once: each of them keeps one processor busy, and takes about as long as the others. */
static int
pack(const struct crate *c, struct str list, struct parcel *p, int n, struct str *packer,
    struct err *e)
{
	int started = 0, rc = 0;

	while (started < n && (rc = start_packing(c, list, &p[started], e)) == 0)
		started++;
	for (int i = 0; i < started; i++) {
		struct err later = { 0 };
		if (end_packing(c, &p[i], packer, rc == 0 ? e : &later) == -1)
			rc = -1;
	}
	return rc;
}

static const char *
name_of(const struct crate *c, const struct bill *bill, const char *suffix)
{
	return arena_printf(c->a, STR_FMT "-" STR_FMT ".%s", STR_ARG(c->bundle->name),
	    STR_ARG(bill->target->name), suffix);
}

/* The bare tar first, which is no file of the bundle: its digest is the same whatever compressed
 * the others. An image's layer is packed also where nobody wants it as a file. */
static int
plan_archives(const struct crate *c, const struct bill *bill, struct parcel *p)
{
	int n = 0;

	p[n++] = (struct parcel){ .format = "tar" };
	for (int k = 0; k < BUNDLE_OCI; k++) {
		bool is_layer = k == BUNDLE_TAR_GZ && c->format[BUNDLE_OCI];
		const char *name = name_of(c, bill, bundle_format_suffix(k));
		if (!c->format[k] && !is_layer)
			continue;
		if (!c->format[k])
			name = arena_printf(c->a, IMAGES "/%s", name);
		p[n++] = (struct parcel){ .format = bundle_format_name(k),
			.file.name = name,
			.is_kept = c->format[k],
			.is_layer = is_layer };
	}
	return n;
}

/* ---- documents ---- */

static int
write_file(struct crate *c, const char *name, struct str text, mode_t mode, struct err *e)
{
	struct crate_file new = { .name = name, .digest = digest_of(text), .size_bytes = text.n };

	if (fs_replace(c->draft.dir, name, text, mode, e) == -1)
		return -1;
	VEC_ADD(c->a, &c->file, new);
	return 0;
}

static int
write_documents(struct crate *c, const struct bill *bill, struct err *e)
{
	struct buf list = { .a = c->a }, sbom = { .a = c->a }, notice = { .a = c->a };

	bill_print(&list, bill);
	sbom_print(&sbom, bill);
	if (notice_print(&notice, bill, c->store, e) == -1 ||
	    write_file(c, name_of(c, bill, "json"), buf_str(&list), 0644, e) == -1 ||
	    write_file(c, name_of(c, bill, "cdx.json"), buf_str(&sbom), 0644, e) == -1)
		return -1;
	return write_file(c, name_of(c, bill, "NOTICE.txt"), buf_str(&notice), 0644, e);
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

static void
add_image(struct crate *c, const struct crate_file *layer, const struct bill *bill)
{
	struct oci_image image = { .platform = bill->target->platform,
		.entry = entry_of(bill->files),
		.layer = { .digest = layer->digest,
		    .size_bytes = layer->size_bytes,
		    .from = path_of(c, layer->name) },
		.bare = bill->tar };

	oci_add(&c->oci, &image);
}

/* Give a file of the layout a place to be packed from. */
static int
place(struct crate *c, struct oci_file *f, struct err *e)
{
	const char *name = arena_printf(c->a, IMAGES "/" STR_FMT, STR_ARG(str_base(f->path)));

	f->from = path_of(c, name);
	return fs_replace(c->draft.dir, name, f->text, 0644, e);
}

static int
write_images(struct crate *c, struct err *e)
{
	const char *name = arena_printf(
	    c->a, STR_FMT ".%s", STR_ARG(c->bundle->name), bundle_format_suffix(BUNDLE_OCI));
	struct parcel image = { .format = "tar", .file.name = name };
	struct buf list = { .a = c->a };
	struct str packer;

	if (!c->format[BUNDLE_OCI])
		return 0;
	oci_finish(&c->oci);
	for (int i = 0; i < c->oci.file.n; i++) {
		struct oci_file *f = &c->oci.file.v[i];
		if (f->from == NULL && place(c, f, e) == -1)
			return -1;
		buf_printf(&list, "file 644 %llu %s " STR_FMT "\t%s\n",
		    (unsigned long long)f->size_bytes, digest_hex(c->a, &f->digest),
		    STR_ARG(f->path), f->from);
	}
	if (pack(c, buf_str(&list), &image, 1, &packer, e) == -1)
		return -1;
	VEC_ADD(c->a, &c->file, image.file);
	return fs_remove(c->draft.dir, IMAGES, e);
}

/* ---- a target ---- */

int
crate_add(struct crate *c, struct bill *bill, struct err *e)
{
	struct parcel p[1 + BUNDLE_OCI];
	int n = plan_archives(c, bill, p);

	if (c->format[BUNDLE_OCI] && fs_mkdirs(c->draft.dir, IMAGES, e) == -1)
		return -1;
	if (pack(c, list_of(c->a, bill->files), p, n, &bill->packer, e) == -1)
		return -1;
	bill->tar = p[0].file.digest;
	bill->tar_bytes = p[0].file.size_bytes;
	for (int i = 1; i < n; i++) {
		if (p[i].is_kept)
			VEC_ADD(c->a, &c->file, p[i].file);
		if (p[i].is_layer)
			add_image(c, &p[i].file, bill);
	}
	return write_documents(c, bill, e);
}

/* ---- the end ---- */

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
	if (write_images(c, e) == -1 || write_file(c, VERIFY_NAME, verify_text(), 0755, e) == -1 ||
	    write_sums(c, e) == -1 || (key != NULL && sign(c, key, e) == -1))
		return -1;
	return draft_finish(&c->draft, e);
}

void
crate_close(struct crate *c)
{
	struct err left = { 0 };

	if (c->overlay != NULL && fs_remove(c->out_dir, c->overlay, &left) == -1)
		err_clear(&left); /* crate_open removes it */
	draft_close(&c->draft);
}
