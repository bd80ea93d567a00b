/* SPDX-License-Identifier: ISC */
#include "lib/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* libarchive's own 10 KiB make a system call of every tenth member. */
enum { READ_BYTES = 1 << 20 };

struct archive_reader {
	const char *path;
	struct archive *file;  /* what stands in the file itself */
	struct archive *inner; /* the data.tar of a Debian package, else NULL */
};

/* Where the members are read from. */
static struct archive *
current(const struct archive_reader *r)
{
	return r->inner != NULL ? r->inner : r->file;
}

static int
fault(const struct archive_reader *r, struct archive *a, struct err *e)
{
	const char *text = archive_error_string(a);

	return err_set(
	    e, ERR_FETCH, "read the archive %s: %s", r->path, text == NULL ? "damaged" : text);
}

typedef int support(struct archive *a);

/* A format that the library knows only through another program counts as unknown. */
static int
supports(struct archive_reader *r, struct archive *a, support *const *v, int n, struct err *e)
{
	for (int i = 0; i < n; i++)
		if (v[i](a) != ARCHIVE_OK)
			return fault(r, a, e);
	return 0;
}

static support *const filters[] = {
	archive_read_support_filter_gzip,
	archive_read_support_filter_bzip2,
	archive_read_support_filter_xz,
	archive_read_support_filter_zstd,
};
static support *const formats[] = {
	archive_read_support_format_tar,
	archive_read_support_format_zip,
	archive_read_support_format_ar,
};

static struct archive *
reader_new(void)
{
	struct archive *a = archive_read_new();

	if (a == NULL)
		abort();
	return a;
}

static int
open_file(struct archive_reader *r, int fd, struct err *e)
{
	r->file = reader_new();
	if (supports(r, r->file, filters, COUNT_OF(filters), e) == -1 ||
	    supports(r, r->file, formats, COUNT_OF(formats), e) == -1)
		return -1;
	if (archive_read_open_fd(r->file, fd, READ_BYTES) != ARCHIVE_OK)
		return fault(r, r->file, e);
	return 0;
}

int
archive_open(int fd, const char *path, struct archive_reader **out, struct err *e)
{
	struct archive_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		abort();
	r->path = path;
	if (open_file(r, fd, e) == -1) {
		archive_close(&r);
		return -1;
	}
	*out = r;
	return 0;
}

void
archive_close(struct archive_reader **r)
{
	if (*r == NULL)
		return;
	archive_read_free((*r)->inner);
	archive_read_free((*r)->file);
	free(*r);
	*r = NULL;
}

/* The inner archive reads the member that the outer one stands at. */
static la_ssize_t
read_member(struct archive *inner, void *ctx, const void **bytes)
{
	struct archive_reader *r = ctx;
	la_int64_t offset;
	size_t n;

	int status = archive_read_data_block(r->file, bytes, &n, &offset);
	if (status == ARCHIVE_EOF)
		return 0;
	if (status == ARCHIVE_OK)
		return (la_ssize_t)n;
	archive_set_error(inner, archive_errno(r->file), "%s", archive_error_string(r->file));
	return -1;
}

static int
open_inner(struct archive_reader *r, struct err *e)
{
	r->inner = reader_new();
	if (supports(r, r->inner, filters, COUNT_OF(filters), e) == -1 ||
	    supports(r, r->inner, formats, 1, e) == -1)
		return -1;
	if (archive_read_open(r->inner, r, NULL, read_member, NULL) != ARCHIVE_OK)
		return fault(r, r->inner, e);
	return 0;
}

/* 1: an entry, 0: the end. */
static int
next_header(struct archive_reader *r, struct archive_entry **entry, struct err *e)
{
	int status = archive_read_next_header(current(r), entry);

	if (status == ARCHIVE_EOF)
		return 0;
	return status == ARCHIVE_OK ? 1 : fault(r, current(r), e);
}

static bool
is_ar(const struct archive_reader *r)
{
	return (archive_format(r->file) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_AR;
}

/* *entry is a member of the Debian package: go to the first entry of its data.tar. */
static int
enter_package(struct archive_reader *r, struct archive_entry **entry, struct err *e)
{
	int more = 1;

	while (more == 1) {
		const char *name = archive_entry_pathname(*entry);
		if (name != NULL && str_starts(str_of(name), STR("data.tar")))
			return open_inner(r, e) == -1 ? -1 : next_header(r, entry, e);
		more = next_header(r, entry, e);
	}
	if (more == -1)
		return -1;
	return err_set(e, ERR_FETCH,
	    "read the archive %s: an ar without a data.tar: only Debian packages are understood",
	    r->path);
}

static enum archive_kind
kind_of(struct archive_entry *entry)
{
	static const struct {
		unsigned type;
		enum archive_kind kind;
	} kinds[] = {
		{ AE_IFREG, ARCHIVE_FILE },
		{ AE_IFDIR, ARCHIVE_FOLDER },
		{ AE_IFLNK, ARCHIVE_SYMLINK },
		{ AE_IFCHR, ARCHIVE_DEVICE },
		{ AE_IFBLK, ARCHIVE_DEVICE },
		{ AE_IFIFO, ARCHIVE_FIFO },
		{ AE_IFSOCK, ARCHIVE_SOCKET },
	};

	if (archive_entry_hardlink(entry) != NULL)
		return ARCHIVE_HARDLINK;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (archive_entry_filetype(entry) == kinds[i].type)
			return kinds[i].kind;
	return ARCHIVE_STRANGE;
}

static struct str
view(const char *z)
{
	return z == NULL ? STR("") : str_of(z);
}

static void
describe(struct archive_entry *entry, struct archive_member *out)
{
	la_int64_t size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0;

	*out = (struct archive_member){
		.kind = kind_of(entry),
		.name = view(archive_entry_pathname(entry)),
		.is_program = (archive_entry_perm(entry) & 0111) != 0,
		.size_bytes = size < 0 ? 0 : (uint64_t)size,
	};
	if (out->kind == ARCHIVE_HARDLINK)
		out->link = view(archive_entry_hardlink(entry));
	if (out->kind == ARCHIVE_SYMLINK)
		out->link = view(archive_entry_symlink(entry));
	out->has_data =
	    out->kind == ARCHIVE_FILE || (out->kind == ARCHIVE_HARDLINK && out->size_bytes != 0);
}

int
archive_next(struct archive_reader *r, struct archive_member *out, struct err *e)
{
	struct archive_entry *entry;
	int more = next_header(r, &entry, e);

	if (more == 1 && r->inner == NULL && is_ar(r))
		more = enter_package(r, &entry, e);
	if (more == 1)
		describe(entry, out);
	return more;
}

int
archive_data(struct archive_reader *r, struct str *bytes, uint64_t *offset, struct err *e)
{
	const void *p;
	size_t n;
	la_int64_t at;

	int status = archive_read_data_block(current(r), &p, &n, &at);
	if (status == ARCHIVE_EOF)
		return 0;
	if (status != ARCHIVE_OK || at < 0)
		return fault(r, current(r), e);
	*bytes = (struct str){ p, n };
	*offset = (uint64_t)at;
	return 1;
}

uint64_t
archive_unpacked_bytes(const struct archive_reader *r)
{
	la_int64_t n = archive_filter_bytes(current(r), 0);

	return n < 0 ? 0 : (uint64_t)n;
}
