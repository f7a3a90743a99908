/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/hfs.h"

#include <string.h>

#define VOLUME 1024		/* where its header is */
#define PACKED "fpmc"		/* in an attribute of such a file: a mark, */
#define KINDS_END 15		/* and a kind below this one */
#define ZLIB_INLINE 3
#define ZLIB_RESOURCE 4

static bool
is_volume(struct slice s)
{
	const uint64_t mark = slice_big(s, VOLUME, 4);

	return mark == 0x482b0004 || mark == 0x48580005;	/* H+, HX */
}

static bool
is_other(uint64_t kind)
{
	return kind > 0 && kind < KINDS_END && kind != ZLIB_INLINE &&
	    kind != ZLIB_RESOURCE;
}

bool
hfs_likely(struct slice s)
{
	const uint8_t *at;

	if (!is_volume(s))
		return false;
	while ((at = memmem(s.at, s.len, PACKED, 4)) != NULL) {
		s = slice_tail(s, (size_t)(at - s.at) + 4);
		if (is_other(slice_uint(s, 0, 4)))
			return true;
	}
	return false;
}

bool
hfs_walk(struct slice s, const char *path, const struct sink *sink)
{
	(void)s;
	sink->note(sink->ctx, OUTCOME_UNSUPPORTED, "Container.HFS", path);
	return true;
}
