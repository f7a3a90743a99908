/* SPDX-License-Identifier: GPL-2.0-only */
/* Headers: a mark, 2 bytes of length, that many bytes, 4 of a checksum; further
 * ones, of their length, as many bytes and a checksum, up to one of no length.
 * The first has a part as long as its first byte says, a name and a comment.
 * Behind those of a member lies what was packed. */
#include "unpack/arj.h"

#include <string.h>
#include <zlib.h>

#define MARK_1 0x60
#define MARK_2 0xea
#define FRONT 4			/* mark and length */
#define CHECK 4
#define HEADER_MIN 30
#define HEADER_MAX 2600
#define KIND 6			/* in the header */
#define PACKED 12
#define MAIN 2			/* a kind: of the archive, has no content */

enum header { HEADER_RIGHT, HEADER_LAST, HEADER_CUT, HEADER_WRONG };

static bool
skip(struct slice *rest, uint64_t len)
{
	if (len > rest->len)
		return false;
	*rest = slice_tail(*rest, (size_t)len);
	return true;
}

static bool
is_mark(struct slice s)
{
	return (s.len < 1 || s.at[0] == MARK_1) &&
	    (s.len < 2 || s.at[1] == MARK_2);
}

static bool
skip_further(struct slice *rest)
{
	uint32_t len;

	do {
		if (rest->len < 2)
			return false;
		len = slice_uint(*rest, 0, 2);
		if (!skip(rest, 2 + (len > 0 ? len + CHECK : 0)))
			return false;
	} while (len > 0);
	return true;
}

/* As packers write it: of 1990, with the place in a file of several volumes,
 * with times. Others the engine does not open, and says nothing. */
static bool
is_usual(struct slice header)
{
	static const uint8_t sizes[] = { HEADER_MIN, 34, 46 };
	const size_t first = header.at[0];
	const uint8_t *end = header.at + header.len, *name_end, *comment_end;

	if (memchr(sizes, (int)first, sizeof sizes) == NULL ||
	    first >= header.len)
		return false;
	name_end = memchr(header.at + first, '\0', header.len - first);
	if (name_end == NULL || name_end + 1 == end)
		return false;
	comment_end = memchr(name_end + 1, '\0', (size_t)(end - name_end - 1));
	return comment_end == end - 1;
}

static enum header
next_header(struct slice *rest, struct slice *header_out)
{
	uint32_t len;

	if (!is_mark(*rest))
		return HEADER_WRONG;
	if (rest->len < FRONT)
		return HEADER_CUT;
	len = slice_uint(*rest, 2, 2);
	if (len == 0)
		return HEADER_LAST;
	if (len < HEADER_MIN || len > HEADER_MAX)
		return HEADER_WRONG;
	if (rest->len < FRONT + len + CHECK)
		return HEADER_CUT;
	*header_out = slice_head(slice_tail(*rest, FRONT), len);
	if (crc32(0, header_out->at, len) !=
	    slice_uint(*rest, FRONT + len, CHECK))
		return HEADER_WRONG;
	(void)skip(rest, FRONT + len + CHECK);
	return skip_further(rest) ? HEADER_RIGHT : HEADER_CUT;
}

bool
arj_begins(struct slice s)
{
	struct slice header;

	return s.len >= FRONT && next_header(&s, &header) == HEADER_RIGHT &&
	    header.at[KIND] == MAIN;
}

/* Up to its end, or what is wrong with it; that it has no first header is no
 * fault. */
static enum header
check(struct slice *rest)
{
	enum header is = HEADER_RIGHT;
	struct slice header, from = *rest;

	if (from.len < FRONT || next_header(&from, &header) != HEADER_RIGHT ||
	    header.at[KIND] != MAIN) {
		*rest = slice_tail(*rest, rest->len > 0);
		return HEADER_LAST;
	}
	do {
		*rest = from;
		if (!is_usual(header))
			is = HEADER_WRONG;
		else
			is = next_header(&from, &header);
		if (is == HEADER_RIGHT &&
		    !skip(&from, slice_uint(header, PACKED, 4)))
			is = HEADER_CUT;
	} while (is == HEADER_RIGHT);
	return is;
}

static size_t
header_len(struct slice s)
{
	const uint64_t len = slice_uint(s, 2, 2);

	return len >= HEADER_MIN && len <= HEADER_MAX ? (size_t)len : 0;
}

/* By the check of its first header. Others find it wherever it is. */
static void
check_behind(struct slice rest, const char *path, const struct sink *sink)
{
	size_t at;

	while ((at = slice_find_pair(rest, 0, MARK_1, MARK_2)) < rest.len) {
		rest = slice_tail(rest, at);
		/* Each of many marks may be followed by a long header. */
		if (!sink->spend(sink->ctx, header_len(rest)))
			return;
		if (check(&rest) != HEADER_LAST)
			sink->note(sink->ctx, OUTCOME_UNSUPPORTED,
			    "Container.Unsupported", path);
	}
}

void
arj_check(struct slice rest, const char *path, const struct sink *sink)
{
	const enum header is = check(&rest);

	if (is != HEADER_LAST)
		sink->note(sink->ctx, OUTCOME_DAMAGED, is == HEADER_CUT ?
		    "Container.Cut" : "Container.Broken", path);
	check_behind(rest, path, sink);
}
