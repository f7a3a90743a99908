/* SPDX-License-Identifier: GPL-2.0-only */
#include "cache/pending.h"

#define NEAR 4			/* places that one body may take */
#define TIME_BITS 40		/* of milliseconds: 34 years */
#define TIME_MASK ((UINT64_C(1) << TIME_BITS) - 1)

/* What of the body stands in its mark, never 0. */
static uint64_t
name_of(const struct verdict_key *key)
{
	uint64_t name = key->digest[2] ^ (uint64_t)key->generation << 1;

	return (name | 1) << TIME_BITS;
}

static bool
is_past(uint64_t mark, int64_t now_ms)
{
	return (mark & TIME_MASK) <= ((uint64_t)now_ms & TIME_MASK);
}

static uint32_t
place_of(const struct verdict_key *key, uint32_t n)
{
	return (uint32_t)(key->digest[3] + n) % PENDING_PLACES;
}

/* Somebody's who scans the same. */
static bool
find(const struct pending *pending, const struct verdict_key *key,
    int64_t now_ms, struct claim *claim_out)
{
	uint64_t name = name_of(key), mark;
	uint32_t n, place;

	for (n = 0; n < NEAR; n++) {
		place = place_of(key, n);
		mark = atomic_load(&pending->mark[place]);
		if ((mark & ~TIME_MASK) != name || is_past(mark, now_ms))
			continue;
		*claim_out = (struct claim){ place, mark };
		return true;
	}
	return false;
}

/* False: somebody else was quicker. */
static bool
take(struct pending *pending, const struct verdict_key *key, int64_t now_ms,
    struct claim *claim_out)
{
	uint64_t until = (uint64_t)(now_ms + PENDING_MS) & TIME_MASK, mark;
	uint32_t n, place;

	*claim_out = (struct claim){ 0 };
	for (n = 0; n < NEAR; n++) {
		place = place_of(key, n);
		mark = atomic_load(&pending->mark[place]);
		if (!is_past(mark, now_ms))
			continue;
		*claim_out = (struct claim){ place, name_of(key) | until };
		return atomic_compare_exchange_strong(&pending->mark[place],
		    &mark, claim_out->mark);
	}
	return true;
}

bool
pending_claim(struct pending *pending, const struct verdict_key *key,
    int64_t now_ms, struct claim *claim_out)
{
	unsigned tries;

	for (tries = 0; tries < NEAR; tries++) {
		if (find(pending, key, now_ms, claim_out))
			return false;
		if (take(pending, key, now_ms, claim_out))
			return true;
	}
	*claim_out = (struct claim){ 0 };
	return true;
}

bool
pending_lasts(const struct pending *pending, const struct claim *claim,
    int64_t now_ms)
{
	return !is_past(claim->mark, now_ms) &&
	    atomic_load(&pending->mark[claim->place]) == claim->mark;
}

void
pending_end(struct pending *pending, const struct claim *claim)
{
	uint64_t mark = claim->mark;

	if (mark != 0)
		atomic_compare_exchange_strong(&pending->mark[claim->place],
		    &mark, 0);
}
