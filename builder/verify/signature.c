/* SPDX-License-Identifier: ISC */
#include "verify/signature.h"

#include <string.h>

enum { KIND_BYTES = 2, HEAD_BYTES = KIND_BYTES + NUMBER_BYTES };

static const char untrusted[] = "untrusted comment: ", trusted[] = "trusted comment: ";

/* A line of base64: the kind of what follows, the key's number, and n bytes. */
static bool
parse_line(struct text line, const char *kind, unsigned char *number, unsigned char *out, size_t n)
{
	unsigned char raw[HEAD_BYTES + SIGNATURE_BYTES];

	if (!crypto_base64(line, raw, HEAD_BYTES + n) || memcmp(raw, kind, KIND_BYTES) != 0)
		return false;
	memcpy(number, raw + KIND_BYTES, NUMBER_BYTES);
	memcpy(out, raw + HEAD_BYTES, n);
	return true;
}

const char *
public_key_parse(struct text text, struct public_key *out)
{
	struct text line = { 0 }, comment;

	if (text_line(&text, &line)) {
		comment = line;
		if (text_skip(&comment, untrusted) && !text_line(&text, &line))
			return "ends after its comment";
	}
	if (text.n != 0 || !parse_line(line, "Ed", out->number, out->byte, PUBLIC_BYTES))
		return "is no public key: expected 56 characters of base64 that start with RW";
	return NULL;
}

static bool
parse_comment(struct text *text, const char *start, struct text *out)
{
	return text_line(text, out) && text_skip(out, start) && out->n <= COMMENT_MAX_BYTES &&
	       text_is_plain(*out);
}

const char *
signature_parse(struct text text, struct signature *out)
{
	struct text line, unused;

	if (text.n > SIGNATURE_MAX_BYTES)
		return "is too long for a signature";
	if (!parse_comment(&text, untrusted, &unused))
		return "has no first line \"untrusted comment: \" with at most 512 bytes of text";
	if (!text_line(&text, &line))
		return "ends after its first line";
	if (parse_line(line, "Ed", out->number, out->file, SIGNATURE_BYTES))
		return "signs the file and not its digest, minisign's old way, which is not taken";
	if (!parse_line(line, "ED", out->number, out->file, SIGNATURE_BYTES))
		return "is damaged in its second line";
	if (!parse_comment(&text, trusted, &out->comment))
		return "has no third line \"trusted comment: \" with at most 512 bytes of text";
	if (!text_line(&text, &line) || !crypto_base64(line, out->all, SIGNATURE_BYTES))
		return "is damaged in its fourth line";
	return text.n == 0 ? NULL : "has more than four lines";
}
