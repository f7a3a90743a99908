/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/mbr.h"

#include "unpack/texts.h"
#include "wire/verdict.h"

#define SECTOR 512
#define TABLE 446
#define ENTRY 16
#define ENTRIES 4
#define GPT_INSTEAD 0xee	/* a kind of partition: all of the disk */

static const uint8_t *
entry(struct slice body, unsigned number)
{
	return body.at + TABLE + (size_t)number * ENTRY;
}

static uint64_t
begin_of(const uint8_t *entry)
{
	return bytes_uint(entry + 8, 4) * SECTOR;
}

/* Active or not; of no kind: it is free. */
static bool
is_sane(const uint8_t *entry)
{
	return (entry[0] & 0x7f) == 0 &&
	    (entry[4] == 0 || begin_of(entry) > 0);
}

static bool
is_there(struct slice body, const uint8_t *entry)
{
	return entry[4] != 0 && entry[4] != GPT_INSTEAD &&
	    begin_of(entry) < body.len && bytes_uint(entry + 12, 4) > 0;
}

bool
mbr_likely(struct slice body)
{
	bool found = false;
	unsigned i;

	if (body.len <= SECTOR || body.at[510] != 0x55 || body.at[511] != 0xaa)
		return false;
	for (i = 0; i < ENTRIES; i++) {
		if (!is_sane(entry(body, i)))
			return false;
		found = found || is_there(body, entry(body, i));
	}
	return found;
}

/* What it says of its length may be more than there is. */
static bool
read_partition(struct slice body, const uint8_t *entry, const char *path,
    const struct sink *sink)
{
	const struct slice s = slice_tail(body, (size_t)begin_of(entry));
	const uint64_t said = bytes_uint(entry + 12, 4) * SECTOR;
	const size_t len = said < s.len ? (size_t)said : s.len;

	return sink->spend(sink->ctx, len) &&
	    sink->visit_piece(sink->ctx, s.at, len, path);
}

bool
mbr_walk(struct slice body, const char *path, const struct sink *sink)
{
	char name[PATH_MAX_LEN + 1];
	unsigned i;

	texts_path(name, sizeof name, path, "partition");
	for (i = 0; i < ENTRIES; i++)
		if (is_there(body, entry(body, i)) &&
		    !read_partition(body, entry(body, i), name, sink))
			return false;
	return true;
}
