/* SPDX-License-Identifier: ISC */
#include "ship/minisign.h"

#include <assert.h>
#include <string.h>

#include "base/base64.h"
#include "lib/blake2b.h"
#include "lib/digest.h"

enum {
	COMMENT_MAX_BYTES = 512,
	KIND_BYTES = 2,
	HEAD_BYTES = KIND_BYTES + MINISIGN_NUMBER_BYTES,
};

static const char untrusted[] = "untrusted comment: ", trusted[] = "trusted comment: ";
/* Keys are of this kind, and so were signatures of the file's own bytes; those of its
 * digest, the only ones we make and take, are of the other. */
static const char kind_key[] = "Ed", kind_digest[] = "ED";

/* ---- keys ---- */

int
minisign_key_of(const struct ed25519_secret *s, struct minisign_key *out, struct err *e)
{
	struct digest d;

	if (ed25519_public_of(s, &out->public, e) == -1)
		return -1;
	d = digest_of((struct str){ (const char *)out->public.byte, sizeof(out->public.byte) });
	memcpy(out->number, d.byte, sizeof(out->number));
	return 0;
}

char *
minisign_number(struct arena *a, const unsigned char number[MINISIGN_NUMBER_BYTES])
{
	struct buf out = { .a = a };

	for (int i = MINISIGN_NUMBER_BYTES - 1; i >= 0; i--)
		buf_printf(&out, "%02X", number[i]);
	return out.p;
}

/* A line of base64: kind, number, and what is behind them. */
static void
print_line(struct buf *out, const char *kind, const unsigned char *number, const void *bytes,
    size_t n_bytes)
{
	unsigned char raw[HEAD_BYTES + ED25519_BYTES];

	assert(n_bytes <= ED25519_BYTES);
	memcpy(raw, kind, KIND_BYTES);
	memcpy(raw + KIND_BYTES, number, MINISIGN_NUMBER_BYTES);
	memcpy(raw + HEAD_BYTES, bytes, n_bytes);
	base64_print(out, raw, HEAD_BYTES + n_bytes);
	buf_add_char(out, '\n');
}

static int
parse_line(struct str line, const char *kind, unsigned char *number, void *bytes, size_t n_bytes)
{
	unsigned char raw[HEAD_BYTES + ED25519_BYTES];

	if (base64_parse(line, raw, HEAD_BYTES + n_bytes) == -1 ||
	    memcmp(raw, kind, KIND_BYTES) != 0)
		return -1;
	memcpy(number, raw + KIND_BYTES, MINISIGN_NUMBER_BYTES);
	memcpy(bytes, raw + HEAD_BYTES, n_bytes);
	return 0;
}

void
minisign_key_print(struct buf *out, const struct minisign_key *k)
{
	buf_printf(
	    out, "%sminisign public key %s\n", untrusted, minisign_number(out->a, k->number));
	print_line(out, kind_key, k->number, k->public.byte, sizeof(k->public.byte));
}

int
minisign_key_parse(struct str text, struct minisign_key *out, struct err *e)
{
	struct str line = { 0 };

	if (!str_cut(&text, '\n', &line))
		return err_set(e, ERR_USAGE, "the public key is empty");
	if (str_starts(line, str_of(untrusted)) && !str_cut(&text, '\n', &line))
		return err_set(e, ERR_USAGE, "the public key ends after its comment");
	if (text.n != 0 || parse_line(line, kind_key, out->number, out->public.byte,
			       sizeof(out->public.byte)) == -1)
		return err_set(e, ERR_USAGE,
		    "it is no public key: expected 56 characters of base64 that start with RW");
	return 0;
}

/* ---- signatures ---- */

/* minisign sets the parts of its own apart with tabs. */
static bool
is_comment(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	return s.n <= COMMENT_MAX_BYTES;
}

/* What the second signature covers. */
struct covered {
	char byte[ED25519_BYTES + COMMENT_MAX_BYTES];
	size_t n;
};

static struct covered
cover(const struct ed25519_signature *file, struct str comment)
{
	struct covered c = { .n = sizeof(file->byte) + comment.n };

	assert(comment.n <= COMMENT_MAX_BYTES);
	memcpy(c.byte, file->byte, sizeof(file->byte));
	if (comment.n != 0)
		memcpy(c.byte + sizeof(file->byte), comment.p, comment.n);
	return c;
}

static struct str
view(const void *bytes, size_t n_bytes)
{
	return (struct str){ bytes, n_bytes };
}

int
minisign_sign(
    const struct ed25519_secret *s, int fd, struct str comment, struct buf *out, struct err *e)
{
	unsigned char digest[BLAKE2B_BYTES];
	struct ed25519_signature file, all;
	struct minisign_key k;

	assert(is_comment(comment));
	if (minisign_key_of(s, &k, e) == -1 || blake2b_fd(fd, digest, e) == -1 ||
	    ed25519_sign(s, view(digest, sizeof(digest)), &file, e) == -1)
		return -1;
	struct covered c = cover(&file, comment);
	if (ed25519_sign(s, view(c.byte, c.n), &all, e) == -1)
		return -1;
	buf_printf(
	    out, "%ssignature by kiln, key %s\n", untrusted, minisign_number(out->a, k.number));
	print_line(out, kind_digest, k.number, file.byte, sizeof(file.byte));
	buf_printf(out, "%s" STR_FMT "\n", trusted, STR_ARG(comment));
	base64_print(out, all.byte, sizeof(all.byte));
	buf_add_char(out, '\n');
	return 0;
}

/* A line that has to start so, without that. */
static int
take_comment(struct str *text, const char *start, struct str *rest, struct err *e)
{
	struct str line = { 0 };

	if (!str_cut(text, '\n', &line) || !str_starts(line, str_of(start)))
		return err_set(e, ERR_CHECK, "the signature has no line \"%s...\"", start);
	*rest = str_skip(line, strlen(start));
	if (!is_comment(*rest))
		return err_set(e, ERR_CHECK,
		    "the signature's line \"%s...\" is longer than %d bytes, or no text", start,
		    COMMENT_MAX_BYTES);
	return 0;
}

int
minisign_parse(struct str text, struct minisign *out, struct err *e)
{
	struct str unused, line = { 0 };

	if (text.n > MINISIGN_MAX_BYTES)
		return err_set(e, ERR_CHECK, "it is too long for a signature");
	if (take_comment(&text, untrusted, &unused, e) == -1)
		return -1;
	if (!str_cut(&text, '\n', &line) || parse_line(line, kind_digest, out->number,
						out->file.byte, sizeof(out->file.byte)) == -1)
		return err_set(e, ERR_CHECK,
		    "the signature's second line is damaged, or of a kind that is not taken here");
	if (take_comment(&text, trusted, &out->comment, e) == -1)
		return -1;
	if (!str_cut(&text, '\n', &line) ||
	    base64_parse(line, out->all.byte, sizeof(out->all.byte)) == -1)
		return err_set(e, ERR_CHECK, "the signature's fourth line is damaged or missing");
	return text.n == 0 ? 0 : err_set(e, ERR_CHECK, "the signature has more than four lines");
}

static int
other_key(const struct minisign_key *k, const struct minisign *m, struct err *e)
{
	struct arena tmp = { 0 };
	int rc = err_set(e, ERR_CHECK, "the signature is by key %s, and %s is expected",
	    minisign_number(&tmp, m->number), minisign_number(&tmp, k->number));

	arena_free(&tmp);
	return rc;
}

int
minisign_verify(const struct minisign_key *k, const struct minisign *m, int fd, struct err *e)
{
	unsigned char digest[BLAKE2B_BYTES];
	struct covered c = cover(&m->file, m->comment);

	if (memcmp(k->number, m->number, sizeof(k->number)) != 0)
		return other_key(k, m, e);
	if (!ed25519_verify(&k->public, view(c.byte, c.n), &m->all))
		return err_set(e, ERR_CHECK,
		    "the signature or its trusted comment was changed, or is by another key");
	if (blake2b_fd(fd, digest, e) == -1)
		return -1;
	if (!ed25519_verify(&k->public, view(digest, sizeof(digest)), &m->file))
		return err_set(e, ERR_CHECK, "the file is not the one that was signed");
	return 0;
}
