/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/deflated.h"

#include <zlib.h>

#define STEP (64 << 10)

/* No memory ends it like a fault; in a worker it does not come to that. */
static int
step(z_stream *stream, const struct deflated_to *to)
{
	uint8_t *out = pile_room(to->room, STEP);
	int result;

	if (out == NULL)
		return Z_MEM_ERROR;
	stream->next_out = out;
	stream->avail_out = STEP;
	result = inflate(stream, Z_NO_FLUSH);
	if (!to->piece(to->ctx, out, STEP - stream->avail_out))
		return Z_BUF_ERROR;
	return stream->avail_out > 0 && result == Z_OK ? Z_BUF_ERROR : result;
}

bool
deflated_read(struct slice data, const struct deflated_to *to, size_t *used_out)
{
	z_stream stream = { .next_in = NULL };
	int result;

	*used_out = 0;
	if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
		return false;
	/* zlib does not write to it. */
	stream.next_in = (z_const Bytef *)(uintptr_t)data.at;
	stream.avail_in = data.len > UINT32_MAX ? UINT32_MAX :
	    (unsigned)data.len;
	do {
		result = step(&stream, to);
	} while (result == Z_OK);
	*used_out = stream.total_in;
	inflateEnd(&stream);
	return result == Z_STREAM_END;
}
