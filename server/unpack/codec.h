/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * codec - one way to pack a stream of bytes, with a library behind it; one file
 * for each library. Worker only; in its cage a failed allocation kills.
 */
#ifndef UNPACK_CODEC_H
#define UNPACK_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum step {
	STEP_MORE,		/* needs input or space */
	STEP_END,		/* the stream is whole, to its last check */
	STEP_TOO_MUCH,		/* it wants more memory than anybody should */
	STEP_BAD
};

/* What one step may take and where it may put it; both move on. */
struct flow {
	const uint8_t *in;
	size_t in_len;
	uint8_t *out;
	size_t out_len;
};

/* Another header for one that asks for more memory than anybody should: what
 * comes out is the same until it is as much as this one asks for. */
struct tame {
	uint8_t head[14];
	size_t len, instead_of;	/* bytes; 0: the header is fine */
	size_t good_for;	/* bytes that come out */
};

struct codec {
	const char *name;		/* for causes and paths */

	/* Does it begin as one of these does? NULL: there is no mark. */
	bool (*begins)(const uint8_t *, size_t len);

	/* No text or the like begins so by accident. */
	bool sure;

	/* Does it begin as one that no client undoes, though a tool might?
	 * NULL: there is none. */
	bool (*refused)(const uint8_t *, size_t len);

	/* Other bytes than those of the body lie in its first `len` bytes,
	 * which begin as one. NULL: not that we could know. */
	bool (*carries)(const uint8_t *, size_t len);

	/* A step that goes wrong keeps what it had done: see decode.c. */
	bool hoards;

	/* Zeros may lie between two of them. */
	bool padded;

	/* NULL: needs none. */
	struct tame (*tame)(const uint8_t *, size_t len);

	void *(*start)(void);		/* NULL: no memory */
	enum step (*step)(void *state, struct flow *);
	void (*again)(void *state);	/* for the next one */
	void (*stop)(void *state);
};

extern const struct codec codec_gzip, codec_zlib, codec_raw_deflate;
extern const struct codec codec_zlib_file;
extern const struct codec codec_br;
extern const struct codec codec_zstd;
extern const struct codec codec_bzip2, codec_lz4, codec_compress;
extern const struct codec codec_xz, codec_lzma, codec_lzip;

#endif
