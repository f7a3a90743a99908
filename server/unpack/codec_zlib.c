/* SPDX-License-Identifier: GPL-2.0-only */
/* gzip (RFC 1952), zlib (RFC 1950) and raw deflate (RFC 1951), by zlib. */
#include "unpack/codec.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define ZLIB_DICTIONARY 0x20	/* of its second byte */
#define GZIP_HEAD 10
#define GZIP_EXTRA 4
#define GZIP_NAME 8
#define GZIP_COMMENT 16
#define GZIP_NAME_MAX 255	/* longer than any file system takes */

static void *
start(int window_bits)
{
	z_stream *z = calloc(1, sizeof *z);

	if (z != NULL && inflateInit2(z, window_bits) != Z_OK) {
		free(z);
		z = NULL;
	}
	return z;
}

static void *
start_gzip(void)
{
	return start(MAX_WBITS + 16);
}

static void *
start_zlib(void)
{
	return start(MAX_WBITS);
}

static void *
start_raw(void)
{
	return start(-MAX_WBITS);
}

static unsigned
as_uint(size_t len)
{
	return len < UINT_MAX ? (unsigned)len : UINT_MAX;
}

static enum step
step(void *state, struct flow *flow)
{
	z_stream *z = state;
	unsigned in = as_uint(flow->in_len), out = as_uint(flow->out_len);
	int code;

	z->next_in = (z_const Bytef *)(uintptr_t)flow->in;
	z->avail_in = in;
	z->next_out = flow->out;
	z->avail_out = out;
	/* Says no more than that it might be all: then no window is kept. */
	code = inflate(z, Z_FINISH);
	flow->in += in - z->avail_in;
	flow->in_len -= in - z->avail_in;
	flow->out += out - z->avail_out;
	flow->out_len -= out - z->avail_out;
	if (code == Z_STREAM_END)
		return STEP_END;
	return code == Z_OK || code == Z_BUF_ERROR ? STEP_MORE : STEP_BAD;
}

static void
again(void *state)
{
	inflateReset(state);
}

static void
stop(void *state)
{
	inflateEnd(state);
	free(state);
}

static bool
begins_gzip(const uint8_t *in, size_t len)
{
	return len >= 2 && in[0] == 0x1f && in[1] == 0x8b;
}

static bool
begins_zlib(const uint8_t *in, size_t len)
{
	return len >= 2 && (in[0] & 15) == Z_DEFLATED && in[0] >> 4 <= 7 &&
	    (in[0] << 8 | in[1]) % 31 == 0;
}

/* It needs a dictionary, and HTTP has none. */
static bool
needs_dictionary(const uint8_t *in, size_t len)
{
	return begins_zlib(in, len) && (in[1] & ZLIB_DICTIONARY) != 0;
}

/* As all packers write a file of it: other bytes are what texts begin with. */
static bool
begins_zlib_file(const uint8_t *in, size_t len)
{
	return begins_zlib(in, len) && in[0] == 0x78;
}

static bool
carries_gzip(const uint8_t *in, size_t len)
{
	uint8_t flags = len > 3 ? in[3] : 0;
	size_t name;

	if ((flags & (GZIP_EXTRA | GZIP_COMMENT)) != 0)
		return true;
	if ((flags & GZIP_NAME) == 0 || len <= GZIP_HEAD)
		return false;
	name = strnlen((const char *)in + GZIP_HEAD, len - GZIP_HEAD);
	return name > GZIP_NAME_MAX;
}

const struct codec codec_gzip = {
	.name = "gzip",
	.begins = begins_gzip,
	.sure = true,
	.carries = carries_gzip,
	.start = start_gzip,
	.step = step,
	.again = again,
	.stop = stop,
};

const struct codec codec_zlib = {
	.name = "zlib",
	.begins = begins_zlib,
	.refused = needs_dictionary,
	.start = start_zlib,
	.step = step,
	.stop = stop,
};

const struct codec codec_zlib_file = {
	.name = "zlib",
	.begins = begins_zlib_file,
	.start = start_zlib,
	.step = step,
	.stop = stop,
};

const struct codec codec_raw_deflate = {
	.name = "deflate",
	.start = start_raw,
	.step = step,
	.stop = stop,
};
