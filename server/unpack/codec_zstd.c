/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Zstandard (RFC 8878), by libzstd. RFC 9659 allows windows of 8 MB in HTTP;
 * who uses the library as it comes takes 128 MB, and so do we.
 */
#include "unpack/codec.h"

#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#define WINDOW_LOG_MAX 27
#define MAGIC 0xfd2fb528U
#define SINGLE 0x20		/* flag: as large as what is packed */
#define KEPT 7			/* flags: a checksum, a dictionary */
#define HEAD_MAX 18
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

static uint64_t
little(const uint8_t *in, size_t len)
{
	uint64_t value = 0;

	while (len-- > 0)
		value = value << 8 | in[len];
	return value;
}

/* RFC 8878, 3.1.1.1.1.2; or the length of what is packed. */
static uint64_t
window(const uint8_t *in, size_t size_at, size_t size_len)
{
	const unsigned byte = in[5];
	const uint64_t base = 1ULL << (10 + (byte >> 3));

	if (in[4] & SINGLE)
		return little(in + size_at, size_len) +
		    (size_len == 2 ? 256 : 0);
	return base + base / 8 * (byte & 7);
}

static struct tame
tame(const uint8_t *in, size_t len)
{
	static const uint8_t id_lens[] = { 0, 1, 2, 4 };
	static const uint8_t size_lens[] = { 0, 2, 4, 8 };
	struct tame t = { .len = 0 };
	size_t id_at, id_len, size_len;

	if (len < HEAD_MAX || mark(in, len) != MAGIC)
		return t;
	id_at = in[4] & SINGLE ? 5 : 6;
	id_len = id_lens[in[4] & 3];
	size_len = size_lens[in[4] >> 6];
	if (window(in, id_at + id_len, size_len) <= 1U << WINDOW_LOG_MAX)
		return t;
	memcpy(t.head, in, 4);
	t.head[4] = in[4] & KEPT;
	t.head[5] = (WINDOW_LOG_MAX - 10) << 3;
	memcpy(t.head + 6, in + id_at, id_len);
	t.len = 6 + id_len;
	t.instead_of = id_at + id_len + size_len;
	t.good_for = 1U << WINDOW_LOG_MAX;
	return t;
}

const struct codec codec_zstd = {
	.name = "zstd",
	.tame = tame,
	.begins = begins,
	.sure = true,
	.carries = carries,
	.hoards = true,
	.start = start,
	.step = step,
	.again = again,
	.stop = stop,
};
