/* SPDX-License-Identifier: GPL-2.0-only */
#include "metrics/metrics.h"

#include <stddef.h>

#include "base/bug.h"

static const struct row {
	const char *name;
	int gauge;
	const char *help;
} rows[METRIC_COUNT] = {
#define X(id, name, gauge, help) [METRIC_##id] = { name, gauge, help },
	METRICS(X)
#undef X
#define X(id, name)                                                            \
	[METRIC_OUTCOMES + OUTCOME_##id] = {                                   \
	    "glassgate_outcomes_total{outcome=\"" name "\"}", 0,               \
	    "Requests decided, by outcome." },
	OUTCOMES(X)
#undef X
};

static const struct row *
row_of(enum metric metric)
{
	bug_if((unsigned)metric >= METRIC_COUNT);
	return &rows[metric];
}

const char *
metric_name(enum metric metric)
{
	return row_of(metric)->name;
}

const char *
metric_help(enum metric metric)
{
	return row_of(metric)->help;
}

int
metric_is_gauge(enum metric metric)
{
	return row_of(metric)->gauge;
}

static void
add(struct metrics *metrics, unsigned metric, uint64_t n)
{
	atomic_fetch_add_explicit(&metrics->value[metric], n,
	    memory_order_relaxed);
}

/* What metrics_decided() counts is counted nowhere else. */
void
metrics_add(struct metrics *metrics, enum metric metric, uint64_t n)
{
	bug_if(row_of(metric)->gauge);
	bug_if(metric == METRIC_REQUESTS || metric == METRIC_BLOCKED ||
	    metric >= METRIC_OUTCOMES);
	add(metrics, metric, n);
}

void
metrics_set(struct metrics *metrics, enum metric metric, uint64_t value)
{
	bug_if((unsigned)metric >= METRIC_COUNT);
	atomic_store_explicit(&metrics->value[metric], value,
	    memory_order_relaxed);
}

uint64_t
metrics_get(const struct metrics *metrics, enum metric metric)
{
	bug_if((unsigned)metric >= METRIC_COUNT);
	return atomic_load_explicit(&metrics->value[metric],
	    memory_order_relaxed);
}

/* A number that is no outcome was blocked as `none`, so it counts as that. */
void
metrics_decided(struct metrics *metrics, enum outcome outcome, int blocked)
{
	if ((unsigned)outcome >= OUTCOME_COUNT)
		outcome = OUTCOME_NONE;
	add(metrics, METRIC_REQUESTS, 1);
	add(metrics, METRIC_OUTCOMES + (unsigned)outcome, 1);
	if (blocked)
		add(metrics, METRIC_BLOCKED, 1);
}
