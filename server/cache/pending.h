/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pending - bodies that are being scanned, so that who brings the same one
 * waits for that verdict. In shared memory, written by all c-icap children. Of
 * each body there is one word, with the time at which it is past: who is killed
 * in the middle of a scan makes nobody wait any longer.
 *
 * No lock. Two that come at the same moment may both scan; two bodies that look
 * the same here (one pair in 2^30) wait for each other at most, as a verdict is
 * looked up by its whole key.
 */
#ifndef CACHE_PENDING_H
#define CACHE_PENDING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/verdict_key.h"

#define PENDING_PLACES 1024		/* a power of two */
#define PENDING_MS 1000			/* so long it is worth waiting for */

struct pending {
	_Atomic uint64_t mark[PENDING_PLACES];
};

struct claim {
	uint32_t place;
	uint64_t mark;			/* 0: none */
};

/* True: it is the caller's, who scans, and then says pending_end(); also
 * without a mark, if there is no place. False: somebody else's, *claim_out is
 * to be watched. */
bool pending_claim(struct pending *, const struct verdict_key *,
    int64_t now_ms, struct claim *claim_out);

/* Does that scan go on, as far as one can know? */
bool pending_lasts(const struct pending *, const struct claim *,
    int64_t now_ms);

void pending_end(struct pending *, const struct claim *);

#endif
