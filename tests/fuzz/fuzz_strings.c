/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "unpack/strings.h"
#include "unpack/value.h"

/* A JSON body: each candidate in it, decoded. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE uint8_t *out = malloc(size > 0 ? size : 1);
	struct strings j = strings_on(slice_on(data, size), 4);
	struct found_value found;
	struct slice text;
	struct values v;
	size_t len, total = 0;

	if (out == NULL)
		return 0;
	while (strings_next(&j, &text)) {
		total += text.len;
		if (text.len < 4)
			abort();
		len = strings_decode(text, out);
		if (len > text.len || (!strings_encoded(text) &&
		    len != text.len))
			abort();
		v = values_on(slice_on(out, len));
		while (values_next(&v, &found))
			if (found.data.len > len)
				abort();
	}
	if (total > 2 * size)
		abort();
	return 0;
}
