/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * packed - one file packed by gzip, bzip2, xz, lzma, lzip, zstd, lz4, zlib or
 * compress, or several right behind each other, which make one. What came out
 * before a fault, a cut or something else behind it is visited: libarchive
 * forgets up to 64 KB of that. Worker only.
 */
#ifndef UNPACK_PACKED_H
#define UNPACK_PACKED_H

#include "unpack/codec.h"
#include "unpack/sink.h"
#include "unpack/slice.h"

struct packed {
	bool whole;		/* one of them at least, to its end */
	size_t used;		/* up to that end, or all that was read */
};

/* By its first bytes. */
bool packed_begins(struct slice);

/* Visits what comes out as one piece; spends it. Time linear in what goes in
 * and comes out. What wants more memory than anybody should is `too-big`; no
 * other fault is noted. False: the sink wants no more. */
bool packed_read(struct slice, const char *path, const struct sink *,
    struct packed *packed_out);

/* As an lzma, whatever it begins with, with another header for its own. */
bool packed_read_lzma(struct slice, const struct tame *, const char *path,
    const struct sink *, struct packed *packed_out);

#endif
