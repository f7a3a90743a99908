/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * metrics - counters, by the rows of metrics_table.h. c-icap's `info`,
 * `glassgate status`, the manual and later Prometheus show these rows under
 * these names.
 *
 * The values live in the shared segment: relaxed atomics, many writers, no
 * lock. "requests" and the outcomes are told in one function, so that requests
 * always equal the sum of outcomes.
 */
#ifndef METRICS_METRICS_H
#define METRICS_METRICS_H

#include <stdatomic.h>
#include <stdint.h>

#include "metrics/metrics_table.h"
#include "wire/outcome.h"

enum metric {
#define X(id, name, gauge, help) METRIC_##id,
	METRICS(X)
#undef X
	METRIC_OUTCOMES,	/* one for each outcome, from here on */
	METRIC_COUNT = METRIC_OUTCOMES + OUTCOME_COUNT
};

/* Part of the shared segment; all zero at first. */
struct metrics {
	_Atomic uint64_t value[METRIC_COUNT];
};

const char *metric_name(enum metric);
const char *metric_help(enum metric);
int metric_is_gauge(enum metric);

/* Not for gauges, nor for REQUESTS, BLOCKED and the outcomes: a bug. */
void metrics_add(struct metrics *, enum metric, uint64_t n);
void metrics_set(struct metrics *, enum metric, uint64_t value);
uint64_t metrics_get(const struct metrics *, enum metric);

/* One decided request: REQUESTS and its outcome, and BLOCKED if it was. What is
 * no outcome counts as `none`. */
void metrics_decided(struct metrics *, enum outcome, int blocked);

#endif
