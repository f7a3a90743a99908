/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * urls - remembers for a while the URLs whose answer had to be cut, so that the
 * next request for one gets its block page before a byte is sent. In the shared
 * segment, written by all c-icap children.
 *
 * Fixed size, no lock: an entry carries a checksum and is copied, then checked;
 * a torn one counts as empty. Only a digest of method and URL is kept.
 */
#ifndef CACHE_URLS_H
#define CACHE_URLS_H

#include <stdatomic.h>
#include <stdint.h>

#include "wire/verdict.h"

#define URLS_MAX 1024		/* a power of two */
#define URLS_WAYS 4		/* places that one URL may take */

struct url_entry {
	uint64_t digest[2];	/* SHA-256 of "METHOD URL", cut */
	int64_t until_ms;	/* clock_ms(); 0: empty */
	uint32_t outcome;
	char name[NAME_MAX_LEN + 1];
	uint64_t check;		/* over all of the above */
};

struct url_memory {
	_Atomic int64_t ends_ms;	/* clock_ms(): no entry lasts longer */
	struct url_entry entries[URLS_MAX];
};

/* method and full url with query, as the request line has them. */
void urls_remember(struct url_memory *, const char *method, const char *url,
    const struct verdict *, int64_t until_ms);

/* All of them. */
void urls_forget(struct url_memory *);

/* 1 and outcome and name (path ""), 0 if not there or past. */
int urls_find(const struct url_memory *, const char *method, const char *url,
    int64_t now_ms, struct verdict *verdict_out);

#endif
