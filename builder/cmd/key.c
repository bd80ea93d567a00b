/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/secret.h"
#include "ship/minisign.h"
#include "sys/fs.h"

/* Never over one that is there: what it signed could not be signed again. */
static int
write_new(const char *path, struct str text, mode_t mode, struct err *e)
{
	CLEANUP(fs_close)
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);

	if (fd == -1)
		return err_set(e, ERR_USAGE, "key new %s: %s", path,
		    errno == EEXIST ? "it is there already; name another file" : strerror(errno));
	if (fs_write_all(fd, text, e) == -1)
		return -1;
	return fsync(fd) == -1 ? err_sys(e, "write %s", path) : 0;
}

static int
print_public(struct arena *a, const struct ed25519_secret *s, struct str *out, struct err *e)
{
	struct minisign_key k;
	struct buf text = { .a = a };

	if (minisign_key_of(s, &k, e) == -1)
		return -1;
	minisign_key_print(&text, &k);
	*out = buf_str(&text);
	return 0;
}

static int
key_new(struct arena *a, const struct args *args, const char *path, struct err *e)
{
	const char *public_path = arena_printf(a, "%s.pub", path);
	struct ed25519_secret s = { 0 };
	struct str passphrase, pem = STR(""), public = STR("");

	if (secret_passphrase(a, args, &passphrase, e) == -1 || ed25519_make(&s, e) == -1)
		return -1;
	int rc = ed25519_print(a, &s, passphrase, &pem, e);
	if (rc == 0)
		rc = print_public(a, &s, &public, e);
	if (rc == 0)
		rc = write_new(path, pem, 0600, e);
	if (rc == 0)
		rc = write_new(public_path, public, 0644, e);
	ed25519_free(&s);
	if (rc == -1)
		return -1;
	fprintf(stderr, "kiln: %s is the secret key: keep it; %s is for those who verify\n", path,
	    public_path);
	return cmd_answer(public, e);
}

static int
key_show(struct arena *a, const struct args *args, const char *path, struct err *e)
{
	struct ed25519_secret s = { 0 };
	struct str public = STR("");

	if (secret_load(a, args, path, &s, e) == -1)
		return -1;
	int rc = print_public(a, &s, &public, e);
	ed25519_free(&s);
	return rc == -1 ? -1 : cmd_answer(public, e);
}

int
cmd_key(const struct args *args, int *status, struct err *e)
{
	static struct arena a;

	(void)status;
	if (args->operand.n != 2)
		return err_set(e, ERR_USAGE, "key wants what to do, new or show, and a file");
	const char *path = str_z(&a, args->operand.v[1]);
	if (str_is(args->operand.v[0], "new"))
		return key_new(&a, args, path, e);
	if (str_is(args->operand.v[0], "show"))
		return key_show(&a, args, path, e);
	return err_set(
	    e, ERR_USAGE, "key " STR_FMT ": wants new or show", STR_ARG(args->operand.v[0]));
}
