/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "fuzz.h"
#include "cost_sink.h"
#include "unpack/arj.h"
#include "unpack/cpio.h"
#include "unpack/gzip.h"
#include "unpack/labels.h"
#include "unpack/lha.h"
#include "unpack/place_marks.h"
#include "unpack/place_proof.h"
#include "unpack/place_search.h"
#include "unpack/places.h"
#include "unpack/program_end.h"
#include "unpack/rar.h"
#include "unpack/rar5.h"
#include "unpack/tar.h"

static size_t
length_of(struct slice rest, const struct place *p)
{
	return p->image != NULL ? image_length(p->image, rest) :
	    place_length(rest, p->kind);
}

/* The search finds what a look at each byte does, and nothing is announced that
 * does not lie within the body. */
static void
check_search(struct slice body)
{
	struct place_search search = places_in(body);
	struct place p, found;
	size_t at;

	for (at = 0; at + 1 < body.len; at++) {
		if (!place_at(body, at, &p))
			continue;
		if (p.at > at || length_of(slice_tail(body, p.at), &p) >
		    body.len - p.at || !place_next(&search, &found) ||
		    search.from != at + 1 || found.at != p.at ||
		    found.kind != p.kind || found.image != p.image)
			abort();
	}
	if (place_next(&search, &found))
		abort();
}

/* What begins a file is of one of the kinds. */
static void
check_proofs(struct slice body)
{
	bool any = false;
	enum contents_kind kind;

	for (kind = 0; kind < KIND_COUNT; kind++)
		any |= place_is_proven(body, kind);
	if (any != place_is_proven_first(body))
		abort();
}

/* They are within the container, and in order. */
static void
check_labels(struct slice body)
{
	static struct labels labels;
	size_t i;

	if (body.len == 0)
		return;
	labels.count = 0;
	(void)labels_add(&labels, body.at[body.len - 1] % KIND_COUNT, body, 0,
	    body.len);
	for (i = 0; i < labels.count; i++)
		if (labels.at[i] >= body.len ||
		    !labels_have(&labels, labels.at[i]) ||
		    (i > 0 && labels.at[i] <= labels.at[i - 1]))
			abort();
}

static void
check_marks(struct slice body, const struct sink *sink)
{
	struct slice rest = body, content;
	struct contents *contents;

	check_search(body);
	check_proofs(body);
	check_labels(body);
	while (place_skippable(&rest, &content))
		if (content.len == 0 || rest.at + rest.len != body.at +
		    body.len)
			abort();
	if (program_end(body) > body.len)
		abort();
	if (place_is_lzop(body) && body.len < 31)
		abort();
	if (place_joins_lzma(body) && body.len < 6)
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
	struct cost cost;
	struct sink sink = cost_sink(&cost);

	check_marks(body, &sink);
	sink = cost_sink(&cost);
	cost_sink_end(&cost, places_read(body, &none, "a", &sink));
	sink = cost_sink(&cost);
	cost_sink_end(&cost, tar_walk(body, "a", &sink));
	sink = cost_sink(&cost);
	cost_sink_end(&cost, gzip_walk(body, "a", &sink));
	sink = cost_sink(&cost);
	cost_sink_end(&cost, rar_check(body, "a", &sink));
	sink = cost_sink(&cost);
	cost_sink_end(&cost, rar5_walk(body, "a", &sink));
	sink = cost_sink(&cost);
	cost_sink_end(&cost, cpio_check(body, "a", &sink));
	sink = cost_sink(&cost);
	arj_check(body, "a", &sink);
	lha_check(body, "a", &sink);
	return 0;
}
