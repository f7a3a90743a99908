/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "unpack/texts.h"
#include "unpack/upload.h"
#include "wire/outcome.h"
#include "wire/verdict.h"

/* What one byte of a body can cost: 32 looks at it, each of which may be
 * decoded in 12 readings, as value of a field and of a piece of one. */
#define SHARE (32 * 12 * 2 * 2)

struct cost {
	size_t visited, spent;
	volatile uint8_t sum;
};

static bool
spend(void *ctx, size_t len)
{
	struct cost *cost = ctx;

	cost->spent += len;
	return true;
}

/* Reads all of it: the sanitizers shall see what is no longer there. */
static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	struct cost *cost = ctx;
	size_t i;

	if (len == 0 || strlen(name) > PATH_MAX_LEN)
		abort();
	for (i = 0; i < len; i++)
		cost->sum ^= bytes[i];
	cost->visited += len;
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

/* The first line is the Content-Type, the rest is the body. The cost is linear
 * whatever they are. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice body = slice_on(data, size);
	struct slice type = slice_cut(&body, '\n');
	struct cost cost = { .sum = 0 };
	const struct sink sink = { &cost, spend, visit, visit, visit, note };
	struct texts page = { .sink = &sink, .path = "" };

	if (texts_fits(body))
		(void)texts_page(&page, body);
	else if (texts_likely(body))
		abort();
	(void)upload_walk(type, body, "", &sink);
	if (cost.visited + cost.spent > SHARE * (body.len + 2048))
		abort();
	return 0;
}
