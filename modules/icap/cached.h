/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cached - asks the table of verdicts about one body, and tells it what a
 * worker said. Runs in c-icap, in the thread of the request.
 *
 * What is known is the worker's verdict. What is done about it is decided for
 * each request anew, as if a worker had just said it.
 */
#ifndef ICAP_CACHED_H
#define ICAP_CACHED_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/pending.h"
#include "cache/trust.h"
#include "cache/verdict_key.h"

struct hearing;
struct verdicts;

enum waited { WAITED_READY, WAITED_TIME, WAITED_GONE, WAITED_STOPPED };

/* Of one request, for the log. */
enum cached { CACHED_OFF, CACHED_MISS, CACHED_HIT, CACHED_WAIT };
const char *cached_name(enum cached);		/* "miss" */

struct cache_ask {
	struct verdicts *verdicts;	/* NULL: nobody asks */
	enum cached cached;
	struct verdict_key key;
	struct claim claim;		/* ours: others wait for it */
	bool has_waited;		/* for another's scan, in vain or not */
	struct trust_before before;	/* the attempt that is under way */
};

/* The generation is known, the body whole. READY: so is the verdict; TIME:
 * nobody knows it, and cached_end() is to follow. While the same body is being
 * scanned it waits for that, a second at most. */
enum waited cached_find(struct hearing *);

/* Each time before a job is handed in. */
void cached_before(struct hearing *);

/* A worker of that generation has decided. */
void cached_keep(struct hearing *);

/* Nobody needs to wait for this one any more. */
void cached_end(struct hearing *);

#endif
