/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/cleanup.h"
#include "fuzz.h"
#include "unpack/entities.h"
#include "unpack/percent.h"
#include "unpack/value.h"

static void
look_for_files(struct slice text)
{
	struct values v = values_on(text);
	struct found_value found;

	while (values_next(&v, &found))
		if (found.data.at < text.at || found.data.len < VALUE_MIN ||
		    (size_t)(found.data.at - text.at) >
		    text.len - found.data.len)
			abort();
}

static void
look_at_page(struct slice s, uint8_t *out)
{
	size_t len = entities_decode(s, out);

	if (len > s.len || (len < s.len && !entities_any(s)))
		abort();
	look_for_files(slice_on(out, len));
	if (entities_wide(s) && entities_narrow(s, out) > s.len / 2 - 1)
		abort();
}

/* A form, and a page: each candidate in it, decoded. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_FREE uint8_t *out = malloc(size > 0 ? size : 1);
	struct fields f = fields_on(slice_on(data, size));
	size_t len, total = 0;
	struct slice s;

	if (out == NULL)
		return 0;
	while (fields_next(&f, &s)) {
		total += s.len;
		len = percent_decode(s, true, out);
		if (len > s.len)
			abort();
		look_for_files(slice_on(out, len));
	}
	if (total > 2 * size)
		abort();
	look_at_page(slice_on(data, size), out);
	return 0;
}
