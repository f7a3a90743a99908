/* SPDX-License-Identifier: GPL-2.0-only */
/* Brotli (RFC 7932), by libbrotlidec. Windows up to 16 MB: "large" ones are no
 * content coding, and refused. */
#include "unpack/codec.h"

#include <brotli/decode.h>

static void *
start(void)
{
	return BrotliDecoderCreateInstance(NULL, NULL, NULL);
}

/* Where a size of the window is told, this tells that it is "large". */
static bool
is_large(const uint8_t *in, size_t len)
{
	return len > 0 && (in[0] & 0x7f) == 0x11;
}

static enum step
step(void *state, struct flow *flow)
{
	switch (BrotliDecoderDecompressStream(state, &flow->in_len, &flow->in,
	    &flow->out_len, &flow->out, NULL)) {
	case BROTLI_DECODER_RESULT_SUCCESS:
		return STEP_END;
	case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT:
	case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
		return STEP_MORE;
	case BROTLI_DECODER_RESULT_ERROR:
		break;
	}
	return STEP_BAD;
}

static void
stop(void *state)
{
	BrotliDecoderDestroyInstance(state);
}

const struct codec codec_br = {
	.name = "br",
	.refused = is_large,
	.hoards = true,
	.start = start,
	.step = step,
	.stop = stop,
};
