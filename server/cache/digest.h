/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * digest - SHA-256 by libcrypto. EVP_sha256() is looked for again with every
 * digest, under locks that all threads share, and each context is three pieces
 * of memory: here both are kept. Any process, any thread.
 */
#ifndef CACHE_DIGEST_H
#define CACHE_DIGEST_H

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_LEN 32

/* A context that SHA-256 has begun in, or NULL: no memory. */
EVP_MD_CTX *digest_begin(void);

/* Whatever was done with it; NULL is fine; nulls yours. */
void digest_end(EVP_MD_CTX **);

/* Of bytes that are all there. -1: libcrypto failed. */
int digest_of(const void *data, size_t len,
    uint8_t digest_out[static DIGEST_LEN]);

#endif
