/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/publish.h"

#include <limits.h>

static void
tell(publish_fn *fn, enum metric metric, int64_t difference)
{
	while (difference > INT_MAX) {
		fn(metric, INT_MAX);
		difference -= INT_MAX;
	}
	while (difference < INT_MIN) {
		fn(metric, INT_MIN);
		difference -= INT_MIN;
	}
	if (difference != 0)
		fn(metric, (int)difference);
}

/* An older value than another thread has told already comes from reading too
 * early: that thread was right. */
static void
publish_one(enum metric metric, uint64_t value, _Atomic uint64_t *told,
    publish_fn *fn)
{
	uint64_t old = atomic_load_explicit(told, memory_order_relaxed);

	do {
		if (value == old || (value < old && !metric_is_gauge(metric)))
			return;
	} while (!atomic_compare_exchange_weak_explicit(told, &old, value,
	    memory_order_relaxed, memory_order_relaxed));
	tell(fn, metric, (int64_t)(value - old));
}

void
publish(const struct metrics *now, struct metrics *told, publish_fn *fn)
{
	unsigned metric;

	for (metric = 0; metric < METRIC_COUNT; metric++)
		publish_one(metric, metrics_get(now, metric),
		    &told->value[metric], fn);
}

void
publish_forget(struct metrics *told)
{
	unsigned metric;

	for (metric = 0; metric < METRIC_COUNT; metric++)
		metrics_set(told, metric, 0);
}
