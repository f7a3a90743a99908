/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of a container that was opened. */
#include "unpack/contents_parts.h"

/* What nothing took for compressed is none. */
bool
contents_has_member(const struct contents *c)
{
	return (c->state == ARCHIVE_OK || c->state == ARCHIVE_WARN) &&
	    (archive_filter_count(c->archive) > 1 ||
	    !contents_is(c, KIND_COMPRESSED));
}

bool
contents_is_whole(const struct contents *c)
{
	return c->state == ARCHIVE_EOF;
}

size_t
contents_reach(const struct contents *c)
{
	int64_t reach = archive_filter_bytes(c->archive, -1);

	return reach > 0 ? (size_t)reach : 0;
}

bool
contents_gave(const struct contents *c)
{
	return c->gave;
}

size_t
contents_given(const struct contents *c)
{
	return c->next != NULL ? c->given : contents_reach(c);
}

bool
contents_is_lzma(const struct contents *c)
{
	return archive_filter_code(c->archive, 0) == ARCHIVE_FILTER_LZMA;
}

bool
contents_is_zip(const struct contents *c)
{
	return archive_filter_count(c->archive) == 1 &&
	    (archive_format(c->archive) & ARCHIVE_FORMAT_BASE_MASK) ==
	    ARCHIVE_FORMAT_ZIP;
}
