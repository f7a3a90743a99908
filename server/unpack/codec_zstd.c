/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Zstandard (RFC 8878), by libzstd. RFC 9659 allows windows of 8 MB in HTTP;
 * who uses the library as it comes takes 128 MB, and so do we.
 */
#include "unpack/codec.h"

#include <zstd.h>
#include <zstd_errors.h>

#define WINDOW_LOG_MAX 27
#define MAGIC 0xfd2fb528U
#define MAGIC_SKIPPED 0x184d2a50U	/* and the 15 that follow */

static void *
start(void)
{
	ZSTD_DCtx *state = ZSTD_createDCtx();

	if (state != NULL && ZSTD_isError(ZSTD_DCtx_setParameter(state,
	    ZSTD_d_windowLogMax, WINDOW_LOG_MAX))) {
		ZSTD_freeDCtx(state);
		state = NULL;
	}
	return state;
}

static enum step
step(void *state, struct flow *flow)
{
	ZSTD_inBuffer in = { flow->in, flow->in_len, 0 };
	ZSTD_outBuffer out = { flow->out, flow->out_len, 0 };
	size_t code = ZSTD_decompressStream(state, &out, &in);

	flow->in += in.pos;
	flow->in_len -= in.pos;
	flow->out += out.pos;
	flow->out_len -= out.pos;
	if (!ZSTD_isError(code))
		return code == 0 ? STEP_END : STEP_MORE;
	return ZSTD_getErrorCode(code) ==
	    ZSTD_error_frameParameter_windowTooLarge ? STEP_TOO_MUCH : STEP_BAD;
}

static void
again(void *state)
{
	ZSTD_DCtx_reset(state, ZSTD_reset_session_only);
}

static void
stop(void *state)
{
	ZSTD_freeDCtx(state);
}

static uint32_t
mark(const uint8_t *in, size_t len)
{
	if (len < 4)
		return 0;
	return in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 |
	    (uint32_t)in[3] << 24;
}

static bool
carries(const uint8_t *in, size_t len)
{
	return (mark(in, len) & 0xfffffff0U) == MAGIC_SKIPPED;
}

static bool
begins(const uint8_t *in, size_t len)
{
	return mark(in, len) == MAGIC || carries(in, len);
}

const struct codec codec_zstd = {
	.name = "zstd",
	.begins = begins,
	.sure = true,
	.carries = carries,
	.hoards = true,
	.start = start,
	.step = step,
	.again = again,
	.stop = stop,
};
