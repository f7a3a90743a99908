/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "fuzz.h"
#include "cost_sink.h"
#include "unpack/pdf.h"
#include "unpack/pdf_filter.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define HEAD 6

static const char *const names[] = { "/Fl", "/LZW", "/AHx", "/A85", "/RL" };

/* A filter and what undoes a predictor, by the first bytes. */
static void
undo(struct slice s)
{
	struct cost cost;
	const struct sink sink = cost_sink(&cost);
	struct pdf_out out = { .sink = &sink };
	const struct pdf_parms parms = {
		.predictor = s.at[1], .columns = s.at[2], .colors = s.at[3],
		.bits = s.at[4], .late = s.at[5] & 1,
	};
	const char *name = names[s.at[0] % COUNT(names)];

	s = slice_tail(s, HEAD);
	pdf_filter_of(slice_text(name))->run(s, &parms, &out);
	(void)pdf_out_flush(&out);
	if (!out.stopped && pdf_has_predictor(&parms))
		pdf_unpredict(s, &parms, &out);
	(void)pdf_out_flush(&out);
	if (out.stopped != cost.ended)
		abort();
	pile_free(&out.pile);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cost cost;
	const struct sink sink = cost_sink(&cost);

	if (size > HEAD && data[0] < 32)
		undo(slice_on(data, size));
	else
		cost_sink_end(&cost, pdf_walk(slice_on(data, size), "a",
		    &sink));
	return 0;
}
