/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * policy_counts - counters of each policy, by its name. In the shared segment:
 * the supervisor gives names their places, c-icap's children count, no lock.
 *
 * There are places for all policies of two sets of settings, so that requests
 * which began under the old ones never count for a new one. Who is in neither
 * gives up its place.
 */
#ifndef METRICS_POLICY_COUNTS_H
#define METRICS_POLICY_COUNTS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define POLICY_COUNTS 130		/* twice 64 and the default */
#define POLICY_COUNT_NAME 64

enum policy_counted {
	POLICY_REQUESTS, POLICY_BLOCKED, POLICY_WATCHED, POLICY_COUNTED
};

struct policy_count {
	_Atomic uint64_t key;		/* of the name; 0: nobody's place */
	_Atomic uint64_t value[POLICY_COUNTED];
	_Atomic uint64_t told[POLICY_COUNTED];	/* what `info` knows */
	char name[POLICY_COUNT_NAME];	/* written while the key is 0 */
};

struct policy_counts {
	struct policy_count place[POLICY_COUNTS];
};

/* Supervisor: these have a place from here on, others may lose theirs. At most
 * POLICY_COUNTS; the same name twice is fine. */
void policy_counts_name(struct policy_counts *, const char *const *names,
    size_t count);

/* A child: one more. Of a name without a place: nothing. */
void policy_counts_add(struct policy_counts *, const char *name,
    enum policy_counted);

/* Anybody: a copy of the n-th place. -1: it is nobody's. */
int policy_counts_get(const struct policy_counts *, size_t n,
    char name_out[static POLICY_COUNT_NAME],
    uint64_t value_out[static POLICY_COUNTED]);

/* "glassgate_policy_requests_total", and what it means. */
const char *policy_counted_name(enum policy_counted);
const char *policy_counted_help(enum policy_counted);

#endif
