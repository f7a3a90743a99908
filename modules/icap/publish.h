/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * publish - shows our counters in c-icap's `info` service with the names and
 * values of `glassgate status`. Runs in c-icap's children.
 *
 * c-icap can only be told differences. `told` in the shared segment says what
 * it knows already; whoever moves an entry of it owes c-icap that difference.
 */
#ifndef ICAP_PUBLISH_H
#define ICAP_PUBLISH_H

#include "metrics/metrics.h"
#include "metrics/policy_counts.h"

typedef void publish_fn(enum metric, int difference);
typedef void publish_policy_fn(const char *policy, enum policy_counted,
    int difference);

void publish(const struct metrics *now, struct metrics *told, publish_fn *);

void publish_policies(struct policy_counts *, publish_policy_fn *);

/* A c-icap that was just started knows nothing. Before its children run. */
void publish_forget(struct metrics *told, struct policy_counts *);

#endif
