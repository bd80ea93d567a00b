/* SPDX-License-Identifier: ISC */
#include "lib/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK_BYTES = 128 * 1024 };

static NORETURN void
no_sha256(void)
{
	fputs("kiln: libcrypto gives no SHA-256\n", stderr);
	exit(7);
}

void
digest_init(struct digest_ctx *c)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
		no_sha256();
	c->impl = ctx;
}

void
digest_add(struct digest_ctx *c, const void *p, size_t n_bytes)
{
	if (EVP_DigestUpdate(c->impl, p, n_bytes) != 1)
		no_sha256();
}

struct digest
digest_end(struct digest_ctx *c)
{
	struct digest d;

	if (EVP_DigestFinal_ex(c->impl, d.byte, NULL) != 1)
		no_sha256();
	EVP_MD_CTX_free(c->impl);
	c->impl = NULL;
	return d;
}

static void
add_number(struct digest_ctx *c, uint64_t v, int n_bytes)
{
	unsigned char b[8];

	for (int i = 0; i < n_bytes; i++)
		b[i] = (unsigned char)(v >> (8 * i));
	digest_add(c, b, (size_t)n_bytes);
}

void
digest_field(struct digest_ctx *c, const char *tag, struct str value)
{
	size_t n = strlen(tag);

	add_number(c, n, 4);
	digest_add(c, tag, n);
	add_number(c, value.n, 8);
	digest_add(c, value.p, value.n);
}

struct digest
digest_of(struct str bytes)
{
	struct digest_ctx c;

	digest_init(&c);
	digest_add(&c, bytes.p, bytes.n);
	return digest_end(&c);
}

bool
digest_eq(const struct digest *a, const struct digest *b)
{
	return memcmp(a->byte, b->byte, DIGEST_BYTES) == 0;
}

char *
digest_hex(struct arena *a, const struct digest *d)
{
	static const char digit[] = "0123456789abcdef";
	char *hex = arena_alloc(a, DIGEST_HEX + 1);

	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		hex[2 * i] = digit[d->byte[i] >> 4];
		hex[2 * i + 1] = digit[d->byte[i] & 15];
	}
	return hex;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int
digest_parse(struct str hex, struct digest *out)
{
	if (hex.n != DIGEST_HEX)
		return -1;
	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		int high = hex_value(hex.p[2 * i]), low = hex_value(hex.p[2 * i + 1]);
		if (high < 0 || low < 0)
			return -1;
		out->byte[i] = (unsigned char)(high << 4 | low);
	}
	return 0;
}

int
digest_fd(int fd, struct digest *out, uint64_t *size_bytes, struct err *e)
{
	static char chunk[CHUNK_BYTES];
	struct digest_ctx c;
	uint64_t at = 0;
	ssize_t n;

	digest_init(&c);
	while ((n = pread(fd, chunk, sizeof(chunk), (off_t)at)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			break;
		digest_add(&c, chunk, (size_t)n);
		at += (uint64_t)n;
	}
	int saved = errno;
	*out = digest_end(&c);
	errno = saved;
	if (n == -1)
		return err_sys(e, "read a file to hash it");
	if (size_bytes != NULL)
		*size_bytes = at;
	return 0;
}
