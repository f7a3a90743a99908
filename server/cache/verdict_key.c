/* SPDX-License-Identifier: GPL-2.0-only */
#include "cache/verdict_key.h"

#include <string.h>

#include "cache/digest.h"

int
verdict_key(struct verdict_key *key_out, const struct job *job,
    const uint8_t digest[static BODY_DIGEST_LEN], uint32_t generation)
{
	struct verdict_key key = { .generation = generation };
	uint8_t told[BODY_DIGEST_LEN + JOB_KEY_MAX];
	struct writer w = writer_on(told, sizeof told);

	put_bytes(&w, digest, BODY_DIGEST_LEN);
	job_key_put(&w, job);
	if (w.bad ||
	    digest_of(told, writer_len(&w), (uint8_t *)key.digest) == -1)
		return -1;
	*key_out = key;
	return 0;
}
