/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xz, lzma and lzip, by liblzma. Each says how much memory it wants before any
 * is taken; no packer asks for a dictionary of more by itself.
 */
#include "unpack/codec.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#include "unpack/slice.h"

#define DICTIONARY_MAX (512U << 20)	/* lzip's largest */
#define MEMORY_MAX (520U << 20)

static lzma_ret
begin_xz(lzma_stream *stream)
{
	return lzma_stream_decoder(stream, MEMORY_MAX, 0);
}

static lzma_ret
begin_lzma(lzma_stream *stream)
{
	return lzma_alone_decoder(stream, MEMORY_MAX);
}

static lzma_ret
begin_lzip(lzma_stream *stream)
{
	return lzma_lzip_decoder(stream, MEMORY_MAX, 0);
}

static void *
start(lzma_ret (*begin)(lzma_stream *))
{
	static const lzma_stream none = LZMA_STREAM_INIT;
	lzma_stream *stream = malloc(sizeof *stream);

	if (stream == NULL)
		return NULL;
	*stream = none;
	if (begin(stream) != LZMA_OK) {
		free(stream);
		return NULL;
	}
	return stream;
}

static void *
start_xz(void)
{
	return start(begin_xz);
}

static void *
start_lzma(void)
{
	return start(begin_lzma);
}

static void *
start_lzip(void)
{
	return start(begin_lzip);
}

static enum step
step(void *state, struct flow *flow)
{
	lzma_stream *stream = state;
	lzma_ret code;

	stream->next_in = flow->in;
	stream->avail_in = flow->in_len;
	stream->next_out = flow->out;
	stream->avail_out = flow->out_len;
	code = lzma_code(stream, LZMA_RUN);
	flow->in = stream->next_in;
	flow->in_len = stream->avail_in;
	flow->out = stream->next_out;
	flow->out_len = stream->avail_out;
	if (code == LZMA_STREAM_END)
		return STEP_END;
	if (code == LZMA_MEMLIMIT_ERROR)
		return STEP_TOO_MUCH;
	return code == LZMA_OK || code == LZMA_BUF_ERROR ? STEP_MORE :
	    STEP_BAD;
}

static void
again_xz(void *state)
{
	(void)begin_xz(state);
}

static void
again_lzip(void *state)
{
	(void)begin_lzip(state);
}

static void
stop(void *state)
{
	lzma_end(state);
	free(state);
}

static bool
begins_xz(const uint8_t *in, size_t len)
{
	return len >= 6 && memcmp(in, "\3757zXZ", 6) == 0;
}

static bool
begins_lzip(const uint8_t *in, size_t len)
{
	return len > 6 && memcmp(in, "LZIP", 4) == 0 && in[4] <= 1;
}

/* As packers write it, 2^n or half as much again. */
static bool
has_usual_dictionary(const uint8_t *in)
{
	const uint64_t size = bytes_uint(in + 1, 4), low = size & -size;

	return size != 0 && (size == low || size == low * 3);
}

/* Has no mark: properties as all packers write them, the first byte of its own
 * coding, and a usual dictionary or a length that is not told or not absurd:
 * some readers go by the mark of the end, whatever length is told. */
static bool
begins_lzma(const uint8_t *in, size_t len)
{
	return len > 18 && in[0] == 0x5d && in[13] == 0 &&
	    (memcmp(in + 5, "\xff\xff\xff\xff\xff\xff\xff\xff", 8) == 0 ||
	    memcmp(in + 10, "\0\0", 3) == 0 || has_usual_dictionary(in));
}

static struct tame
tame_lzma(const uint8_t *in, size_t len)
{
	struct tame t = { .len = 0 };

	if (len < sizeof t.head || in[4] < DICTIONARY_MAX >> 24 ||
	    (in[3] | in[4]) == DICTIONARY_MAX >> 24)
		return t;
	t.len = t.instead_of = sizeof t.head;
	t.good_for = DICTIONARY_MAX;
	memcpy(t.head, in, t.len);
	t.head[3] = 0;
	t.head[4] = DICTIONARY_MAX >> 24;
	return t;
}

const struct codec codec_xz = {
	.name = "xz",
	.begins = begins_xz,
	.padded = true,
	.start = start_xz,
	.step = step,
	.again = again_xz,
	.stop = stop,
};

const struct codec codec_lzip = {
	.name = "lzip",
	.begins = begins_lzip,
	.start = start_lzip,
	.step = step,
	.again = again_lzip,
	.stop = stop,
};

const struct codec codec_lzma = {
	.name = "lzma",
	.begins = begins_lzma,
	.tame = tame_lzma,
	.start = start_lzma,
	.step = step,
	.stop = stop,
};
