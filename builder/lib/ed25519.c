/* SPDX-License-Identifier: ISC */
#include "lib/ed25519.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <string.h>

enum {
	SALT_BYTES = 16,
	/* scrypt's cost, block size and parallelism: 16 MiB, which every device has and
	 * OpenSSL's own limit on reading allows. */
	SCRYPT_N = 16384,
	SCRYPT_R = 8,
	SCRYPT_P = 1,
};

static const char sealed_line[] = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

/* Our intent and the library's reason. */
static int
crypto_err(struct err *e, const char *intent)
{
	const char *reason = ERR_reason_error_string(ERR_get_error());

	ERR_clear_error();
	return err_set(
	    e, ERR_MACHINE, "%s: %s", intent, reason == NULL ? "libcrypto refuses" : reason);
}

int
ed25519_make(struct ed25519_secret *out, struct err *e)
{
	out->impl = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	return out->impl == NULL ? crypto_err(e, "make an Ed25519 key") : 0;
}

void
ed25519_free(struct ed25519_secret *s)
{
	EVP_PKEY_free(s->impl);
	s->impl = NULL;
}

/* ---- PKCS#8 ---- */

static int
read_out(struct arena *a, BIO *bio, struct str *out)
{
	char *p;
	long n = BIO_get_mem_data(bio, &p);

	if (n <= 0)
		return -1;
	*out = str_copy(a, (struct str){ p, (size_t)n });
	OPENSSL_cleanse(p, (size_t)n);
	return 0;
}

/* Its own owner of the parameters is PKCS8_set0_pbe, once it has succeeded. */
static X509_SIG *
seal(PKCS8_PRIV_KEY_INFO *info, struct str passphrase)
{
	unsigned char salt[SALT_BYTES];
	X509_ALGOR *how;
	X509_SIG *sealed;

	if (RAND_bytes(salt, sizeof(salt)) != 1)
		return NULL;
	how = PKCS5_pbe2_set_scrypt(
	    EVP_aes_256_cbc(), salt, sizeof(salt), NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
	if (how == NULL)
		return NULL;
	sealed = PKCS8_set0_pbe(passphrase.p, (int)passphrase.n, info, how);
	if (sealed == NULL)
		X509_ALGOR_free(how);
	return sealed;
}

static int
write_pem(BIO *bio, PKCS8_PRIV_KEY_INFO *info, struct str passphrase)
{
	if (passphrase.n == 0)
		return PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio, info) == 1 ? 0 : -1;
	X509_SIG *sealed = seal(info, passphrase);
	int rc = sealed != NULL && PEM_write_bio_PKCS8(bio, sealed) == 1 ? 0 : -1;
	X509_SIG_free(sealed);
	return rc;
}

static int
check_passphrase(struct str passphrase, struct err *e)
{
	if (passphrase.n <= ED25519_PASSPHRASE_MAX_BYTES)
		return 0;
	return err_set(
	    e, ERR_USAGE, "the passphrase has more than %d bytes", ED25519_PASSPHRASE_MAX_BYTES);
}

int
ed25519_print(struct arena *a, const struct ed25519_secret *s, struct str passphrase,
    struct str *out, struct err *e)
{
	if (check_passphrase(passphrase, e) == -1)
		return -1;
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(s->impl);
	BIO *bio = BIO_new(BIO_s_mem());
	int rc = -1;

	if (info != NULL && bio != NULL && write_pem(bio, info, passphrase) == 0)
		rc = read_out(a, bio, out);
	BIO_free(bio);
	PKCS8_PRIV_KEY_INFO_free(info);
	return rc == -1 ? crypto_err(e, "write the secret key") : 0;
}

bool
ed25519_is_sealed(struct str pem)
{
	return str_has(pem, str_of(sealed_line));
}

/* Called for a sealed key only. */
static int
give_passphrase(char *buf, int size, int writing, void *ctx)
{
	const struct str *passphrase = ctx;

	(void)writing;
	if (passphrase->n > (size_t)size)
		return -1;
	memcpy(buf, passphrase->p, passphrase->n);
	return (int)passphrase->n;
}

int
ed25519_parse(struct str pem, struct str passphrase, struct ed25519_secret *out, struct err *e)
{
	if (check_passphrase(passphrase, e) == -1)
		return -1;
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	EVP_PKEY *key =
	    bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, &passphrase);

	BIO_free(bio);
	ERR_clear_error();
	if (key != NULL && EVP_PKEY_is_a(key, "ED25519") == 1) {
		out->impl = key;
		return 0;
	}
	bool is_other = key != NULL;
	EVP_PKEY_free(key);
	out->impl = NULL;
	if (is_other)
		return err_set(e, ERR_USAGE, "it is a key, but not an Ed25519 key");
	if (ed25519_is_sealed(pem))
		return err_set(e, ERR_USAGE, "the passphrase does not open it");
	return err_set(e, ERR_USAGE, "it is no secret key: expected PKCS#8 in PEM");
}

int
ed25519_public_of(const struct ed25519_secret *s, struct ed25519_public *out, struct err *e)
{
	size_t n = sizeof(out->byte);

	if (EVP_PKEY_get_raw_public_key(s->impl, out->byte, &n) != 1 || n != sizeof(out->byte))
		return crypto_err(e, "find the public key");
	return 0;
}

/* ---- signatures ---- */

/* The points whose order divides eight, without the bit that tells x from -x.  A signature by
 * such a key takes no secret to make, and libcrypto would take it. */
static const unsigned char small_order[][ED25519_PUBLIC_BYTES] = {
	{ 0x00 },
	{ 0x01 },
	{ 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
	    0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d,
	    0x53, 0xfc, 0x05 },
	{ 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
	    0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92,
	    0xac, 0x03, 0x7a },
	{ 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	    0xff, 0xff, 0x7f },
};

/* Such a point, or one that is not written in its one form: y is the prime or more. */
static bool
is_weak(const unsigned char point[ED25519_PUBLIC_BYTES])
{
	unsigned char y[ED25519_PUBLIC_BYTES];
	size_t i = sizeof(y) - 1;

	memcpy(y, point, sizeof(y));
	y[i] &= 0x7f;
	for (size_t k = 0; k < sizeof(small_order) / sizeof(small_order[0]); k++)
		if (memcmp(y, small_order[k], sizeof(y)) == 0)
			return true;
	if (y[i] != 0x7f || y[0] < 0xed)
		return false;
	while (--i > 0)
		if (y[i] != 0xff)
			return false;
	return true;
}

int
ed25519_sign(
    const struct ed25519_secret *s, struct str bytes, struct ed25519_signature *out, struct err *e)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	size_t n = sizeof(out->byte);
	bool ok = c != NULL && EVP_DigestSignInit(c, NULL, NULL, NULL, s->impl) == 1 &&
		  EVP_DigestSign(c, out->byte, &n, (const unsigned char *)bytes.p, bytes.n) == 1 &&
		  n == sizeof(out->byte);

	EVP_MD_CTX_free(c);
	return ok ? 0 : crypto_err(e, "sign");
}

bool
ed25519_verify(
    const struct ed25519_public *p, struct str bytes, const struct ed25519_signature *signature)
{
	if (is_weak(p->byte) || is_weak(signature->byte))
		return false;
	EVP_PKEY *key =
	    EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, p->byte, sizeof(p->byte));
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = key != NULL && c != NULL && EVP_DigestVerifyInit(c, NULL, NULL, NULL, key) == 1 &&
		  EVP_DigestVerify(c, signature->byte, sizeof(signature->byte),
		      (const unsigned char *)bytes.p, bytes.n) == 1;

	EVP_MD_CTX_free(c);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return ok;
}
