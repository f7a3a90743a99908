/* SPDX-License-Identifier: GPL-2.0-only */
#include "icap/publish.h"

#include <limits.h>
#include <stdbool.h>

/* c-icap takes no more at once. */
static int
piece_of(int64_t difference)
{
	if (difference > INT_MAX)
		return INT_MAX;
	return difference < INT_MIN ? INT_MIN : (int)difference;
}

/* What c-icap must be told; from here on by us. An older value than another
 * thread has told already comes from reading too early: that thread was right.
 */
static int64_t
take_debt(uint64_t value, _Atomic uint64_t *told, bool falls)
{
	uint64_t old = atomic_load_explicit(told, memory_order_relaxed);

	do {
		if (value == old || (value < old && !falls))
			return 0;
	} while (!atomic_compare_exchange_weak_explicit(told, &old, value,
	    memory_order_relaxed, memory_order_relaxed));
	return (int64_t)(value - old);
}

static void
publish_one(enum metric metric, uint64_t value, _Atomic uint64_t *told,
    publish_fn *fn)
{
	int64_t debt = take_debt(value, told, metric_is_gauge(metric));

	for (; debt != 0; debt -= piece_of(debt))
		fn(metric, piece_of(debt));
}

void
publish(const struct metrics *now, struct metrics *told, publish_fn *fn)
{
	unsigned metric;

	for (metric = 0; metric < METRIC_COUNT; metric++)
		publish_one(metric, metrics_get(now, metric),
		    &told->value[metric], fn);
}

static void
publish_place(struct policy_count *place, const char *name,
    const uint64_t value[POLICY_COUNTED], publish_policy_fn *fn)
{
	unsigned i;
	int64_t debt;

	for (i = 0; i < POLICY_COUNTED; i++) {
		debt = take_debt(value[i], &place->told[i], false);
		for (; debt != 0; debt -= piece_of(debt))
			fn(name, (enum policy_counted)i, piece_of(debt));
	}
}

void
publish_policies(struct policy_counts *counts, publish_policy_fn *fn)
{
	char name[POLICY_COUNT_NAME];
	uint64_t value[POLICY_COUNTED];
	size_t i;

	for (i = 0; i < POLICY_COUNTS; i++)
		if (policy_counts_get(counts, i, name, value) == 0)
			publish_place(&counts->place[i], name, value, fn);
}

void
publish_forget(struct metrics *told, struct policy_counts *counts)
{
	unsigned metric;
	size_t i, which;

	for (metric = 0; metric < METRIC_COUNT; metric++)
		metrics_set(told, metric, 0);
	for (i = 0; i < POLICY_COUNTS; i++)
		for (which = 0; which < POLICY_COUNTED; which++)
			atomic_store(&counts->place[i].told[which], 0);
}
