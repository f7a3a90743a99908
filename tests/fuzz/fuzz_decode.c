/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fuzz.h"
#include "unpack/decode.h"

static const struct codec *const codecs[] = {
	&codec_gzip, &codec_zlib, &codec_raw_deflate, &codec_br, &codec_zstd,
};

/* The first byte says which codec, the second how much may come out. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct budget budget = { .deadline = clock_ms() + 60000 };
	struct decoded decoded;
	uint64_t limit;
	struct err err;

	if (size < 2)
		return 0;
	limit = budget.bytes = (uint64_t)data[1] << (data[1] & 15);
	if (decode(codecs[data[0] % (sizeof codecs / sizeof *codecs)], data + 2,
	    size - 2, &budget, &decoded, &err) == -1)
		abort();
	if (decoded.used > size - 2 || decoded.room.len > limit ||
	    decoded.first > decoded.room.len ||
	    budget.bytes + decoded.room.len != limit)
		abort();
	room_free(&decoded.room);
	return 0;
}
