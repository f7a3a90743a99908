/* SPDX-License-Identifier: GPL-2.0-only */
/* Blocks: 2 bytes of a check, kind, 2 of flags, 2 of the header's length. */
#include "unpack/rar.h"

#define MARK_LEN 7
#define BLOCK_LEN 7
#define MEMBER_LEN 32		/* without its name */
#define MEMBER 0x74
#define END 0x7b
#define PRICE 64		/* of a block: a line of memory to look at */

enum { SPLIT = 3, WIDE = 0x100, HAS_DATA = 0x8000 };

static struct slice
name_of(struct slice block)
{
	size_t len = (size_t)slice_uint(block, 26, 2);
	size_t at = MEMBER_LEN + (slice_uint(block, 3, 2) & WIDE ? 8 : 0);

	if (at > block.len || len > block.len - at)
		return slice_on("", 0);
	return slice_head(slice_tail(block, at), len);
}

/* False: that is the last one, or none. */
static bool
next_block(struct slice *rest, struct slice *block_out)
{
	uint64_t head, len;

	if (rest->len < BLOCK_LEN)
		return false;
	head = len = slice_uint(*rest, 5, 2);
	if (head < BLOCK_LEN || head > rest->len || rest->at[2] == END)
		return false;
	if (slice_uint(*rest, 3, 2) & HAS_DATA && head >= BLOCK_LEN + 4)
		len += slice_uint(*rest, 7, 4);
	*block_out = slice_head(*rest, (size_t)head);
	*rest = slice_tail(*rest, len < rest->len ? (size_t)len : rest->len);
	return true;
}

bool
rar_check(struct slice body, const char *path, const struct sink *sink)
{
	struct slice rest, block, name, before = slice_on("", 0);

	if (body.len < MARK_LEN)
		return true;
	rest = slice_tail(body, MARK_LEN);
	while (next_block(&rest, &block)) {
		if (!sink->spend(sink->ctx, PRICE))
			return false;
		if (block.at[2] != MEMBER || block.len < MEMBER_LEN)
			continue;
		name = name_of(block);
		if (name.len > 0 && slice_same(name, before) &&
		    (slice_uint(block, 3, 2) & SPLIT) == 0)
			sink->note(sink->ctx, OUTCOME_SUSPICIOUS, "Rar.Names",
			    path);
		before = name;
	}
	return true;
}
