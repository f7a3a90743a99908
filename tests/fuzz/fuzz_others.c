/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "fuzz.h"
#include "cost_sink.h"
#include "unpack/others.h"

/* Whatever is visited was likely, and nothing is after the sink wants no
 * more. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cost cost;
	const struct sink sink = cost_sink(&cost);
	const bool on = others_read(slice_on(data, size), "a", &sink);

	cost_sink_end(&cost, on);
	if (cost.spent > 0 && !others_likely(slice_on(data, size)))
		abort();
	return 0;
}
