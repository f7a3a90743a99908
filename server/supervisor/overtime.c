/* SPDX-License-Identifier: GPL-2.0-only */
#include "supervisor/overtime.h"

#include "base/bug.h"
#include "base/clock.h"

#define SECOND_MS 1000

static void
on_second(void *ctx)
{
	struct overtime *overtime = ctx;
	size_t i;

	for (i = 0; i < overtime->count; i++)
		errand_second(overtime->errands[i]);
	overtime->timer = loop_at(overtime->house->loop,
	    clock_ms() + SECOND_MS, on_second, overtime);
}

void
overtime_add(struct overtime *overtime, struct errand *errand)
{
	bug_if(overtime->count == OVERTIME_MOST);
	overtime->errands[overtime->count++] = errand;
}

void
overtime_start(struct overtime *overtime, struct house *house)
{
	size_t i;

	overtime->house = house;
	for (i = 0; i < overtime->count; i++)
		overtime->errands[i]->segment = house->segment;
	on_second(overtime);
}

void
overtime_stop(struct overtime *overtime)
{
	loop_cancel(overtime->house->loop, &overtime->timer);
}
