/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "fuzz.h"
#include "cost_sink.h"
#include "unpack/contents_parts.h"

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
	struct cost cost;
	const struct sink sink = cost_sink(&cost);
	struct contents *contents = contents_try(data, size);

	check_look(contents, data, size);
	if (contents != NULL && contents_read(contents, "a", &sink) ==
	    cost.ended)
		abort();
	contents_close(&contents);
	return 0;
}
