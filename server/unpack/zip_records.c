/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/zip_parts.h"

#include <string.h>

#define LOCAL_LEN 30
#define CENTRAL_LEN 46
#define LOCATOR_LEN 20
#define NONE32 0xffffffffU
#define NONE16 0xffffU

static bool
holds(struct slice s, uint64_t at, uint64_t len)
{
	return at <= s.len && len <= s.len - at;
}

static bool
is_mark(struct slice s, uint64_t at, const char *mark)
{
	return holds(s, at, 4) && memcmp(s.at + at, mark, 4) == 0;
}

/* By its third byte, which texts do not have: ten times as fast as memmem() on
 * them. */
size_t
zip_mark(struct slice s, size_t from, const char *mark)
{
	const uint8_t *found;
	size_t at;

	for (at = from + 2; at < s.len; at++) {
		found = memchr(s.at + at, mark[2], s.len - at);
		if (found == NULL)
			break;
		at = (size_t)(found - s.at);
		if (is_mark(s, at - 2, mark))
			return at - 2;
	}
	return s.len;
}

/* A field that was too small for its value stands in the zip64 extra field, in
 * this order. */
static void
widen(struct slice extra, uint64_t *const *fields, unsigned count)
{
	size_t at = 0, end, len;
	unsigned i;

	for (; holds(extra, at, 4); at += 4 + len) {
		len = (size_t)slice_uint(extra, at + 2, 2);
		if (slice_uint(extra, at, 2) != 1 || !holds(extra, at + 4, len))
			continue;
		end = at + 4 + len;
		at += 4;
		for (i = 0; i < count && at + 8 <= end; i++)
			if (*fields[i] == NONE32) {
				*fields[i] = slice_uint(extra, at, 8);
				at += 8;
			}
		return;
	}
}

bool
zip_local(struct slice s, uint64_t at, struct zip_header *header_out)
{
	uint64_t name_len, extra_len;
	struct zip_header h;

	if (!holds(s, at, LOCAL_LEN) || !is_mark(s, at, "PK\3\4"))
		return false;
	name_len = slice_uint(s, at + 26, 2);
	extra_len = slice_uint(s, at + 28, 2);
	if (!holds(s, at + LOCAL_LEN, name_len + extra_len))
		return false;
	h = (struct zip_header){
		.flags = (unsigned)slice_uint(s, at + 6, 2),
		.method = (unsigned)slice_uint(s, at + 8, 2),
		.crc = (unsigned)slice_uint(s, at + 14, 4),
		.packed = slice_uint(s, at + 18, 4),
		.size = slice_uint(s, at + 22, 4),
		.name = slice_on(s.at + at + LOCAL_LEN, (size_t)name_len),
		.local = at,
		.at = (size_t)at,
		.end = (size_t)(at + LOCAL_LEN + name_len + extra_len),
	};
	widen(slice_on(h.name.at + name_len, (size_t)extra_len),
	    (uint64_t *const[]){ &h.size, &h.packed }, 2);
	*header_out = h;
	return true;
}

bool
zip_central(struct slice s, uint64_t at, struct zip_header *header_out)
{
	uint64_t name_len, extra_len, rest;
	struct zip_header h;

	if (!holds(s, at, CENTRAL_LEN) || !is_mark(s, at, "PK\1\2"))
		return false;
	name_len = slice_uint(s, at + 28, 2);
	extra_len = slice_uint(s, at + 30, 2);
	rest = name_len + extra_len + slice_uint(s, at + 32, 2);
	if (!holds(s, at + CENTRAL_LEN, rest))
		return false;
	h = (struct zip_header){
		.flags = (unsigned)slice_uint(s, at + 8, 2),
		.method = (unsigned)slice_uint(s, at + 10, 2),
		.crc = (unsigned)slice_uint(s, at + 16, 4),
		.packed = slice_uint(s, at + 20, 4),
		.size = slice_uint(s, at + 24, 4),
		.name = slice_on(s.at + at + CENTRAL_LEN, (size_t)name_len),
		.local = slice_uint(s, at + 42, 4),
		.at = (size_t)at,
		.end = (size_t)(at + CENTRAL_LEN + rest),
	};
	widen(slice_on(h.name.at + name_len, (size_t)extra_len),
	    (uint64_t *const[]){ &h.size, &h.packed, &h.local }, 3);
	*header_out = h;
	return true;
}

bool
zip_descriptor_fits(struct slice s, size_t at)
{
	return (holds(s, at, 16) && slice_uint(s, at + 8, 4) == at) ||
	    (holds(s, at, 24) && slice_uint(s, at + 8, 8) == at);
}

/* A value that fits stands in both. */
static uint64_t
wide(struct zip_end *end, uint64_t narrow, uint64_t none, uint64_t value)
{
	if (narrow != none && narrow != value)
		end->two = true;
	return value;
}

static bool
is_end64(struct slice s, uint64_t at, size_t locator)
{
	return at < locator && holds(s, at, END64_LEN) &&
	    is_mark(s, at, "PK\6\6");
}

static struct zip_end
widened(struct slice s, struct zip_end end, uint64_t at)
{
	end.is_64 = true;
	end.count = wide(&end, end.count, NONE16, slice_uint(s, at + 32, 8));
	end.size = wide(&end, end.size, NONE32, slice_uint(s, at + 40, 8));
	end.offset = wide(&end, end.offset, NONE32, slice_uint(s, at + 48, 8));
	end.at = (size_t)at;
	return end;
}

/* The zip64 end lies right before its locator, or where that says, which may be
 * short of a prefix: readers begin with either. */
static unsigned
ends64(struct slice s, const struct zip_end *end,
    struct zip_end ends_out[ZIP_END_WAYS])
{
	const size_t locator = end->at - LOCATOR_LEN;
	const uint64_t near = (uint64_t)locator - END64_LEN;
	uint64_t said;
	unsigned count = 0;

	if (end->at < LOCATOR_LEN || !is_mark(s, locator, "PK\6\7"))
		return 0;
	said = slice_uint(s, locator + 8, 8);
	if (is_end64(s, near, locator))
		ends_out[count++] = widened(s, *end, near);
	if (said != near && is_end64(s, said, locator))
		ends_out[count++] = widened(s, *end, said);
	return count;
}

/* Who looks for the zip64 end in one place only does without when it is not
 * there. */
unsigned
zip_ends(struct slice s, size_t at, struct zip_end ends_out[ZIP_END_WAYS])
{
	struct zip_end end;
	unsigned count;

	if (!holds(s, at, END_LEN) || !is_mark(s, at, "PK\5\6"))
		return 0;
	end = (struct zip_end){
		.count = slice_uint(s, at + 10, 2),
		.size = slice_uint(s, at + 12, 4),
		.offset = slice_uint(s, at + 16, 4),
		.at = at,
	};
	count = ends64(s, &end, ends_out);
	if (count > 0 && ends_out[0].at + END64_LEN + LOCATOR_LEN == at)
		return count;
	end.again = count > 0 && ends_out[0].offset == end.offset;
	ends_out[count++] = end;
	return count;
}
