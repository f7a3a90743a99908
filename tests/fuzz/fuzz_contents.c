/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "unpack/contents_parts.h"
#include "wire/verdict.h"

#define SPENT_MAX (1 << 20)

struct cost {
	size_t spent;
	unsigned looks;
	bool ended;
	volatile uint8_t sum;
};

static bool
spend(void *ctx, size_t len)
{
	struct cost *cost = ctx;

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
	(void)ctx;
	if (outcome == OUTCOME_CLEAN || outcome == OUTCOME_NONE ||
	    !verdict_name_valid(cause, strlen(cause)) ||
	    strlen(name) > PATH_MAX_LEN)
		abort();
}

/* What libarchive opens must not be passed over by a look. */
static void
check_look(const struct contents *contents, const uint8_t *data, size_t size)
{
	if (contents != NULL && (contents->state == ARCHIVE_OK ||
	    contents->state == ARCHIVE_WARN) && !contents_likely(data, size))
		abort();
}

/* libarchive, with our limits around it. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cost cost = { .spent = 0 };
	const struct sink sink = { &cost, spend, visit, visit, note };
	struct contents *contents = contents_try(data, size);

	check_look(contents, data, size);
	if (contents != NULL && contents_read(contents, "a", &sink) ==
	    cost.ended)
		abort();
	contents_close(&contents);
	return 0;
}
