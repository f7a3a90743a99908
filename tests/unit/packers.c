/* SPDX-License-Identifier: GPL-2.0-only */
#include "packers.h"

#include <brotli/encode.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define SPARE 1024		/* beyond what the libraries may add */

static void
check(int good)
{
	if (!good)
		abort();
}

void
packed_add(struct packed *packed, const void *bytes, size_t len)
{
	packed->data = realloc(packed->data, packed->len + len + 1);
	check(packed->data != NULL);
	if (len > 0)
		memcpy(packed->data + packed->len, bytes, len);
	packed->len += len;
}

struct packed
packed_copy(const void *bytes, size_t len)
{
	struct packed packed = { NULL, 0 };

	packed_add(&packed, bytes, len);
	return packed;
}

void
packed_free(struct packed *packed)
{
	free(packed->data);
	*packed = (struct packed){ NULL, 0 };
}

static size_t
deflate_as(int window, const void *bytes, size_t len, uint8_t *out, size_t size)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)bytes,
		.avail_in = (uInt)len, .next_out = out,
		.avail_out = (uInt)size };

	check(deflateInit2(&z, 6, Z_DEFLATED, window, 8,
	    Z_DEFAULT_STRATEGY) == Z_OK);
	check(deflate(&z, Z_FINISH) == Z_STREAM_END);
	size -= z.avail_out;
	deflateEnd(&z);
	return size;
}

static size_t
pack_into(char how, const void *bytes, size_t len, uint8_t *out, size_t size)
{
	size_t n = size;

	switch (how) {
	case 'g':
		return deflate_as(31, bytes, len, out, size);
	case 'z':
		return deflate_as(15, bytes, len, out, size);
	case 'r':
		return deflate_as(-15, bytes, len, out, size);
	case 's':
		return ZSTD_compress(out, size, bytes, len, 3);
	case 'b':
		check(BrotliEncoderCompress(5, 22, BROTLI_MODE_GENERIC, len,
		    bytes, &n, out) == BROTLI_TRUE);
		return n;
	default:
		memcpy(out, bytes, len);
		return len;
	}
}

struct packed
pack(char how, const void *bytes, size_t len)
{
	size_t size = len + len / 2 + SPARE;
	struct packed packed = { malloc(size), 0 };

	check(packed.data != NULL);
	packed.len = pack_into(how, bytes, len, packed.data, size);
	check(packed.len <= size);
	return packed;
}

struct packed
pack_all(const char *how, const void *bytes, size_t len)
{
	struct packed packed = packed_copy(bytes, len), next;

	for (; *how != '\0'; how++) {
		next = pack(*how, packed.data, packed.len);
		packed_free(&packed);
		packed = next;
	}
	return packed;
}
