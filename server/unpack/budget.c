/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/budget.h"

#include "base/clock.h"

bool
budget_late(const struct budget *budget)
{
	return clock_ms() >= budget->deadline;
}

bool
budget_take(struct budget *budget, uint64_t bytes)
{
	if (bytes > budget->bytes)
		return false;
	budget->bytes -= bytes;
	return true;
}
