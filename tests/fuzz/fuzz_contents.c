/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "fuzz.h"
#include "cost_sink.h"
#include "unpack/contents_parts.h"

/* What libarchive opens must not be passed over by a look, nor be taken for a
 * zip. */
static void
check_looks(const struct contents *contents, const uint8_t *data, size_t size)
{
	if (contents == NULL || (contents->state != ARCHIVE_OK &&
	    contents->state != ARCHIVE_WARN))
		return;
	if (!contents_likely(data, size) ||
	    (contents_only_zip(data, size) && !contents_is_zip(contents)))
		abort();
}

/* libarchive, with our limits around it. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cost cost;
	const struct sink sink = cost_sink(&cost);
	struct contents *contents = contents_try(data, size);

	check_looks(contents, data, size);
	if (contents != NULL && contents_read(contents, "a", &sink) ==
	    cost.ended)
		abort();
	contents_close(&contents);
	return 0;
}
