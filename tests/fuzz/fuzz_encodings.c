/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fuzz.h"
#include "unpack/encodings.h"

#define LIMIT (1 << 20)
#define DEPTH 12

/* How often somebody heard of the body. */
struct heard {
	unsigned visits, notes, sum;
};

static bool
spend(void *ctx, size_t len)
{
	(void)ctx, (void)len;
	return true;
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	struct heard *heard = ctx;

	/* Both ends can be read. */
	heard->sum += len > 0 ? bytes[0] + bytes[len - 1] : 0u;
	if (strlen(name) > 1000)
		abort();
	return ++heard->visits < 200;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	struct heard *heard = ctx;

	(void)name;
	if (outcome == OUTCOME_NONE || outcome == OUTCOME_CLEAN ||
	    cause[0] == '\0')
		abort();
	heard->notes++;
}

/* "header NUL body": nothing goes by without a word. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heard heard = { 0, 0, 0 };
	const struct sink sink = { &heard, spend, visit, visit, visit,
		note };
	struct budget budget = { .bytes = LIMIT, .depth = DEPTH,
		.deadline = clock_ms() + 60000 };
	const uint8_t *end = memchr(data, 0, size);
	struct told told = { 0, { 0 }, { NULL, 0 }, { NULL, 0 } };
	struct encodings list;

	if (end == NULL || end - data > TOLD_TEXT_MAX)
		return 0;
	told.encodings = (struct told_text){ (const char *)data,
		(uint16_t)(end - data) };
	list = encodings_parse(&told.encodings);
	if (list.count > ENCODINGS_MAX)
		abort();
	encodings_read(&told, end + 1, size - (size_t)(end - data) - 1, &budget,
	    &sink);
	if (heard.visits + heard.notes == 0 || budget.depth != DEPTH)
		abort();
	return 0;
}
