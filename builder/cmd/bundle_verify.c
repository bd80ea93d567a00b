/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <unistd.h>

#include "cmd/bundle_verify.h"
#include "lib/digest.h"
#include "ship/minisign.h"
#include "ship/sums.h"
#include "sys/fs.h"

/* A file that has one, or the line of base64 itself. */
static int
read_key(struct arena *a, const struct args *args, struct minisign_key *out, struct err *e)
{
	struct str given = args->value[OPT_KEY], text = given;
	const char *path = str_z(a, given);

	if (!args->given[OPT_KEY])
		return err_set(e, ERR_USAGE,
		    "--verify wants --key, the public key of who is to have signed it: a file, or "
		    "the line that starts with RW");
	if (fs_exists(AT_FDCWD, path) &&
	    fs_read(a, AT_FDCWD, path, MINISIGN_MAX_BYTES, &text, e) == -1)
		return -1;
	if (minisign_key_parse(text, out, e) == -1)
		return err_wrap(e, "--key %s", path);
	return 0;
}

/* The list, once its signature holds. */
static int
read_sums(struct arena *a, int dir, const struct minisign_key *k, struct str *text,
    struct minisign *m, struct err *e)
{
	struct str signature;

	CLEANUP(fs_close) int fd = fs_open(dir, SUMS_NAME, e);
	if (fd == -1)
		return -1;
	if (fs_read(a, dir, SUMS_SIGNATURE, MINISIGN_MAX_BYTES, &signature, e) == -1)
		return err_wrap(e, "it is not signed");
	if (minisign_parse(signature, m, e) == -1 || minisign_verify(k, m, fd, e) == -1)
		return err_wrap(e, "%s", SUMS_SIGNATURE);
	/* The same descriptor: what was verified is what is read. */
	if (lseek(fd, 0, SEEK_SET) == -1)
		return err_sys(e, "read %s", SUMS_NAME);
	return fs_read_fd(a, fd, SUMS_MAX_BYTES, text, e);
}

static int
check_file(struct arena *a, int dir, const struct sum *sum, struct err *e)
{
	const char *name = str_z(a, sum->name);
	struct digest found;

	CLEANUP(fs_close) int fd = fs_open(dir, name, e);
	if (fd == -1 || digest_fd(fd, &found, NULL, e) == -1)
		return -1;
	if (digest_eq(&found, &sum->digest))
		return 0;
	return err_set(e, ERR_CHECK, "%s is not the file that was signed: %s, and %s is expected",
	    name, digest_hex(a, &found), digest_hex(a, &sum->digest));
}

/* One of them, or all. */
static int
check_files(struct arena *a, int dir, struct str text, struct str wanted, int *n, struct err *e)
{
	struct sum *sum;
	int nsum;

	*n = 0;
	if (sums_parse(a, text, &sum, &nsum, e) == -1)
		return -1;
	for (int i = 0; i < nsum; i++) {
		if (wanted.n != 0 && !str_eq(sum[i].name, wanted))
			continue;
		if (check_file(a, dir, &sum[i], e) == -1)
			return -1;
		(*n)++;
	}
	if (*n == 0)
		return err_set(e, ERR_CHECK, "%s has no line for " STR_FMT, SUMS_NAME,
		    STR_ARG(wanted.n == 0 ? STR("any file") : wanted));
	return 0;
}

int
bundle_verify(
    struct arena *a, const struct args *args, struct str file, struct str *out, struct err *e)
{
	struct str name = str_base(file), folder = { file.p, file.n - name.n };
	struct str text = STR("");
	struct minisign_key k;
	struct minisign m = { 0 };
	int n;

	if (read_key(a, args, &k, e) == -1)
		return -1;
	CLEANUP(fs_close)
	int dir = fs_open_dir(AT_FDCWD, folder.n == 0 ? "." : str_z(a, folder), e);
	if (dir == -1 || read_sums(a, dir, &k, &text, &m, e) == -1 ||
	    check_files(a, dir, text, str_is(name, SUMS_NAME) ? STR("") : name, &n, e) == -1)
		return -1;
	*out = str_printf(a, "%d file%s as signed by key %s\n%s\n", n, n == 1 ? "" : "s",
	    minisign_number(a, k.number), str_z(a, str_clean(a, m.comment)));
	return 0;
}
