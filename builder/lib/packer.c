/* SPDX-License-Identifier: ISC */
#include "lib/packer.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zstd.h>

#include "sys/clock.h"
#include "sys/fs.h"

enum { ZSTD_LEVEL = 10, ZSTD_WINDOW_LOG = 24, ZSTD_OUT_BYTES = 128 << 10 };

struct packer {
	const char *path;
	int fd;
	struct archive *archive;
	struct archive_entry *entry;
	ZSTD_CCtx *zstd; /* NULL: what libarchive gives is what is written */
	struct digest_ctx digest;
	uint64_t size_bytes; /* written so far */
	unsigned char buffer[ZSTD_OUT_BYTES];
};

/* ---- what is written ---- */

static bool
put(struct packer *p, const void *bytes, size_t n)
{
	struct err e = { 0 };

	digest_add(&p->digest, bytes, n);
	p->size_bytes += n;
	if (p->fd == -1 || fs_write_all(p->fd, (struct str){ bytes, n }, &e) == 0)
		return true;
	archive_set_error(p->archive, EIO, "%s", e.text);
	return false;
}

static bool
put_zstd(struct packer *p, const void *bytes, size_t n, ZSTD_EndDirective end)
{
	ZSTD_inBuffer in = { bytes, n, 0 };
	size_t left;

	do {
		ZSTD_outBuffer out = { p->buffer, sizeof(p->buffer), 0 };
		left = ZSTD_compressStream2(p->zstd, &out, &in, end);
		if (ZSTD_isError(left)) {
			archive_set_error(p->archive, EIO, "%s", ZSTD_getErrorName(left));
			return false;
		}
		if (!put(p, p->buffer, out.pos))
			return false;
	} while (end == ZSTD_e_end ? left != 0 : in.pos < in.size);
	return true;
}

static la_ssize_t
on_bytes(struct archive *a, void *packer, const void *bytes, size_t n)
{
	struct packer *p = packer;
	bool ok = p->zstd == NULL ? put(p, bytes, n) : put_zstd(p, bytes, n, ZSTD_e_continue);

	(void)a;
	return ok ? (la_ssize_t)n : -1;
}

/* ---- the archive ---- */

static int
fault(const struct packer *p, struct err *e)
{
	const char *text = archive_error_string(p->archive);

	return err_set(e, ERR_MACHINE, "write the archive %s: %s", p->path,
	    text == NULL ? "libarchive refuses" : text);
}

static bool
set_up_zstd(struct packer *p)
{
	p->zstd = ZSTD_createCCtx();
	return p->zstd != NULL &&
	       !ZSTD_isError(
		   ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL)) &&
	       !ZSTD_isError(ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_windowLog, ZSTD_WINDOW_LOG)) &&
	       !ZSTD_isError(ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_checksumFlag, 1));
}

/* Each of them knows its own options. */
static bool
set_up(struct packer *p, enum packer_format format, enum packer_filter filter)
{
	struct archive *a = p->archive;

	/* The end of the archive as it is, whatever it is written to. */
	archive_write_set_bytes_in_last_block(a, 1);
	if ((format == PACKER_TAR ? archive_write_set_format_pax_restricted(a) :
				    archive_write_set_format_cpio_newc(a)) != ARCHIVE_OK)
		return false;
	if (filter == PACKER_GZIP &&
	    (archive_write_add_filter_gzip(a) != ARCHIVE_OK ||
		archive_write_set_filter_option(a, "gzip", "timestamp", NULL) != ARCHIVE_OK))
		return false;
	if (filter == PACKER_ZSTD && !set_up_zstd(p))
		return false;
	return archive_write_open(a, p, NULL, on_bytes, NULL) == ARCHIVE_OK;
}

int
packer_open(int fd, const char *path, enum packer_format format, enum packer_filter filter,
    struct packer **out, struct err *e)
{
	struct packer *p = calloc(1, sizeof(*p));

	*out = NULL;
	if (p == NULL || (p->archive = archive_write_new()) == NULL ||
	    (p->entry = archive_entry_new()) == NULL) {
		packer_close(&p);
		return err_set(e, ERR_MACHINE, "write the archive %s: out of memory", path);
	}
	p->path = path;
	p->fd = fd;
	digest_init(&p->digest);
	*out = p;
	return set_up(p, format, filter) ? 0 : fault(p, e);
}

static int
put_header(struct packer *p, const char *name, unsigned type, unsigned mode, struct err *e)
{
	archive_entry_set_pathname(p->entry, name);
	archive_entry_set_filetype(p->entry, type);
	archive_entry_set_perm(p->entry, (__LA_MODE_T)mode);
	archive_entry_set_mtime(p->entry, CLOCK_FIXED_MTIME, 0);
	archive_entry_set_uname(p->entry, "root");
	archive_entry_set_gname(p->entry, "root");
	archive_entry_set_nlink(p->entry, type == S_IFDIR ? 2 : 1);
	return archive_write_header(p->archive, p->entry) == ARCHIVE_OK ? 0 : fault(p, e);
}

int
packer_folder(struct packer *p, const char *name, unsigned mode, struct err *e)
{
	archive_entry_clear(p->entry);
	archive_entry_set_size(p->entry, 0); /* which cpio asks for */
	return put_header(p, name, S_IFDIR, mode, e);
}

int
packer_link(struct packer *p, const char *name, const char *target, struct err *e)
{
	archive_entry_clear(p->entry);
	archive_entry_set_size(p->entry, 0);
	archive_entry_set_symlink(p->entry, target);
	return put_header(p, name, S_IFLNK, 0777, e);
}

int
packer_file(struct packer *p, const char *name, unsigned mode, uint64_t size_bytes, struct err *e)
{
	archive_entry_clear(p->entry);
	archive_entry_set_size(p->entry, (int64_t)size_bytes);
	return put_header(p, name, S_IFREG, mode, e);
}

int
packer_data(struct packer *p, struct str bytes, struct err *e)
{
	la_ssize_t n = archive_write_data(p->archive, bytes.p, bytes.n);

	return n == (la_ssize_t)bytes.n ? 0 : fault(p, e);
}

int
packer_finish(struct packer *p, struct packed *out, struct err *e)
{
	if (archive_write_finish_entry(p->archive) != ARCHIVE_OK ||
	    archive_write_close(p->archive) != ARCHIVE_OK ||
	    (p->zstd != NULL && !put_zstd(p, NULL, 0, ZSTD_e_end)))
		return fault(p, e);
	out->digest = digest_end(&p->digest);
	out->size_bytes = p->size_bytes;
	return 0;
}

const char *
packer_version(void)
{
	return archive_version_details();
}

void
packer_close(struct packer **p)
{
	if (*p == NULL)
		return;
	archive_entry_free((*p)->entry);
	archive_write_free((*p)->archive);
	ZSTD_freeCCtx((*p)->zstd);
	if ((*p)->digest.impl != NULL)
		digest_end(&(*p)->digest);
	free(*p);
	*p = NULL;
}
