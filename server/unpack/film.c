/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/film.h"

#include <string.h>

#include "base/cleanup.h"
#include "unpack/parts.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define SWF_RECT 8		/* where the size of the picture is */
#define SWF_LONG 0x3f		/* a length of four bytes follows */
#define FLV_TAG 11		/* its kind, length, time and stream */
#define FLV_SOUND 8
#define FLV_PICTURES 9

bool
swf_likely(struct slice s)
{
	return s.len > SWF_RECT && memcmp(s.at, "FWS", 3) == 0;
}

/* Five bits say how many bits each of four numbers has. */
static size_t
swf_tags(struct slice s)
{
	return SWF_RECT + (5U + 4U * (s.at[SWF_RECT] >> 3) + 7) / 8 + 4;
}

bool
swf_walk(struct slice s, const char *path, const struct sink *sink)
{
	uint64_t at = swf_tags(s), len;
	char name[PATH_MAX_LEN + 1];

	texts_path(name, sizeof name, path, "tag");
	while (at + 2 <= s.len) {
		len = slice_uint(s, at, 2) & SWF_LONG;
		at += 2;
		if (len == SWF_LONG) {
			len = slice_uint(s, at, 4);
			at += 4;
		}
		if (!part_visit(slice_part(s, at, len), name, sink))
			return false;
		at += len;
	}
	return true;
}

bool
flv_likely(struct slice s)
{
	return s.len > FLV_TAG && memcmp(s.at, "FLV\1", 4) == 0;
}

/* The next tag's content, without its first byte, which tells the coding. */
static bool
next_tag(struct slice *rest, unsigned *kind_out, struct slice *content_out)
{
	const uint64_t len = slice_big(*rest, 5, 3);

	if (rest->len < 4 + FLV_TAG + 1 || len == 0)
		return false;
	*kind_out = rest->at[4];
	*content_out = slice_part(*rest, 4 + FLV_TAG + 1, len - 1);
	*rest = slice_part(*rest, 4 + FLV_TAG + len, UINT64_MAX);
	return true;
}

/* All of a kind are one file. */
static bool
visit_stream(struct slice tags, unsigned wanted, const char *path,
    const struct sink *sink)
{
	AUTO_FREE uint8_t *out = NULL;
	struct slice content;
	unsigned kind;
	size_t len = 0;

	while (next_tag(&tags, &kind, &content)) {
		if (kind != wanted)
			continue;
		if (out == NULL &&
		    (out = texts_memory(content.len + tags.len, sink)) == NULL)
			return false;
		memcpy(out + len, content.at, content.len);
		len += content.len;
	}
	return part_visit(slice_on(out, len), path, sink);
}

bool
flv_walk(struct slice s, const char *path, const struct sink *sink)
{
	const struct slice tags = slice_part(s, slice_big(s, 5, 4),
	    UINT64_MAX);
	char name[PATH_MAX_LEN + 1];

	texts_path(name, sizeof name, path, "tag");
	return visit_stream(tags, FLV_SOUND, name, sink) &&
	    visit_stream(tags, FLV_PICTURES, name, sink);
}
