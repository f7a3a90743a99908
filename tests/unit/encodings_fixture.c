/* SPDX-License-Identifier: GPL-2.0-only */
#include "encodings_fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "wire/merge.h"

struct seen seen;
uint32_t depth = 17;

static bool
spend(void *ctx, size_t len)
{
	(void)ctx, (void)len;
	return true;
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	(void)ctx;
	if (seen.count < SEEN_MAX) {
		snprintf(seen.names[seen.count], sizeof *seen.names, "%s",
		    name);
		seen.list[seen.count++] = packed_copy(bytes, len);
	}
	verdict_note(&seen.best, OUTCOME_CLEAN, "", "");
	return true;
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	(void)ctx;
	verdict_note(&seen.best, outcome, cause, name);
}

const struct sink seeing = { NULL, spend, visit, visit, visit, note };

void
forget(void)
{
	while (seen.count > 0)
		packed_free(&seen.list[--seen.count]);
	memset(&seen, 0, sizeof seen);
}

void
read_told(const struct told *told, const void *bytes, size_t len)
{
	struct budget budget = { .bytes = LIMIT, .members = 1000,
		.depth = depth, .deadline = clock_ms() + 60000 };

	forget();
	encodings_read(told, bytes, len, &budget, &seeing);
	assert_int_equal(budget.depth, depth);
}

void
read_as(const char *header, const void *bytes, size_t len)
{
	const struct told told = {
		.encodings = { header, (uint16_t)strlen(header) },
	};

	read_told(&told, bytes, len);
}

/* The visit of exactly these bytes, or -1. */
int
found(const void *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < seen.count; i++)
		if (seen.list[i].len == len &&
		    memcmp(seen.list[i].data, bytes, len) == 0)
			return (int)i;
	return -1;
}

bool
found_text(const char *text)
{
	return found(text, strlen(text)) != -1;
}

void
expect(const char *what, enum outcome outcome, const char *cause)
{
	if (seen.best.outcome != outcome || strcmp(seen.best.name, cause) != 0)
		fail_msg("%s: %s \"%s\", not %s \"%s\"", what,
		    outcome_name(seen.best.outcome), seen.best.name,
		    outcome_name(outcome), cause);
}

const struct way ways[WAYS] = {
	{ 'g', "gzip" }, { 'g', "x-gzip" }, { 'z', "deflate" },
	{ 'r', "deflate" }, { 'b', "br" }, { 's', "zstd" },
	{ 'i', "identity" },
};

struct packed
long_text(size_t len)
{
	struct packed text = { NULL, 0 };
	char line[32];
	unsigned i;

	for (i = 0; text.len < len; i++)
		packed_add(&text, line, (size_t)snprintf(line, sizeof line,
		    "line %u of %u\n", i, i * 2654435761U));
	return text;
}
