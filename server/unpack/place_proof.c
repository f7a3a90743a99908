/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/place_proof.h"

#include <string.h>
#include <zlib.h>

#define PARTS_MAX 64		/* of an lha's header; more are proof enough */

static uint32_t
crc_of(struct slice s)
{
	return (uint32_t)crc32(0, s.at, (unsigned)s.len);
}

static bool
is_within(uint64_t value, uint64_t least, uint64_t most)
{
	return value >= least && value <= most;
}

/* The place of its list, with a checksum. */
static bool
is_7z(struct slice s)
{
	return s.len >= 32 &&
	    crc_of(slice_part(s, 12, 20)) == slice_uint(s, 8, 4);
}

/* Its version; a list that is packed by zlib lies right behind the header. */
static bool
is_xar(struct slice s)
{
	const uint64_t header = slice_big(s, 4, 2);
	const uint64_t packed = slice_big(s, 8, 8);
	const uint64_t zlib = slice_big(s, (size_t)header, 2);

	return is_within(header, 28, 256) && slice_big(s, 6, 2) <= 1 &&
	    is_within(packed, 2, 1U << 30) &&
	    is_within(slice_big(s, 16, 8), 1, 1U << 30) &&
	    is_within(zlib, 0x7800, 0x78ff) && zlib % 31 == 0;
}

/* What is reserved; files, and where they are told. */
static bool
is_cab(struct slice s)
{
	return s.len >= 36 && slice_uint(s, 4, 4) == 0 &&
	    slice_uint(s, 12, 4) == 0 && slice_uint(s, 20, 4) == 0 &&
	    is_within(slice_uint(s, 16, 4), 36, slice_uint(s, 8, 4)) &&
	    slice_uint(s, 25, 1) == 1 && slice_uint(s, 26, 2) > 0 &&
	    slice_uint(s, 28, 2) > 0;
}

static bool
is_name(struct slice s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.at[i] < ' ')
			return false;
	return s.len > 0;
}

/* Levels 0 and 1: a sum of the header's bytes, and a name in it. */
static bool
is_old_lha(struct slice s)
{
	const struct slice header = slice_part(s, 2, s.at[0]);
	const size_t name = s.at[21];
	uint8_t sum = 0;
	size_t i;

	for (i = 0; i < header.len; i++)
		sum += header.at[i];
	return header.len == s.at[0] && sum == s.at[1] &&
	    22 + name <= header.len && is_name(slice_part(s, 22, name));
}

/* Levels 2 and 3: a chain of further headers, each with the length of the
 * next. */
static bool
is_chain(struct slice s, size_t at, unsigned width)
{
	uint64_t len = slice_uint(s, at, width), parts = 0;

	at += width;
	if (at > s.len)
		return false;
	while (len > width && len <= s.len - at && parts++ < PARTS_MAX) {
		at += (size_t)len;
		len = slice_uint(s, at - width, width);
	}
	return len == 0 || parts > PARTS_MAX;
}

/* How it is packed, and by level of the header, which is but a byte. */
static bool
is_lha(struct slice s)
{
	if (s.len < 28 || s.at[6] != '-' ||
	    memchr("0123456789dsx", s.at[5], 13) == NULL)
		return false;
	if (s.at[20] < 2)
		return is_old_lha(s);
	return s.at[20] == 2 ? is_chain(s, 24, 2) :
	    s.at[20] == 3 && slice_uint(s, 0, 2) == 4 && is_chain(s, 28, 4);
}

/* Its first block, with half a checksum. */
static bool
is_rar(struct slice s)
{
	const uint64_t len = slice_uint(s, 12, 2);

	return s.len >= 20 && s.at[9] == 0x73 &&
	    is_within(len, 13, PLACE_PROOF) &&
	    (crc_of(slice_part(s, 9, len - 2)) & 0xffff) ==
	    slice_uint(s, 7, 2);
}

/* A number of seven bits in each byte, at *at; moves it on. */
static uint64_t
number(struct slice s, size_t *at)
{
	uint64_t value = 0;
	unsigned shift = 0;

	while (*at < s.len && shift < 28) {
		value |= (uint64_t)(s.at[*at] & 127) << shift;
		shift += 7;
		if ((s.at[(*at)++] & 128) == 0)
			break;
	}
	return value;
}

/* So is that of RAR 5, with a checksum; of a long one, which would cost too
 * much, what it is. */
static bool
is_rar5(struct slice s)
{
	size_t at = 12;
	const uint64_t len = number(s, &at);
	const struct slice block = slice_part(s, at, len);

	if (len > PLACE_PROOF)
		return block.len == len && (block.at[0] == 1 ||
		    block.at[0] == 4) && block.at[1] < 8;
	return len > 0 && block.len == len && crc_of(slice_part(s, 12,
	    at - 12 + len)) == slice_uint(s, 8, 4);
}

static bool
is_both(struct slice s, size_t at, unsigned len)
{
	return slice_uint(s, at, len) == slice_big(s, at + len, len);
}

/* Its first descriptor, not one behind another: numbers in both orders, and the
 * record of a folder. */
static bool
is_iso(struct slice s)
{
	const struct slice d = slice_part(s, 32768, 2048);

	return d.len == 2048 &&
	    !slice_starts(slice_part(s, 32768 - 2047, 5), "CD001") &&
	    is_both(d, 80, 4) && is_both(d, 120, 2) &&
	    is_both(d, 128, 2) && slice_uint(d, 128, 2) >= 512 &&
	    d.at[156] == 34 && is_both(d, 158, 4);
}

static const struct proof {
	const char *mark;
	size_t at;
	bool (*fits)(struct slice);	/* has the mark already */
} proofs[KIND_COUNT] = {
	[KIND_7Z] = { "7z\xbc\xaf\x27\x1c", 0, is_7z },
	[KIND_CAB] = { "MSCF", 0, is_cab },
	[KIND_ISO] = { "CD001", 32769, is_iso },
	[KIND_LHA] = { "-lh", 2, is_lha },
	[KIND_RAR] = { "Rar!\x1a\7", 0, is_rar },
	[KIND_RAR5] = { "Rar!\x1a\7\1", 0, is_rar5 },
	[KIND_XAR] = { "xar!", 0, is_xar },
};

bool
place_is_proven(struct slice s, enum contents_kind kind)
{
	const struct proof *p = proofs + kind;
	const size_t len = p->fits != NULL ? strlen(p->mark) : 0;

	return len > 0 && s.len >= p->at + len &&
	    memcmp(s.at + p->at, p->mark, len) == 0 && p->fits(s);
}

bool
place_is_proven_first(struct slice s)
{
	enum contents_kind kind = 0;

	while (kind < KIND_COUNT && !place_is_proven(s, kind))
		kind++;
	return kind < KIND_COUNT;
}
