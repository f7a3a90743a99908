/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "unpack/quoted.h"

/* Never longer than it was, and the same when there is no "=" in it. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE uint8_t *out = malloc(size > 0 ? size : 1);
	size_t len;

	if (out == NULL)
		return 0;
	len = quoted_decode(slice_on(data, size), out);
	if (len > size)
		abort();
	if (size > 0 && memchr(data, '=', size) == NULL &&
	    (len != size || memcmp(out, data, size) != 0))
		abort();
	return 0;
}
