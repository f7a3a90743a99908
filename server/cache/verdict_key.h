/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict_key - by what a verdict is known: the bytes of the body, and all that
 * the worker was told of them. Any thread.
 */
#ifndef CACHE_VERDICT_KEY_H
#define CACHE_VERDICT_KEY_H

#include <stdint.h>

#include "wire/job.h"

#define BODY_DIGEST_LEN 32	/* SHA-256 */

struct verdict_key {
	uint64_t digest[4];	/* SHA-256 of job_key_put()'s bytes and of the
				 * body's own */
	uint32_t generation;	/* of the signatures, and settings, asked */
};

/* -1: libcrypto failed; then nothing is known of the body. */
int verdict_key(struct verdict_key *key_out, const struct job *,
    const uint8_t digest[static BODY_DIGEST_LEN], uint32_t generation);

#endif
