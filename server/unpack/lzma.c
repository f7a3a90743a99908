/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/lzma.h"

#include <string.h>

#include "unpack/contents.h"

#define HEADER 13		/* properties, dictionary, length */
#define EMPTY 18		/* one that has no byte, as zeros */
#define DICTIONARY_MIN 4096	/* what libarchive takes, by powers of two */
#define DICTIONARY_MAX (64U << 20)

static bool
spend(void *ctx, size_t len)
{
	const struct sink *sink = ctx;

	return sink->spend(sink->ctx, len);
}

static bool
visit(void *ctx, const uint8_t *bytes, size_t len, const char *name)
{
	const struct sink *sink = ctx;

	return sink->visit_piece(sink->ctx, bytes, len, name);
}

static void
note(void *ctx, enum outcome outcome, const char *cause, const char *name)
{
	const struct sink *sink = ctx;

	if (outcome != OUTCOME_DAMAGED)
		sink->note(sink->ctx, outcome, cause, name);
}

/* The first byte of the coding is zero. Lengths of a terabyte are none. */
static bool
is_header(struct slice s)
{
	uint64_t len;

	if (s.len <= EMPTY || s.at[0] >= 225 || s.at[HEADER] != 0)
		return false;
	len = bytes_uint(s.at + 5, 8);
	return len == UINT64_MAX || (len > 0 && len >> 40 == 0);
}

static bool
is_usual(struct slice s)
{
	uint64_t size = bytes_uint(s.at + 1, 4);

	return size >= DICTIONARY_MIN && size <= DICTIONARY_MAX &&
	    (size & (size - 1)) == 0;
}

/* What readers of several files, one behind another, pass over. */
static struct slice
behind_empty(struct slice s)
{
	static const uint8_t none[4096];
	size_t zeros = 0;

	/* Bombs are mostly zeros. */
	while (s.len - zeros >= sizeof none &&
	    memcmp(s.at + zeros, none, sizeof none) == 0)
		zeros += sizeof none;
	while (zeros < s.len && s.at[zeros] == 0)
		zeros++;
	return slice_tail(s, zeros - zeros % EMPTY);
}

static bool
is_behind(struct slice s, struct slice rest)
{
	return rest.len < s.len && (is_header(rest) ||
	    slice_starts(rest, "\3757zXZ"));
}

static bool
is_86(struct slice s)
{
	return s.len > 1 && s.at[0] <= 1 && is_header(slice_tail(s, 1));
}

bool
lzma_likely(struct slice s)
{
	return (is_header(s) && !is_usual(s)) || is_86(s) ||
	    is_behind(s, behind_empty(s));
}

static bool
is_sure(struct slice s)
{
	return s.at[0] == 0x5d && (bytes_uint(s.at + 9, 4) == 0 ||
	    bytes_uint(s.at + 5, 8) == UINT64_MAX);
}

/* With the least dictionary that is not smaller. */
static bool
read_one(struct slice s, const char *path, const struct sink *sink,
    bool *whole_out)
{
	const struct sink quiet = {
		(void *)(uintptr_t)sink, spend, visit, visit, visit, note,
	};
	const uint64_t said = bytes_uint(s.at + 1, 4);
	uint8_t header[HEADER];
	struct contents *c;
	uint32_t size = DICTIONARY_MIN;
	bool on = true;
	unsigned i;

	while (size < said && size < DICTIONARY_MAX)
		size *= 2;
	memcpy(header, s.at, HEADER);
	for (i = 0; i < 4; i++)
		header[1 + i] = (uint8_t)(size >> 8 * i);
	c = contents_open_lzma(slice_on(header, HEADER),
	    slice_tail(s, HEADER));
	if (is_sure(s) || contents_has_member(c))
		on = contents_read(c, path, is_sure(s) ? sink : &quiet);
	*whole_out = contents_is_whole(c) && contents_gave(c);
	contents_close(&c);
	return on;
}

static bool
read_86(struct slice s, const char *path, const struct sink *sink)
{
	bool whole;

	if (!read_one(slice_tail(s, 1), path, sink, &whole))
		return false;
	if (whole && s.at[0] == 1)
		sink->note(sink->ctx, OUTCOME_UNSUPPORTED, "Container.lzma86",
		    path);
	return true;
}

bool
lzma_walk(struct slice s, const char *path, const struct sink *sink)
{
	struct slice rest = behind_empty(s);
	bool whole;

	if (is_header(s) && !is_usual(s) &&
	    !read_one(s, path, sink, &whole))
		return false;
	if (is_86(s) && !read_86(s, path, sink))
		return false;
	return !is_behind(s, rest) || (sink->spend(sink->ctx, rest.len) &&
	    sink->visit_piece(sink->ctx, rest.at, rest.len, path));
}
