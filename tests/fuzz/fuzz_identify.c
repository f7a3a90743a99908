/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "fuzz.h"
#include "worker/identify.h"

/* The first byte is what the engine said. Whatever comes behind it, what it
 * knows is neither lost nor taken for harmless. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum type_group said, is;

	if (size == 0)
		return 0;
	said = (enum type_group)(data[0] % GROUP_COUNT);
	is = identify(said, data + 1, size - 1);
	if (is == GROUP_NONE || is >= GROUP_COUNT)
		abort();
	if (said == GROUP_EXECUTABLE && is != said)
		abort();
	if (is == GROUP_MEDIA && said == GROUP_ARCHIVE)
		abort();
	return 0;
}
