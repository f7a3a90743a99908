/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/pdf_out.h"

#include <string.h>

bool
pdf_out_flush(struct pdf_out *out)
{
	const struct sink *sink = out->sink;
	const size_t len = out->filled;
	uint8_t *to;

	out->filled = 0;
	if (len == 0 || out->stopped)
		return !out->stopped;
	out->stopped = !sink->spend(sink->ctx, len);
	to = out->stopped ? NULL : pile_room(&out->pile, len);
	if (to == NULL && !out->stopped)
		sink->note(sink->ctx, OUTCOME_ENGINE_ERROR, "Container.Memory",
		    "");
	out->stopped = to == NULL;
	if (to != NULL) {
		memcpy(to, out->chunk, len);
		out->pile.len += len;
	}
	return !out->stopped;
}

struct slice
pdf_out_bytes(const struct pdf_out *out)
{
	return slice_on(out->pile.bytes, out->pile.len);
}
