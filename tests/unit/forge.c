/*
 * forge DIR: write what somebody signed to DIR/signed, and beside it each forgery of it that we
 * can think of, by name, for those who have to refuse them.
 *
 * A folder has SHA256SUMS, SHA256SUMS.minisig, the two files that are listed, and key.pub, which
 * the one who verifies trusts.  Keys are those of RFC 8032, section 7.1, so that all is the same
 * in every run.
 *
 * SPDX-License-Identifier: ISC
 */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "lib/blake2b.h"
#include "ship/minisign.h"
#include "ship/sums.h"
#include "sys/fs.h"

enum { FILES = 2 };

struct forged {
	struct str name[FILES], file[FILES];
	struct str sums; /* what is signed, and what is written */
	struct str untrusted, comment;
	const char *kind;
	struct ed25519_secret *secret;
	struct minisign_key key;     /* the trusted one */
	struct minisign m;           /* what is printed */
	struct ed25519_secret other; /* somebody else's key */
	struct str text;             /* of the signature */
	bool is_unsigned;
};

/* When a forger comes in: before it is signed, by somebody who can sign; before the signature
 * is printed; and afterwards. */
enum when { NEVER, UNSIGNED, SIGNED, PRINTED };

static struct arena a;
static struct err e;

static const char *const pem[] = {
	"-----BEGIN PRIVATE KEY-----\n"
	"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
	"-----END PRIVATE KEY-----\n",
	"-----BEGIN PRIVATE KEY-----\n"
	"MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
	"-----END PRIVATE KEY-----\n",
};

static void
must(int rc)
{
	if (rc == 0)
		return;
	fprintf(stderr, "forge: %s\n", e.text);
	exit(1);
}

static void sign(struct forged *f);

/* ---- what there is to change ---- */

static struct str
list(const struct forged *f)
{
	struct buf out = { .a = &a };
	struct sum sum[FILES];

	for (int i = 0; i < FILES; i++)
		sum[i] = (struct sum){ digest_of(f->file[i]), f->name[i] };
	sums_print(&out, sum, FILES);
	return buf_str(&out);
}

/* With one bit of one byte changed. */
static struct str
flip(struct str s, size_t at)
{
	struct str out = str_copy(&a, s);

	assert(at < s.n);
	((char *)out.p)[at] ^= 1;
	return out;
}

static struct str
join(struct str one, struct str two)
{
	return str_printf(&a, STR_FMT STR_FMT, STR_ARG(one), STR_ARG(two));
}

/* The start of the line, 1 to 4, of the signature's text. */
static size_t
line_at(struct str text, int line)
{
	struct str rest = text, piece;

	for (int i = 1; i < line; i++)
		assert(str_cut(&rest, '\n', &piece));
	return (size_t)(rest.p - text.p);
}

static struct str
cut(struct str s, size_t n)
{
	assert(n < s.n);
	return (struct str){ s.p, n };
}

static struct str
with_crlf(struct str s)
{
	struct buf out = { .a = &a };
	struct str line;

	while (str_cut(&s, '\n', &line))
		buf_printf(&out, STR_FMT "\r\n", STR_ARG(line));
	return buf_str(&out);
}

static struct str
replace(struct str s, const char *what, const char *with)
{
	const char *at = memmem(s.p, s.n, what, strlen(what));

	assert(at != NULL);
	struct str head = cut(s, (size_t)(at - s.p));
	return str_printf(&a, STR_FMT "%s" STR_FMT, STR_ARG(head), with,
	    STR_ARG(str_skip(s, head.n + strlen(what))));
}

static void
swap(void *one, void *two, size_t n)
{
	unsigned char tmp[ED25519_BYTES];

	assert(n <= sizeof(tmp));
	memcpy(tmp, one, n);
	memcpy(one, two, n);
	memcpy(two, tmp, n);
}

/* ---- files and their list ---- */

static void
file_bit(struct forged *f)
{
	f->file[0] = flip(f->file[0], 7);
}

static void
file_longer(struct forged *f)
{
	f->file[1] = join(f->file[1], STR("\n"));
}

static void
file_shorter(struct forged *f)
{
	f->file[1] = cut(f->file[1], f->file[1].n - 1);
}

static void
files_swapped(struct forged *f)
{
	swap(&f->file[0], &f->file[1], sizeof(f->file[0]));
}

static void
list_bit(struct forged *f)
{
	f->sums = flip(f->sums, 0);
}

static void
list_of_other_file(struct forged *f)
{
	f->file[0] = STR("another program\n");
	f->sums = list(f);
}

static void
list_names_swapped(struct forged *f)
{
	swap(&f->name[0], &f->name[1], sizeof(f->name[0]));
	f->sums = list(f);
	swap(&f->name[0], &f->name[1], sizeof(f->name[0]));
}

static void
list_longer(struct forged *f)
{
	f->sums = join(f->sums, f->sums);
}

static void
list_crlf(struct forged *f)
{
	f->sums = with_crlf(f->sums);
}

static void
list_empty(struct forged *f)
{
	f->sums = STR("");
}

/* Signed, and yet nothing that one who verifies may follow. */
static void
list_leads_out(struct forged *f)
{
	f->sums = replace(f->sums, "  tool", "  ../signed/tool");
}

static void
list_hidden(struct forged *f)
{
	f->name[0] = STR(".profile");
	f->sums = list(f);
}

static void
list_control(struct forged *f)
{
	f->name[0] = STR("tool\033[2J.json");
	f->sums = list(f);
}

/* ---- the parts of a signature ---- */

static void
signature_bit(struct forged *f)
{
	f->m.file.byte[0] ^= 1;
}

static void
signature_s_bit(struct forged *f)
{
	f->m.file.byte[40] ^= 1;
}

static void
global_bit(struct forged *f)
{
	f->m.all.byte[0] ^= 1;
}

static void
comment_changed(struct forged *f)
{
	f->m.comment = flip(f->m.comment, 0);
}

static void
comment_longer(struct forged *f)
{
	f->m.comment = join(f->m.comment, STR("x"));
}

static void
number_bit(struct forged *f)
{
	f->m.number[3] ^= 1;
}

static void
by_other_key(struct forged *f)
{
	struct minisign_key k;

	f->secret = &f->other;
	must(minisign_key_of(&f->other, &k, &e));
	memcpy(f->m.number, k.number, sizeof(k.number));
}

static void
by_other_key_with_our_number(struct forged *f)
{
	f->secret = &f->other;
}

/* What the same key once signed, under this name. */
static void
of_another_file(struct forged *f)
{
	struct str sums = f->sums;

	f->sums = f->file[0];
	sign(f);
	f->sums = sums;
}

static void
halves_swapped(struct forged *f)
{
	swap(f->m.file.byte, f->m.file.byte + ED25519_BYTES / 2, ED25519_BYTES / 2);
}

static void
signatures_swapped(struct forged *f)
{
	swap(&f->m.file, &f->m.all, sizeof(f->m.file));
}

static void
zero_signature(struct forged *f)
{
	memset(&f->m.file, 0, sizeof(f->m.file));
	memset(&f->m.all, 0, sizeof(f->m.all));
}

/* The group's order, lowest byte first: S and S + L satisfy the same equation. */
static void
s_not_reduced(struct forged *f)
{
	static const unsigned char order[] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6,
		0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0x10 };
	unsigned carry = 0;

	for (size_t i = 0; i < sizeof(order); i++) {
		carry += (unsigned)f->m.all.byte[32 + i] + order[i];
		f->m.all.byte[32 + i] = (unsigned char)carry;
		carry >>= 8;
	}
}

/* A trusted key for which anybody can sign: with the neutral point as key and as R, and S = 0,
 * the equation holds for all that may be signed. */
static void
weak_key(struct forged *f)
{
	zero_signature(f);
	f->m.file.byte[0] = f->m.all.byte[0] = 1;
	memset(&f->key.public, 0, sizeof(f->key.public));
	f->key.public.byte[0] = 1;
}

/* The same point, written as y = p + 1. */
static void
weak_key_not_reduced(struct forged *f)
{
	weak_key(f);
	memset(&f->key.public, 0xff, sizeof(f->key.public));
	f->key.public.byte[0] = 0xee;
	f->key.public.byte[31] = 0x7f;
}

static void
zero_key(struct forged *f)
{
	zero_signature(f);
	memset(&f->key.public, 0, sizeof(f->key.public));
}

/* ---- how it is made ---- */

/* minisign's old kind signs the bytes themselves, and is a right signature. */
static void
legacy(struct forged *f)
{
	f->kind = "Ed";
}

static void
legacy_by_name(struct forged *f)
{
	f->kind = "Ed";
}

static void
unknown_kind(struct forged *f)
{
	f->kind = "EE";
}

static void
control_in_comment(struct forged *f)
{
	f->comment = STR("good\033[2J");
}

static void
endless_comment(struct forged *f)
{
	char *p = arena_alloc(&a, 3000);

	memset(p, 'x', 3000);
	f->comment = (struct str){ p, 3000 };
}

/* ---- the text ---- */

static void
no_signature(struct forged *f)
{
	f->is_unsigned = true;
}

static void
empty(struct forged *f)
{
	f->text = STR("");
}

static void
cut_in_first_line(struct forged *f)
{
	f->text = cut(f->text, 10);
}

static void
cut_behind_first_line(struct forged *f)
{
	f->text = cut(f->text, line_at(f->text, 2));
}

static void
cut_in_second_line(struct forged *f)
{
	f->text = cut(f->text, line_at(f->text, 2) + 50);
}

static void
cut_behind_second_line(struct forged *f)
{
	f->text = cut(f->text, line_at(f->text, 3));
}

static void
cut_behind_third_line(struct forged *f)
{
	f->text = cut(f->text, line_at(f->text, 4));
}

static void
cut_in_fourth_line(struct forged *f)
{
	f->text = cut(f->text, f->text.n - 5);
}

static void
huge(struct forged *f)
{
	enum { N = 4 << 20 };
	char *p = arena_alloc(&a, N);

	memset(p, 'A', N);
	f->text = join(f->text, (struct str){ p, N });
}

static void
fifth_line(struct forged *f)
{
	f->text = join(f->text, STR("trusted comment: and more\n"));
}

static void
twice(struct forged *f)
{
	f->text = join(f->text, f->text);
}

static void
crlf(struct forged *f)
{
	f->text = with_crlf(f->text);
}

/* Text that is shown and not signed, where it is cut off at a carriage return. */
static void
carriage_return_in_comment(struct forged *f)
{
	f->text = replace(f->text, "of forge", "of forge\rand of somebody else");
}

static void
nul_in_comment(struct forged *f)
{
	struct str at = str_skip(f->text, line_at(f->text, 4) - 1);
	size_t n = f->text.n;
	char *p = arena_alloc(&a, n + 1);

	memcpy(p, f->text.p, n - at.n);
	p[n - at.n] = '\0';
	memcpy(p + n - at.n + 1, at.p, at.n);
	f->text = (struct str){ p, n + 1 };
}

static void
garbage(struct forged *f)
{
	f->text = replace(f->text, "RU", "R!");
}

static void
blank_in_base64(struct forged *f)
{
	f->text = replace(f->text, "RU", "RU ");
}

static void
no_padding(struct forged *f)
{
	f->text = replace(f->text, "==\n", "\n");
}

/* The last digit of the fourth line has bits that stand for nothing. */
static void
unused_bits(struct forged *f)
{
	size_t at = f->text.n - strlen("A==\n");
	char digit = f->text.p[at];

	assert(digit == 'A' || digit == 'Q' || digit == 'g' || digit == 'w');
	f->text = str_copy(&a, f->text);
	((char *)f->text.p)[at]++;
}

static void
other_first_line(struct forged *f)
{
	f->text = replace(f->text, "untrusted comment: ", "trusted comment: ");
}

static const struct {
	const char *name;
	enum when when;
	void (*change)(struct forged *f);
} forgery[] = {
	{ "signed", NEVER, NULL },
	{ "file_bit", PRINTED, file_bit },
	{ "file_longer", PRINTED, file_longer },
	{ "file_shorter", PRINTED, file_shorter },
	{ "files_swapped", PRINTED, files_swapped },
	{ "list_bit", PRINTED, list_bit },
	{ "list_of_other_file", PRINTED, list_of_other_file },
	{ "list_names_swapped", PRINTED, list_names_swapped },
	{ "list_longer", PRINTED, list_longer },
	{ "list_crlf", PRINTED, list_crlf },
	{ "list_empty", PRINTED, list_empty },
	{ "list_leads_out", UNSIGNED, list_leads_out },
	{ "list_hidden", UNSIGNED, list_hidden },
	{ "list_control", UNSIGNED, list_control },
	{ "list_signed_crlf", UNSIGNED, list_crlf },
	{ "list_signed_empty", UNSIGNED, list_empty },
	{ "signature_bit", SIGNED, signature_bit },
	{ "signature_s_bit", SIGNED, signature_s_bit },
	{ "global_bit", SIGNED, global_bit },
	{ "comment_changed", SIGNED, comment_changed },
	{ "comment_longer", SIGNED, comment_longer },
	{ "number_bit", SIGNED, number_bit },
	{ "by_other_key", UNSIGNED, by_other_key },
	{ "by_other_key_with_our_number", UNSIGNED, by_other_key_with_our_number },
	{ "of_another_file", SIGNED, of_another_file },
	{ "halves_swapped", SIGNED, halves_swapped },
	{ "signatures_swapped", SIGNED, signatures_swapped },
	{ "zero_signature", SIGNED, zero_signature },
	{ "s_not_reduced", SIGNED, s_not_reduced },
	{ "weak_key", SIGNED, weak_key },
	{ "weak_key_not_reduced", SIGNED, weak_key_not_reduced },
	{ "zero_key", SIGNED, zero_key },
	{ "legacy", UNSIGNED, legacy },
	{ "legacy_by_name", SIGNED, legacy_by_name },
	{ "unknown_kind", SIGNED, unknown_kind },
	{ "control_in_comment", UNSIGNED, control_in_comment },
	{ "endless_comment", UNSIGNED, endless_comment },
	{ "no_signature", PRINTED, no_signature },
	{ "empty", PRINTED, empty },
	{ "cut_in_first_line", PRINTED, cut_in_first_line },
	{ "cut_behind_first_line", PRINTED, cut_behind_first_line },
	{ "cut_in_second_line", PRINTED, cut_in_second_line },
	{ "cut_behind_second_line", PRINTED, cut_behind_second_line },
	{ "cut_behind_third_line", PRINTED, cut_behind_third_line },
	{ "cut_in_fourth_line", PRINTED, cut_in_fourth_line },
	{ "huge", PRINTED, huge },
	{ "fifth_line", PRINTED, fifth_line },
	{ "twice", PRINTED, twice },
	{ "crlf", PRINTED, crlf },
	{ "carriage_return_in_comment", PRINTED, carriage_return_in_comment },
	{ "nul_in_comment", PRINTED, nul_in_comment },
	{ "garbage", PRINTED, garbage },
	{ "blank_in_base64", PRINTED, blank_in_base64 },
	{ "no_padding", PRINTED, no_padding },
	{ "unused_bits", PRINTED, unused_bits },
	{ "other_first_line", PRINTED, other_first_line },
};

/* ---- making one ---- */

static struct str
digest_of_list(struct str sums)
{
	FILE *f = tmpfile();
	char *digest = arena_alloc(&a, BLAKE2B_BYTES);

	assert(f != NULL && fwrite(sums.p, 1, sums.n, f) == sums.n && fflush(f) == 0);
	must(blake2b_fd(fileno(f), (unsigned char *)digest, &e));
	fclose(f);
	return (struct str){ digest, BLAKE2B_BYTES };
}

static void
sign(struct forged *f)
{
	bool is_legacy = strcmp(f->kind, "Ed") == 0;
	struct str what = is_legacy ? f->sums : digest_of_list(f->sums);
	char *all = arena_alloc(&a, ED25519_BYTES + f->comment.n);

	must(ed25519_sign(f->secret, what, &f->m.file, &e));
	memcpy(all, f->m.file.byte, ED25519_BYTES);
	memcpy(all + ED25519_BYTES, f->comment.p, f->comment.n);
	must(ed25519_sign(
	    f->secret, (struct str){ all, ED25519_BYTES + f->comment.n }, &f->m.all, &e));
	f->m.comment = f->comment;
}

static void
print(struct forged *f)
{
	struct buf out = { .a = &a };
	unsigned char raw[2 + MINISIGN_NUMBER_BYTES + ED25519_BYTES];

	memcpy(raw, f->kind, 2);
	memcpy(raw + 2, f->m.number, MINISIGN_NUMBER_BYTES);
	memcpy(raw + 2 + MINISIGN_NUMBER_BYTES, f->m.file.byte, ED25519_BYTES);
	buf_printf(&out, "untrusted comment: " STR_FMT "\n", STR_ARG(f->untrusted));
	base64_print(&out, raw, sizeof(raw));
	buf_printf(&out, "\ntrusted comment: " STR_FMT "\n", STR_ARG(f->m.comment));
	base64_print(&out, f->m.all.byte, sizeof(f->m.all.byte));
	buf_add_char(&out, '\n');
	f->text = buf_str(&out);
}

static void
save(const struct forged *f, const char *folder)
{
	struct buf key = { .a = &a };

	must(fs_mkdirs(AT_FDCWD, folder, &e));
	CLEANUP(fs_close) int dir = fs_open_dir(AT_FDCWD, folder, &e);
	assert(dir != -1);
	minisign_key_print(&key, &f->key);
	must(fs_write(dir, "key.pub", buf_str(&key), 0644, &e));
	must(fs_write(dir, SUMS_NAME, f->sums, 0644, &e));
	if (!f->is_unsigned)
		must(fs_write(dir, SUMS_SIGNATURE, f->text, 0644, &e));
	for (int i = 0; i < FILES; i++)
		must(fs_write(dir, str_z(&a, f->name[i]), f->file[i], 0644, &e));
}

static void
make(size_t i, const char *folder)
{
	struct ed25519_secret secret = { 0 };
	struct forged f = { .name = { STR("tool.tar.gz"), STR("tool.json") },
		.file = { STR("a program\n"), STR("what is in it\n") },
		.untrusted = STR("signature by forge"),
		.comment = STR("bundle\tof forge"),
		.kind = "ED",
		.secret = &secret };
	enum when when = forgery[i].when;

	must(ed25519_parse(str_of(pem[0]), STR(""), &secret, &e));
	must(ed25519_parse(str_of(pem[1]), STR(""), &f.other, &e));
	must(minisign_key_of(&secret, &f.key, &e));
	memcpy(f.m.number, f.key.number, sizeof(f.key.number));
	f.sums = list(&f);
	if (when == UNSIGNED)
		forgery[i].change(&f);
	sign(&f);
	if (when == SIGNED)
		forgery[i].change(&f);
	print(&f);
	if (when == PRINTED)
		forgery[i].change(&f);
	save(&f, folder);
	ed25519_free(&f.other);
	ed25519_free(&secret);
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	for (size_t i = 0; i < sizeof(forgery) / sizeof(forgery[0]); i++)
		make(i, arena_printf(&a, "%s/%s", argv[1], forgery[i].name));
	arena_free(&a);
	return 0;
}
