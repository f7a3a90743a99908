/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "engines/magics.h"
#include "fuzz.h"

/* What is known by its beginning is still so with more behind it: as the same,
 * or by a row further up that needs more bytes. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct magic *magic = magic_of(data, size), *later;
	AUTO_FREE uint8_t *longer = NULL;

	if (magic == NULL)
		return 0;
	if (magic->outcome != OUTCOME_UNSUPPORTED &&
	    magic->outcome != OUTCOME_ENCRYPTED)
		abort();
	longer = malloc(size + 1);
	if (longer == NULL)
		return 0;
	memcpy(longer, data, size);
	longer[size] = 0;
	later = magic_of(longer, size + 1);
	if (later == NULL || later > magic)
		abort();
	return 0;
}
