/*
 * kiln-verify: is this the bundle that the owner of a key signed?
 *
 * It is for the device, which has neither kiln nor minisign: it stands alone, static, on
 * libsodium, reads each file once and needs no memory but its own.
 *
 * SPDX-License-Identifier: ISC
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "verify/beside.h"
#include "verify/list.h"
#include "verify/signature.h"
#include "verify/wrong.h"

enum { DONE = 0, REFUSED = 1, USAGE = 2 };

enum { PATH_MAX_BYTES = 4095 };

static const char usage[] =
    "usage: kiln-verify -p FILE | -P KEY [--ignore-missing] [SHA256SUMS]\n"
    "Verifies SHA256SUMS by SHA256SUMS.minisig and the public key in FILE, or KEY,\n"
    "its line that starts with RW; then each file that SHA256SUMS names.\n";

struct order {
	const char *key_file, *key, *list;
	bool ignores_missing;
};

/* What was asked for, and the bytes it is about. */
struct job {
	struct order order;
	int dir;          /* of the folder that the list is in */
	const char *name; /* of the list */
	char signature_name[PATH_MAX_BYTES + sizeof(".minisig")];
	char list_bytes[LIST_MAX_BYTES + 1], signature_bytes[SIGNATURE_MAX_BYTES + 1];
	struct text list;
	struct public_key key;
	struct signature signature;
	int nverified, nmissing;
};

/* ---- what is asked for ---- */

static bool
order_parse(char **argv, struct order *o)
{
	for (argv++; *argv != NULL; argv++) {
		const char **value = strcmp(*argv, "-p") == 0 ? &o->key_file :
				     strcmp(*argv, "-P") == 0 ? &o->key :
								NULL;
		if (value != NULL && *value == NULL && argv[1] != NULL)
			*value = *++argv;
		else if (strcmp(*argv, "--ignore-missing") == 0)
			o->ignores_missing = true;
		else if (**argv != '-' && **argv != '\0' && o->list == NULL)
			o->list = *argv;
		else
			return false;
	}
	if (o->list == NULL)
		o->list = "SHA256SUMS";
	return (o->key_file == NULL) != (o->key == NULL);
}

static int
read_key(struct job *j)
{
	char buffer[SIGNATURE_MAX_BYTES + 1];
	const char *given = j->order.key, *name = j->order.key_file, *what;
	struct text text = { given, given == NULL ? 0 : strlen(given) };

	if (given == NULL && beside_read(AT_FDCWD, name, buffer, sizeof(buffer) - 1, &text) == -1)
		return -1;
	what = public_key_parse(text, &j->key);
	return what == NULL ? 0 : wrong("%s %s", given == NULL ? name : "-P", what);
}

/* What it is in, and what it is called there. */
static int
open_folder(struct job *j)
{
	const char *list = j->order.list, *slash = strrchr(list, '/');
	char folder[PATH_MAX_BYTES + 1] = ".";
	size_t n = slash == NULL ? 0 : (size_t)(slash - list) + 1;

	if (strlen(list) > PATH_MAX_BYTES || list[n] == '\0')
		return wrong("%s is not the name of a file", list);
	if (n != 0) {
		memcpy(folder, list, n);
		folder[n] = '\0';
	}
	j->name = list + n;
	snprintf(j->signature_name, sizeof(j->signature_name), "%s.minisig", j->name);
	j->dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return j->dir != -1 ? 0 : wrong("%s: %s", folder, strerror(errno));
}

/* ---- is it what was signed? ---- */

/* As minisign shows it: 16 hexadecimal digits, the last byte first. */
static const char *
show_number(const unsigned char number[NUMBER_BYTES], char out[2 * NUMBER_BYTES + 1])
{
	for (int i = 0; i < NUMBER_BYTES; i++)
		snprintf(out + (size_t)2 * i, 3, "%02X", number[NUMBER_BYTES - 1 - i]);
	return out;
}

/* What the second signature covers: the first one and the trusted comment. */
static bool
is_all_signed(const struct signature *s, const struct public_key *k)
{
	char bytes[SIGNATURE_BYTES + COMMENT_MAX_BYTES];

	memcpy(bytes, s->file, SIGNATURE_BYTES);
	memcpy(bytes + SIGNATURE_BYTES, s->comment.p, s->comment.n);
	return crypto_is_signed(
	    (struct text){ bytes, SIGNATURE_BYTES + s->comment.n }, s->all, k->byte);
}

static int
verify_list(struct job *j)
{
	const struct signature *s = &j->signature;
	char found[2 * NUMBER_BYTES + 1], wanted[2 * NUMBER_BYTES + 1];
	struct text text;
	const char *what;

	if (beside_read(j->dir, j->name, j->list_bytes, LIST_MAX_BYTES, &j->list) == -1 ||
	    beside_read(
		j->dir, j->signature_name, j->signature_bytes, SIGNATURE_MAX_BYTES, &text) == -1)
		return -1;
	what = signature_parse(text, &j->signature);
	if (what != NULL)
		return wrong("%s %s", j->signature_name, what);
	if (memcmp(s->number, j->key.number, NUMBER_BYTES) != 0)
		return wrong("%s is by key %s, and %s is expected", j->signature_name,
		    show_number(s->number, found), show_number(j->key.number, wanted));
	if (!is_all_signed(s, &j->key))
		return wrong("%s or its trusted comment was changed, or is by another key",
		    j->signature_name);
	if (!crypto_is_digest_signed(j->list, s->file, j->key.byte))
		return wrong("%s is not the file that was signed", j->name);
	return 0;
}

static int
check_file(struct job *j, const struct row *row)
{
	unsigned char found[SHA256_BYTES];
	bool is_there;
	int fd = beside_open(j->dir, row->name, &is_there);

	if (!is_there && !j->order.ignores_missing)
		return wrong("%s is not there; --ignore-missing goes on without", row->name);
	if (!is_there) {
		printf("%s is not there\n", row->name);
		j->nmissing++;
		return 0;
	}
	if (fd == -1)
		return -1;
	int rc = crypto_sha256(fd, found);
	int why = errno;
	close(fd);
	if (rc == -1)
		return wrong("%s: %s", row->name, strerror(why));
	if (memcmp(found, row->digest, SHA256_BYTES) != 0)
		return wrong("%s is not the file that was signed", row->name);
	j->nverified++;
	return 0;
}

/* All lines first: no file is read for a list that is none. */
static int
check_files(struct job *j)
{
	struct row row;
	struct text rest = j->list, line;

	for (int number = 1; text_line(&rest, &line); number++)
		if (!row_parse(line, &row))
			return wrong("line %d of %s is not a digest, two blanks and a file's name",
			    number, j->name);
	if (j->list.n == 0)
		return wrong("%s names no file", j->name);
	for (rest = j->list; text_line(&rest, &line);)
		if (!row_parse(line, &row) || check_file(j, &row) == -1)
			return -1;
	if (j->nverified == 0)
		return wrong("no file that %s names is there", j->name);
	return 0;
}

static int
say(const struct job *j)
{
	char number[2 * NUMBER_BYTES + 1];

	printf("%d file%s as signed by key %s\n%.*s\n", j->nverified, j->nverified == 1 ? "" : "s",
	    show_number(j->key.number, number), (int)j->signature.comment.n,
	    j->signature.comment.p);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : wrong("write: %s", strerror(errno));
}

int
main(int argc, char **argv)
{
	static struct job j;

	if (argc == 0 || !order_parse(argv, &j.order)) {
		fputs(usage, stderr);
		return USAGE;
	}
	if (!crypto_start())
		wrong("libsodium does not start");
	else if (read_key(&j) == 0 && open_folder(&j) == 0 && verify_list(&j) == 0 &&
		 check_files(&j) == 0 && say(&j) == 0)
		return DONE;
	return REFUSED;
}
