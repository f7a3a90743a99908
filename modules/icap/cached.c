/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/cached.h"

#include "base/clock.h"
#include "cache/verdicts.h"
#include "icap/hearing.h"
#include "icap/threads.h"

/* Between two looks: at first as long as a scan of a page, then seldom. */
#define NAP_LEAST_MS 1
#define NAP_MOST_MS 16

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

static void
count(struct hearing *hearing, enum metric metric)
{
	metrics_add(hearing_metrics(hearing), metric, 1);
}

/* Until it is there, that scan ends without one, or its second is over. That it
 * ended is asked first: what it kept is there then. */
static enum waited
wait_for(struct hearing *hearing, const struct claim *theirs)
{
	int64_t until = clock_ms() + PENDING_MS, nap = NAP_LEAST_MS;
	struct pending *pending = verdicts_pending(hearing->cache.verdicts);
	enum waited waited;
	bool lasts;

	do {
		waited = hearing_wait(hearing, -1, clock_ms() + nap);
		if (waited != WAITED_TIME)
			return waited;
		lasts = pending_lasts(pending, theirs, clock_ms());
		if (is_known(hearing))
			return WAITED_READY;
		if (nap < NAP_MOST_MS)
			nap *= 2;
	} while (lasts && clock_ms() < until);
	return WAITED_TIME;
}

/* The time in which it waited is none of its own scan's. */
static enum waited
join(struct hearing *hearing, const struct claim *theirs)
{
	int64_t since = clock_ms();
	enum waited waited;

	if (!threads_wait_begins(hearing->module))
		return WAITED_TIME;
	hearing->cache.has_waited = true;
	count(hearing, METRIC_CACHE_WAITS);
	waited = wait_for(hearing, theirs);
	threads_wait_ends(hearing->module);
	hearing->deadline += clock_ms() - since;
	return waited;
}

/* Who waited in vain scans, and so does the next of them: none waits twice. */
static enum waited
await_others(struct hearing *hearing)
{
	struct cache_ask *ask = &hearing->cache;
	struct pending *pending = verdicts_pending(ask->verdicts);
	struct claim claim;
	enum waited waited;

	if (pending_claim(pending, &ask->key, clock_ms(), &ask->claim))
		return WAITED_TIME;
	claim = ask->claim;
	ask->claim = (struct claim){ 0 };
	waited = join(hearing, &claim);
	if (waited == WAITED_TIME &&
	    !pending_claim(pending, &ask->key, clock_ms(), &ask->claim))
		ask->claim = (struct claim){ 0 };
	return waited;
}

enum waited
cached_find(struct hearing *hearing)
{
	struct cache_ask *ask = &hearing->cache;
	enum waited waited;

	if (ask->verdicts != NULL && make_key(hearing) == -1)
		ask->verdicts = NULL;
	if (ask->verdicts == NULL)
		return WAITED_TIME;
	if (is_known(hearing)) {
		ask->cached = CACHED_HIT;
		count(hearing, METRIC_CACHE_HITS);
		return WAITED_READY;
	}
	waited = await_others(hearing);
	ask->cached = waited == WAITED_READY ? CACHED_WAIT : CACHED_MISS;
	if (waited == WAITED_READY)
		count(hearing, METRIC_CACHE_COALESCED);
	if (waited == WAITED_TIME)
		count(hearing, METRIC_CACHE_MISSES);
	return waited;
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

void
cached_end(struct hearing *hearing)
{
	struct cache_ask *ask = &hearing->cache;

	if (ask->verdicts != NULL)
		pending_end(verdicts_pending(ask->verdicts), &ask->claim);
}
