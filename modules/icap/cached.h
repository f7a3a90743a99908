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

#include "cache/trust.h"
#include "cache/verdict_key.h"

struct hearing;
struct verdicts;

/* Of one request, for the log. */
enum cached { CACHED_OFF, CACHED_MISS, CACHED_HIT, CACHED_WAIT };
const char *cached_name(enum cached);		/* "miss" */

struct cache_ask {
	struct verdicts *verdicts;	/* NULL: nobody asks */
	enum cached cached;
	struct verdict_key key;
	struct trust_before before;	/* the attempt that is under way */
};

/* The generation is known, the body whole. True: so is the verdict. */
bool cached_find(struct hearing *);

/* Each time before a job is handed in. */
void cached_before(struct hearing *);

/* A worker of that generation has decided. */
void cached_keep(struct hearing *);

#endif
