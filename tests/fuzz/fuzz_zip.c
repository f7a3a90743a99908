/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "unpack/zip.h"
#include "wire/verdict.h"

#define SPENT_MAX (1 << 20)

struct cost {
	size_t spent;
	unsigned looks;
	bool noted, ended;
	volatile uint8_t sum;
};

static bool
spend(void *ctx, size_t len)
{
	struct cost *cost = ctx;

	if (cost->ended)
		abort();
	cost->spent += len;
	cost->ended = cost->spent > SPENT_MAX || ++cost->looks > 20000;
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
	struct cost *cost = ctx;

	if (outcome == OUTCOME_CLEAN || outcome == OUTCOME_NONE ||
	    !verdict_name_valid(cause, strlen(cause)) ||
	    strlen(name) > PATH_MAX_LEN)
		abort();
	cost->noted = true;
}

/* Nothing is visited after the sink wants no more, and what ended is not
 * whole. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cost cost = { .spent = 0 };
	const struct sink sink = { &cost, spend, visit, visit, note };
	struct zip_extent zip;
	bool on = zip_walk(slice_on(data, size), "a", &sink, &zip);

	if (on == cost.ended || (!on && zip.whole) || zip.from > zip.to ||
	    zip.to > size)
		abort();
	return 0;
}
