/* SPDX-License-Identifier: GPL-2.0-only */
#include "cost_sink.h"

#include <stdlib.h>
#include <string.h>

#include "wire/verdict.h"

#define SPENT_MAX (1 << 20)
#define LOOKS_MAX 20000

static bool
spend(void *ctx, size_t len)
{
	struct cost *cost = ctx;

	if (cost->ended)
		abort();
	cost->spent += len;
	cost->ended = cost->spent > SPENT_MAX || ++cost->looks > LOOKS_MAX;
	return !cost->ended;
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	struct cost *cost = ctx;
	size_t i;

	if (cost->ended || len == 0 || strlen(name) > PATH_MAX_LEN)
		abort();
	for (i = 0; i < len; i++)
		cost->sum ^= bytes[i];
	return true;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	(void)ctx;
	if (outcome == OUTCOME_CLEAN || outcome == OUTCOME_NONE ||
	    !verdict_name_valid(cause, strlen(cause)) ||
	    strlen(name) > PATH_MAX_LEN)
		abort();
}

struct sink
cost_sink(struct cost *cost)
{
	*cost = (struct cost){ .spent = 0 };
	return (struct sink){ cost, spend, visit, visit, visit, note };
}

void
cost_sink_end(const struct cost *cost, bool on)
{
	if (on == cost->ended)
		abort();
}
