/* SPDX-License-Identifier: ISC */
#include "lib/blake2b.h"

#include <errno.h>
#include <openssl/evp.h>
#include <unistd.h>

enum { CHUNK_BYTES = 128 * 1024 };

static int
refused(struct err *e)
{
	return err_set(e, ERR_MACHINE, "hash with BLAKE2b: libcrypto refuses");
}

static int
add_file(EVP_MD_CTX *c, int fd, struct err *e)
{
	char chunk[CHUNK_BYTES];
	ssize_t n = 0;

	for (off_t at = 0; (n = pread(fd, chunk, sizeof(chunk), at)) != 0; at += n) {
		if (n == -1 && errno == EINTR) {
			n = 0;
			continue;
		}
		if (n == -1)
			return err_sys(e, "read the file to hash");
		if (EVP_DigestUpdate(c, chunk, (size_t)n) != 1)
			return refused(e);
	}
	return 0;
}

int
blake2b_fd(int fd, unsigned char out[BLAKE2B_BYTES], struct err *e)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	int rc = c != NULL && EVP_DigestInit_ex(c, EVP_blake2b512(), NULL) == 1 ? 0 : refused(e);

	if (rc == 0)
		rc = add_file(c, fd, e);
	if (rc == 0 && EVP_DigestFinal_ex(c, out, NULL) != 1)
		rc = refused(e);
	EVP_MD_CTX_free(c);
	return rc;
}
