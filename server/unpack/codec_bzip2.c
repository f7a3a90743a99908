/* SPDX-License-Identifier: GPL-2.0-only */
/* bzip2, by libbz2. */
#include "unpack/codec.h"

#include <bzlib.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void *
start(void)
{
	bz_stream *bz = calloc(1, sizeof *bz);

	if (bz != NULL && BZ2_bzDecompressInit(bz, 0, 0) != BZ_OK) {
		free(bz);
		bz = NULL;
	}
	return bz;
}

static unsigned
as_uint(size_t len)
{
	return len < UINT_MAX ? (unsigned)len : UINT_MAX;
}

static enum step
step(void *state, struct flow *flow)
{
	bz_stream *bz = state;
	unsigned in = as_uint(flow->in_len), out = as_uint(flow->out_len);
	int code;

	/* libbz2 does not write to it. */
	bz->next_in = (char *)(uintptr_t)flow->in;
	bz->avail_in = in;
	bz->next_out = (char *)flow->out;
	bz->avail_out = out;
	code = BZ2_bzDecompress(bz);
	flow->in += in - bz->avail_in;
	flow->in_len -= in - bz->avail_in;
	flow->out += out - bz->avail_out;
	flow->out_len -= out - bz->avail_out;
	if (code == BZ_STREAM_END)
		return STEP_END;
	return code == BZ_OK ? STEP_MORE : STEP_BAD;
}

/* There is memory: what was there was given back. */
static void
again(void *state)
{
	bz_stream *bz = state;

	BZ2_bzDecompressEnd(bz);
	memset(bz, 0, sizeof *bz);
	(void)BZ2_bzDecompressInit(bz, 0, 0);
}

static void
stop(void *state)
{
	BZ2_bzDecompressEnd(state);
	free(state);
}

static bool
begins(const uint8_t *in, size_t len)
{
	return len > 10 && memcmp(in, "BZh", 3) == 0 && in[3] >= '1' &&
	    in[3] <= '9';
}

const struct codec codec_bzip2 = {
	.name = "bzip2",
	.begins = begins,
	.start = start,
	.step = step,
	.again = again,
	.stop = stop,
};
