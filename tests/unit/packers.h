/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * packers - packs bytes in each content coding, for tests.
 */
#ifndef UNIT_PACKERS_H
#define UNIT_PACKERS_H

#include <stddef.h>
#include <stdint.h>

struct packed {
	uint8_t *data;
	size_t len;
};

struct packed packed_copy(const void *, size_t len);
void packed_free(struct packed *);
void packed_add(struct packed *, const void *, size_t len);

/* 'g' gzip, 'z' zlib, 'r' raw deflate, 'b' br, 's' zstd, 'i' as it is. */
struct packed pack(char how, const void *, size_t len);

/* Each letter one layer, from the inmost. */
struct packed pack_all(const char *how, const void *, size_t len);

#endif
