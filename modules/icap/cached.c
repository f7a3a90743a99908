/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/cached.h"

#include "cache/verdicts.h"
#include "icap/hearing.h"

_Static_assert(BODY_DIGEST == BODY_DIGEST_LEN, "one digest");

const char *
cached_name(enum cached cached)
{
	static const char *const names[] = {
		[CACHED_OFF] = "off",
		[CACHED_MISS] = "miss",
		[CACHED_HIT] = "hit",
		[CACHED_WAIT] = "wait",
	};

	return names[cached];
}

static int
make_key(struct hearing *hearing)
{
	uint8_t digest[BODY_DIGEST];
	struct err err;

	if (body_digest(hearing->body, digest, &err) == -1)
		return -1;
	return verdict_key(&hearing->cache.key, &hearing->job, digest,
	    hearing->generation);
}

static bool
is_known(struct hearing *hearing)
{
	const struct segment *segment = hearing->module->segment;

	return verdicts_get(hearing->cache.verdicts, &hearing->cache.key,
	    &segment->trust, hearing->verdict);
}

bool
cached_find(struct hearing *hearing)
{
	struct cache_ask *ask = &hearing->cache;

	if (ask->verdicts != NULL && make_key(hearing) == -1)
		ask->verdicts = NULL;
	if (ask->verdicts == NULL)
		return false;
	ask->cached = is_known(hearing) ? CACHED_HIT : CACHED_MISS;
	metrics_add(hearing_metrics(hearing), ask->cached == CACHED_HIT ?
	    METRIC_CACHE_HITS : METRIC_CACHE_MISSES, 1);
	return ask->cached == CACHED_HIT;
}

void
cached_before(struct hearing *hearing)
{
	hearing->cache.before = trust_before(&hearing->module->segment->trust,
	    hearing->lane);
}

/* The next generation may have answered, where the first was gone. */
void
cached_keep(struct hearing *hearing)
{
	struct metrics *metrics = hearing_metrics(hearing);
	struct cache_ask *ask = &hearing->cache;
	struct voucher voucher;

	if (ask->verdicts == NULL || !verdicts_may_keep(hearing->verdict) ||
	    trust_vouch(&hearing->module->segment->trust, &ask->before,
	    hearing->verdict->worker, &voucher) == -1)
		return;
	ask->key.generation = hearing->generation;
	metrics_add(metrics, METRIC_CACHE_STORES, 1);
	if (verdicts_put(ask->verdicts, &ask->key, &voucher,
	    hearing->verdict))
		metrics_add(metrics, METRIC_CACHE_EVICTIONS, 1);
	metrics_set(metrics, METRIC_CACHE_ENTRIES,
	    verdicts_count(ask->verdicts));
}
