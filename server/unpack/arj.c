/* SPDX-License-Identifier: GPL-2.0-only */
/* Headers: a mark, 2 bytes of length, that many bytes, 4 of a checksum; further
 * ones, of their length, as many bytes and a checksum, up to one of no length.
 * The first has a part as long as its first byte says, a name and a comment.
 * Behind those of a member lies what was packed. */
#include "unpack/arj.h"

#include <string.h>
#include <zlib.h>

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
	return (s.len < 1 || s.at[0] == 0x60) && (s.len < 2 || s.at[1] == 0xea);
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

void
arj_check(struct slice rest, const char *path, const struct sink *sink)
{
	enum header is = HEADER_RIGHT;
	struct slice header;

	if (!arj_begins(rest))
		return;
	(void)next_header(&rest, &header);
	do {
		if (!is_usual(header))
			is = HEADER_WRONG;
		else
			is = next_header(&rest, &header);
		if (is == HEADER_RIGHT &&
		    !skip(&rest, slice_uint(header, PACKED, 4)))
			is = HEADER_CUT;
	} while (is == HEADER_RIGHT);
	if (is != HEADER_LAST)
		sink->note(sink->ctx, OUTCOME_DAMAGED, is == HEADER_CUT ?
		    "Container.Cut" : "Container.Broken", path);
}
