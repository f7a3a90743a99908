/* SPDX-License-Identifier: GPL-2.0-only */
/* lz4's frames, by liblz4. */
#include "unpack/codec.h"

#include <lz4frame.h>
#include <string.h>

static void *
start(void)
{
	LZ4F_dctx *state = NULL;

	if (LZ4F_isError(LZ4F_createDecompressionContext(&state,
	    LZ4F_VERSION)))
		return NULL;
	return state;
}

static enum step
step(void *state, struct flow *flow)
{
	size_t in = flow->in_len, out = flow->out_len, code;

	code = LZ4F_decompress(state, flow->out, &out, flow->in, &in, NULL);
	if (LZ4F_isError(code))
		return STEP_BAD;
	flow->in += in;
	flow->in_len -= in;
	flow->out += out;
	flow->out_len -= out;
	return code == 0 ? STEP_END : STEP_MORE;
}

static void
again(void *state)
{
	LZ4F_resetDecompressionContext(state);
}

static void
stop(void *state)
{
	LZ4F_freeDecompressionContext(state);
}

static bool
begins(const uint8_t *in, size_t len)
{
	return len > 6 && memcmp(in, "\x04\x22\x4d\x18", 4) == 0;
}

const struct codec codec_lz4 = {
	.name = "lz4",
	.begins = begins,
	.hoards = true,
	.start = start,
	.step = step,
	.again = again,
	.stop = stop,
};
