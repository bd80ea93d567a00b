/* SPDX-License-Identifier: ISC */
#include "fetch/pack.h"

#include <fcntl.h>
#include <string.h>

#include "sys/fs.h"
#include "sys/mapping.h"

struct line {
	bool is_link;
	uint64_t mode, size_bytes;
	struct digest digest;
	struct str path, other; /* where its bytes are; what the link leads to */
};

static const struct {
	const char *name;
	enum packer_format format;
	enum packer_filter filter;
} formats[] = {
	{ "tar", PACKER_TAR, PACKER_PLAIN },
	{ "tar.gz", PACKER_TAR, PACKER_GZIP },
	{ "tar.zst", PACKER_TAR, PACKER_ZSTD },
	{ "cpio", PACKER_CPIO, PACKER_GZIP },
};

int
pack_format(const char *name, struct pack *out, struct err *e)
{
	for (size_t i = 0; i < COUNT_OF(formats); i++)
		if (strcmp(name, formats[i].name) == 0) {
			out->format = formats[i].format;
			out->filter = formats[i].filter;
			return 0;
		}
	return err_set(e, ERR_USAGE, "--format %s: there is no such format", name);
}

static bool
parse_line(struct str text, struct line *out)
{
	struct str kind, mode, size, hex;

	*out = (struct line){ 0 };
	if (!str_cut(&text, ' ', &kind))
		return false;
	out->is_link = str_is(kind, "link");
	if (!out->is_link &&
	    (!str_is(kind, "file") || !str_cut(&text, ' ', &mode) || !str_cut(&text, ' ', &size) ||
		!str_cut(&text, ' ', &hex) || digest_parse(hex, &out->digest) == -1 ||
		str_u64(size, &out->size_bytes) == -1 ||
		!(str_is(mode, "644") || str_is(mode, "755"))))
		return false;
	if (!out->is_link)
		out->mode = str_is(mode, "755") ? 0755 : 0644;
	return str_cut(&text, '\t', &out->path) && str_is_inner_path(out->path) && text.n != 0 &&
	       (out->other = text, true);
}

/* Those of a path that the one before did not have. */
static int
add_folders(struct arena *a, struct packer *p, struct str before, struct str path, struct err *e)
{
	for (size_t i = 0; i < path.n; i++) {
		struct str folder = { path.p, i + 1 };
		if (path.p[i] != '/' || str_starts(before, folder))
			continue;
		folder.n--;
		if (packer_folder(p, str_z(a, folder), 0755, e) == -1)
			return -1;
	}
	return 0;
}

static int
add_file(struct arena *a, struct packer *p, const struct line *line, struct err *e)
{
	CLEANUP(mapping_close) struct mapping m = { 0 };
	const char *from = str_z(a, line->other);

	if (mapping_open(AT_FDCWD, from, &m, e) == -1)
		return -1;
	struct digest digest = digest_of(m.bytes);
	if (m.bytes.n != line->size_bytes || !digest_eq(&digest, &line->digest))
		return err_set(e, ERR_MACHINE,
		    "pack %s: it is damaged: kiln verify --repair moves such objects away", from);
	if (packer_file(p, str_z(a, line->path), (unsigned)line->mode, line->size_bytes, e) == -1)
		return -1;
	return packer_data(p, m.bytes, e);
}

static int
add_all(struct packer *p, struct str list, struct packed *out, struct err *e)
{
	struct str text, before = STR("");
	struct line line;

	for (int n = 1; str_cut(&list, '\n', &text); n++) {
		struct arena tmp = { 0 };
		if (!parse_line(text, &line) || str_cmp(before, line.path) >= 0)
			return err_set(e, ERR_USAGE, "pack: line %d of the list is wrong", n);
		int rc = add_folders(&tmp, p, before, line.path, e);
		if (rc == 0)
			rc = line.is_link ? packer_link(p, str_z(&tmp, line.path),
						str_z(&tmp, line.other), e) :
					    add_file(&tmp, p, &line, e);
		arena_free(&tmp);
		if (rc == -1)
			return -1;
		before = line.path;
	}
	return packer_finish(p, out, e);
}

int
pack(const struct pack *p, struct str list, struct packed *out, struct err *e)
{
	struct packer *packer;
	int rc = packer_open(p->fd, p->path, p->format, p->filter, &packer, e);

	if (rc == 0)
		rc = add_all(packer, list, out, e);
	packer_close(&packer);
	return rc;
}
