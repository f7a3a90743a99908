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

typedef void publish_fn(enum metric, int difference);

void publish(const struct metrics *now, struct metrics *told, publish_fn *);

/* A c-icap that was just started knows nothing. Before its children run. */
void publish_forget(struct metrics *told);

#endif
