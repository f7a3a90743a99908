/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "unpack/gzip.h"
#include "unpack/place_marks.h"
#include "unpack/places.h"
#include "unpack/rar.h"
#include "unpack/tar.h"
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
	(void)ctx;
	if (outcome == OUTCOME_CLEAN || outcome == OUTCOME_NONE ||
	    !verdict_name_valid(cause, strlen(cause)) ||
	    strlen(name) > PATH_MAX_LEN)
		abort();
}

static void
check(const struct cost *cost, bool on)
{
	if (on == cost->ended)
		abort();
}

/* Marks go forward, and lie within the body, like what they announce. */
static void
check_marks(struct slice body, const struct sink *sink)
{
	struct slice rest = body, content;
	struct contents *contents;
	struct place_index index;
	struct place p;
	size_t from;

	place_index(&index);
	for (from = 0; place_next(&index, body, from, &p); from = p.mark + 1)
		if (p.mark < from || p.mark >= body.len || p.at > p.mark ||
		    place_length(slice_tail(body, p.at), p.kind) >
		    body.len - p.at)
			abort();
	while (place_skippable(&rest, &content))
		if (content.len == 0 || rest.at + rest.len != body.at +
		    body.len)
			abort();
	if (body.len == 0)
		return;
	contents = contents_open_as(body.at[body.len - 1] % KIND_COUNT,
	    body.at, body.len);
	if (contents_has_member(contents))
		(void)contents_read(contents, "a", sink);
	contents_close(&contents);
}

/* What a body begins with does not matter to places: each is tried. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct slice body = slice_on(data, size);
	const struct places_known none = { .first = NULL };
	struct cost cost = { .spent = 0 };
	const struct sink sink = { &cost, spend, visit, visit, note };

	check_marks(body, &sink);
	cost = (struct cost){ .spent = 0 };
	check(&cost, places_read(body, &none, "a", &sink));
	cost = (struct cost){ .spent = 0 };
	check(&cost, tar_walk(body, "a", &sink));
	cost = (struct cost){ .spent = 0 };
	check(&cost, gzip_walk(body, "a", &sink));
	cost = (struct cost){ .spent = 0 };
	rar_check(body, "a", &sink);
	return 0;
}
