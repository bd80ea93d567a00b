/* SPDX-License-Identifier: ISC */
#include "cmd/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "sys/fs.h"
#include "sys/term.h"

enum { KEY_MAX_BYTES = 64 << 10 };

/* Its first line. */
static int
from_file(struct arena *a, struct str path, struct str *out, struct err *e)
{
	struct str text;

	if (fs_read(a, AT_FDCWD, str_z(a, path), KEY_MAX_BYTES, &text, e) == -1)
		return err_wrap(e, "--passphrase-file");
	if (!str_cut(&text, '\n', out) || out->n == 0)
		return err_set(
		    e, ERR_USAGE, "--passphrase-file " STR_FMT ": it is empty", STR_ARG(path));
	return 0;
}

int
secret_passphrase(struct arena *a, const struct args *args, struct str *out, struct err *e)
{
	struct str again;

	*out = STR("");
	if (args->given[OPT_NO_PASSPHRASE])
		return 0;
	if (args->given[OPT_PASSPHRASE_FILE])
		return from_file(a, args->value[OPT_PASSPHRASE_FILE], out, e);
	if (term_ask(a, "Passphrase for the new key: ", out, e) == -1)
		return err_wrap(e, "--passphrase-file FILE or --no-passphrase is wanted");
	if (out->n == 0)
		return err_set(e, ERR_USAGE,
		    "an empty passphrase protects nothing: say --no-passphrase if that is meant");
	if (term_ask(a, "Once more: ", &again, e) == -1)
		return -1;
	return str_eq(*out, again) ? 0 : err_set(e, ERR_USAGE, "the two are not the same");
}

static int
open_sealed(
    struct arena *a, const struct args *args, const char *path, struct str *out, struct err *e)
{
	if (args->given[OPT_PASSPHRASE_FILE])
		return from_file(a, args->value[OPT_PASSPHRASE_FILE], out, e);
	if (term_ask(a, arena_printf(a, "Passphrase of %s: ", path), out, e) == -1)
		return err_wrap(e, "%s is sealed: --passphrase-file FILE is wanted", path);
	return 0;
}

int
secret_load(struct arena *a, const struct args *args, const char *path, struct ed25519_secret *out,
    struct err *e)
{
	struct str pem, passphrase = STR("");
	struct stat st;

	if (stat(path, &st) == -1)
		return err_set(e, ERR_USAGE, "--key %s: %s; `kiln key new FILE` makes one", path,
		    strerror(errno));
	if ((st.st_mode & 077) != 0)
		return err_set(e, ERR_USAGE,
		    "--key %s: others than you may read it: chmod 600 %s, if nobody did", path,
		    path);
	if (fs_read(a, AT_FDCWD, path, KEY_MAX_BYTES, &pem, e) == -1)
		return -1;
	if (ed25519_is_sealed(pem) && open_sealed(a, args, path, &passphrase, e) == -1)
		return -1;
	if (ed25519_parse(pem, passphrase, out, e) == -1)
		return err_wrap(e, "--key %s", path);
	return 0;
}
