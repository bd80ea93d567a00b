/* SPDX-License-Identifier: ISC */
#include "lib/packer.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "sys/clock.h"

struct packer {
	const char *path;
	struct archive *archive;
	struct archive_entry *entry;
};

static int
fault(const struct packer *p, struct err *e)
{
	const char *text = archive_error_string(p->archive);

	return err_set(e, ERR_MACHINE, "write the archive %s: %s", p->path,
	    text == NULL ? "libarchive refuses" : text);
}

/* Each of them knows its own options. */
static bool
set_up(struct archive *a, enum packer_format format, enum packer_filter filter)
{
	if ((format == PACKER_TAR ? archive_write_set_format_pax_restricted(a) :
				    archive_write_set_format_cpio_newc(a)) != ARCHIVE_OK)
		return false;
	if (filter == PACKER_GZIP)
		return archive_write_add_filter_gzip(a) == ARCHIVE_OK &&
		       archive_write_set_filter_option(a, "gzip", "timestamp", NULL) == ARCHIVE_OK;
	if (filter == PACKER_ZSTD)
		return archive_write_add_filter_zstd(a) == ARCHIVE_OK &&
		       archive_write_set_filter_option(a, "zstd", "compression-level", "19") ==
			   ARCHIVE_OK;
	return true;
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
	*out = p;
	/* The end of the archive as it is, whatever it is written to. */
	archive_write_set_bytes_in_last_block(p->archive, 1);
	if (!set_up(p->archive, format, filter) ||
	    archive_write_open_fd(p->archive, fd) != ARCHIVE_OK)
		return fault(p, e);
	return 0;
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
packer_finish(struct packer *p, struct err *e)
{
	if (archive_write_finish_entry(p->archive) != ARCHIVE_OK ||
	    archive_write_close(p->archive) != ARCHIVE_OK)
		return fault(p, e);
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
	free(*p);
	*p = NULL;
}
