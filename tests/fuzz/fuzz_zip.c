/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "fuzz.h"
#include "cost_sink.h"
#include "unpack/zip.h"

/* Nothing is visited after the sink wants no more, and what ended is not
 * whole. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cost cost;
	const struct sink sink = cost_sink(&cost);
	struct zip_extent zip;
	bool on = zip_walk(slice_on(data, size), "a", &sink, &zip);

	if (on == cost.ended || (!on && zip.whole) || zip.from > zip.to ||
	    zip.to > size || zip_crowd(slice_on(data, size), 1) > size)
		abort();
	return 0;
}
