/* SPDX-License-Identifier: GPL-2.0-only */
#include "segment/budget.h"

#include <stddef.h>

uint64_t
budget_held(const struct segment *segment, enum budget budget)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < ICAP_CHILDREN_MAX; i++)
		sum += atomic_load(&segment->threads[i].held[budget]);
	return sum;
}

void
budget_show(struct segment *segment)
{
	metrics_set(&segment->metrics, METRIC_BODY_MEMORY,
	    budget_held(segment, BUDGET_MEMORY));
	metrics_set(&segment->metrics, METRIC_BODY_DISK,
	    budget_held(segment, BUDGET_DISK));
}

static uint64_t
most(const struct segment *segment, enum budget budget)
{
	return atomic_load_explicit(&segment->budget[budget],
	    memory_order_relaxed);
}

bool
budget_take(const struct segment *segment, struct thread_count *child,
    enum budget budget, uint64_t n)
{
	if (child == NULL)
		return false;
	/* In one order for all: of two that add at once one sees the other. */
	atomic_fetch_add(&child->held[budget], n);
	if (budget_held(segment, budget) <= most(segment, budget))
		return true;
	budget_give(child, budget, n);
	return false;
}

bool
budget_has(const struct segment *segment, const struct thread_count *child,
    enum budget budget, uint64_t n)
{
	return child != NULL &&
	    budget_held(segment, budget) + n <= most(segment, budget);
}

void
budget_count(struct thread_count *child, enum budget budget, uint64_t n)
{
	if (child != NULL)
		atomic_fetch_add_explicit(&child->held[budget], n,
		    memory_order_relaxed);
}

void
budget_give(struct thread_count *child, enum budget budget, uint64_t n)
{
	if (child != NULL)
		atomic_fetch_sub_explicit(&child->held[budget], n,
		    memory_order_relaxed);
}
