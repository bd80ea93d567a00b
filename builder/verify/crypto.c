/* SPDX-License-Identifier: ISC */
#include "verify/crypto.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 << 10 };

_Static_assert(PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "a key is libsodium's");
_Static_assert(SIGNATURE_BYTES == crypto_sign_BYTES, "a signature is libsodium's");
_Static_assert(SHA256_BYTES == crypto_hash_sha256_BYTES, "a digest is libsodium's");

/* ---- no randomness: libsodium asks for it when it starts, and a device that boots would wait
 * for the kernel to have some. What we use needs none. ---- */

static const char *
none_name(void)
{
	return "none";
}

static uint32_t
none_number(void)
{
	return 0;
}

static void
none_bytes(void *out, size_t n)
{
	memset(out, 0, n);
}

bool
crypto_start(void)
{
	static const struct randombytes_implementation none = {
		.implementation_name = none_name, .random = none_number, .buf = none_bytes
	};

	return randombytes_set_implementation(&none) == 0 && sodium_init() != -1;
}

/* ---- what is asked of it ---- */

bool
crypto_base64(struct text text, unsigned char *out, size_t n)
{
	size_t found;

	return sodium_base642bin(out, n, text.p, text.n, NULL, &found, NULL,
		   sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       found == n;
}

bool
crypto_is_signed(struct text bytes, const unsigned char signature[SIGNATURE_BYTES],
    const unsigned char key[PUBLIC_BYTES])
{
	return crypto_sign_verify_detached(
		   signature, (const unsigned char *)bytes.p, bytes.n, key) == 0;
}

bool
crypto_is_digest_signed(struct text file, const unsigned char signature[SIGNATURE_BYTES],
    const unsigned char key[PUBLIC_BYTES])
{
	unsigned char digest[crypto_generichash_BYTES_MAX];

	return crypto_generichash(
		   digest, sizeof(digest), (const unsigned char *)file.p, file.n, NULL, 0) == 0 &&
	       crypto_is_signed(
		   (struct text){ (const char *)digest, sizeof(digest) }, signature, key);
}

int
crypto_sha256(int fd, unsigned char out[SHA256_BYTES])
{
	static unsigned char chunk[CHUNK_BYTES];
	crypto_hash_sha256_state state;
	ssize_t n;

	crypto_hash_sha256_init(&state);
	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0)
			crypto_hash_sha256_update(&state, chunk, (size_t)n);
	}
	crypto_hash_sha256_final(&state, out);
	return 0;
}
