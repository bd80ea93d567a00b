/*
 * mkarchive - write a tar as no tar program would.
 *
 *	mkarchive FILE MEMBER...      FILE.gz and FILE.xz are packed so
 *
 * A member is words with tabs between them:
 *	file NAME TEXT [MODE] · folder NAME · link NAME TARGET · hard NAME TARGET
 *	block NAME · char NAME · fifo NAME · zeros NAME BYTES · sparse NAME BYTES · many NAME N
 *
 * SPDX-License-Identifier: ISC
 */
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct archive *out;

static void
check(int status)
{
	if (status != ARCHIVE_OK) {
		fprintf(stderr, "mkarchive: %s\n", archive_error_string(out));
		exit(7);
	}
}

static struct archive_entry *
entry_of(const char *name, unsigned type, unsigned mode)
{
	struct archive_entry *e = archive_entry_new();

	archive_entry_copy_pathname(e, name);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, mode);
	archive_entry_set_mtime(e, 1000000000, 0);
	archive_entry_set_size(e, 0);
	return e;
}

static void
put(struct archive_entry *e, const char *text)
{
	if (text != NULL)
		archive_entry_set_size(e, (la_int64_t)strlen(text));
	check(archive_write_header(out, e));
	if (text != NULL && archive_write_data(out, text, strlen(text)) < 0)
		exit(7);
	archive_entry_free(e);
}

static void
put_zeros(const char *name, long long n)
{
	static char zeros[1 << 16];
	struct archive_entry *e = entry_of(name, AE_IFREG, 0644);

	archive_entry_set_size(e, n);
	check(archive_write_header(out, e));
	for (; n > 0; n -= (long long)sizeof(zeros))
		archive_write_data(
		    out, zeros, n < (long long)sizeof(zeros) ? (size_t)n : sizeof(zeros));
	archive_entry_free(e);
}

static void
put_sparse(const char *name, long long n)
{
	struct archive_entry *e = entry_of(name, AE_IFREG, 0644);

	archive_entry_set_size(e, n);
	archive_entry_sparse_add_entry(e, 0, 1);
	check(archive_write_header(out, e));
	archive_write_data(out, "x", 1);
	archive_entry_free(e);
}

static void
put_many(const char *name, int n)
{
	char one[512];

	for (int i = 0; i < n; i++) {
		snprintf(one, sizeof(one), "%s%d", name, i);
		put(entry_of(one, AE_IFREG, 0644), "");
	}
}

static void
member(char *spec)
{
	char *word[4] = { "", "", "", "644" };
	int n = 0;

	for (char *p = spec; p != NULL && n < 4; n++)
		word[n] = strsep(&p, "\t");
	struct archive_entry *e = entry_of(word[1], AE_IFREG, (unsigned)strtoul(word[3], NULL, 8));
	const char *kind = word[0];
	if (strcmp(kind, "file") == 0) {
		put(e, word[2]);
		return;
	}
	if (strcmp(kind, "folder") == 0)
		archive_entry_set_filetype(e, AE_IFDIR);
	if (strcmp(kind, "block") == 0 || strcmp(kind, "char") == 0) {
		archive_entry_set_filetype(e, kind[0] == 'b' ? AE_IFBLK : AE_IFCHR);
		archive_entry_set_rdevmajor(e, 1);
		archive_entry_set_rdevminor(e, 3);
	}
	if (strcmp(kind, "fifo") == 0)
		archive_entry_set_filetype(e, AE_IFIFO);
	if (strcmp(kind, "link") == 0) {
		archive_entry_set_filetype(e, AE_IFLNK);
		archive_entry_copy_symlink(e, word[2]);
	}
	if (strcmp(kind, "hard") == 0)
		archive_entry_copy_hardlink(e, word[2]);
	if (strcmp(kind, "zeros") == 0)
		put_zeros(word[1], strtoll(word[2], NULL, 10));
	else if (strcmp(kind, "sparse") == 0)
		put_sparse(word[1], strtoll(word[2], NULL, 10));
	else if (strcmp(kind, "many") == 0)
		put_many(word[1], (int)strtol(word[2], NULL, 10));
	else
		put(e, NULL);
}

int
main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	setlocale(LC_CTYPE, "C.UTF-8");
	out = archive_write_new();
	check(archive_write_set_format_pax_restricted(out));
	if (strstr(argv[1], ".gz") != NULL)
		check(archive_write_add_filter_gzip(out));
	if (strstr(argv[1], ".xz") != NULL)
		check(archive_write_add_filter_xz(out));
	check(archive_write_open_filename(out, argv[1]));
	for (int i = 2; i < argc; i++)
		member(argv[i]);
	check(archive_write_close(out));
	archive_write_free(out);
	return 0;
}
