/*
 * What kiln-verify reads: a first byte of 's' for a signature, 'k' for a public key, else a list.
 * Whatever it takes for a signature, kiln takes too, and the other way round.
 *
 * SPDX-License-Identifier: ISC
 */
#include <stdlib.h>

#include "base/base64.h"
#include "ship/minisign.h"
#include "verify/list.h"
#include "verify/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

bool
crypto_base64(struct text text, unsigned char *out, size_t n)
{
	return base64_parse((struct str){ text.p, text.n }, out, n) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct signature s;
	struct public_key k;
	struct minisign_key key;
	struct minisign m;
	struct row row;
	struct err e = { 0 };

	if (n == 0)
		return 0;
	struct text rest = { (const char *)p + 1, n - 1 }, line;
	struct str text = { rest.p, rest.n };
	if (p[0] == 's' &&
	    (signature_parse(rest, &s) == NULL) != (minisign_parse(text, &m, &e) == 0))
		abort();
	if (p[0] == 'k' &&
	    (public_key_parse(rest, &k) == NULL) != (minisign_key_parse(text, &key, &e) == 0))
		abort();
	while (p[0] != 's' && p[0] != 'k' && text_line(&rest, &line))
		if (row_parse(line, &row) && row.name[0] == '.')
			abort();
	return 0;
}
