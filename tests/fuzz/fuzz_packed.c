/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "fuzz.h"
#include "cost_sink.h"
#include "unpack/packed.h"

/* The libraries behind our codecs, and our own reader of compress. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct slice body = slice_on(data, size);
	struct packed packed;
	struct cost cost;
	struct sink sink = cost_sink(&cost);

	cost_sink_end(&cost, packed_read(body, "a", &sink, &packed));
	if (packed.used > size || (packed.whole && packed.used == 0) ||
	    (packed.used > 0 && !packed_begins(body)))
		abort();
	return 0;
}
