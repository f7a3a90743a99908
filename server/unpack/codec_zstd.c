/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Zstandard (RFC 8878), by libzstd. RFC 9659 allows windows of 8 MB in HTTP;
 * who uses the library as it comes takes 128 MB, and so do we.
 */
#include "unpack/codec.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "unpack/slice.h"

#define WINDOW_LOG_MAX 27
#define WINDOW_LOG_MIN 10
#define MAGIC 0xfd2fb528U
#define SINGLE 0x20		/* flag: its window is its content */
#define KEPT 7			/* flags: a checksum, a dictionary */
#define HEAD_MAX 18
#define MAGIC_SKIPPED 0x184d2a50U	/* and the 15 that follow */

struct state {
	ZSTD_DCtx *z;
	bool begun;		/* with this frame */
};

static uint32_t
mark(const uint8_t *in, size_t len)
{
	if (len < 4)
		return 0;
	return in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 |
	    (uint32_t)in[3] << 24;
}

static void
stop(void *state)
{
	struct state *s = state;

	ZSTD_freeDCtx(s->z);
	free(s);
}

static void *
start(void)
{
	struct state *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->z = ZSTD_createDCtx();
	if (s->z == NULL || ZSTD_isError(ZSTD_DCtx_setParameter(s->z,
	    ZSTD_d_windowLogMax, WINDOW_LOG_MAX))) {
		stop(s);
		return NULL;
	}
	return s;
}

/* Its window is no larger than we allow. */
static bool
is_usual(const struct flow *flow)
{
	return mark(flow->in, flow->in_len) == MAGIC && flow->in_len > 5 &&
	    ((flow->in[4] & SINGLE) != 0 ||
	    WINDOW_LOG_MIN + (flow->in[5] >> 3) < WINDOW_LOG_MAX);
}

/* A frame that is there to its end, as those of pages are, and has space: no
 * window for it, and no copy. False: it is for the stream to say what it is. */
static bool
step_whole(struct state *s, struct flow *flow)
{
	size_t used, len;

	if (!is_usual(flow))
		return false;
	used = ZSTD_findFrameCompressedSize(flow->in, flow->in_len);
	if (ZSTD_isError(used))
		return false;
	len = ZSTD_decompressDCtx(s->z, flow->out, flow->out_len, flow->in,
	    used);
	if (ZSTD_isError(len)) {
		ZSTD_DCtx_reset(s->z, ZSTD_reset_session_only);
		return false;
	}
	flow->in += used;
	flow->in_len -= used;
	flow->out += len;
	flow->out_len -= len;
	return true;
}

static enum step
step(void *state, struct flow *flow)
{
	struct state *s = state;
	ZSTD_inBuffer in = { flow->in, flow->in_len, 0 };
	ZSTD_outBuffer out = { flow->out, flow->out_len, 0 };
	size_t code;

	if (!s->begun && step_whole(s, flow))
		return STEP_END;
	s->begun = true;
	code = ZSTD_decompressStream(s->z, &out, &in);
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
	struct state *s = state;

	ZSTD_DCtx_reset(s->z, ZSTD_reset_session_only);
	s->begun = false;
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

/* RFC 8878, 3.1.1.1.1.2; or the length of what is packed. */
static uint64_t
window(const uint8_t *in, size_t size_at, size_t size_len)
{
	const unsigned byte = in[5];
	const uint64_t base = 1ULL << (10 + (byte >> 3));

	if (in[4] & SINGLE)
		return bytes_uint(in + size_at, size_len) +
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
