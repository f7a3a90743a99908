/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/mbr.h"

#include "unpack/maps.h"
#include "unpack/texts.h"
#include "wire/verdict.h"

#define SECTOR 512
#define TABLE 446
#define ENTRY 16
#define ENTRIES 4
#define GPT_INSTEAD 0xee	/* a kind of partition: all of the disk */
#define LINKS_MAX 128		/* of one extended partition */

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
	return entry[4] != 0 &&
	    (entry[4] != GPT_INSTEAD || !gpt_likely(body)) &&
	    begin_of(entry) < body.len && bytes_uint(entry + 12, 4) > 0;
}

static bool
is_table(struct slice s)
{
	return s.len > SECTOR && s.at[510] == 0x55 && s.at[511] == 0xaa;
}

bool
mbr_likely(struct slice body)
{
	bool found = false;
	unsigned i;

	if (!is_table(body))
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

static bool
is_extended(const uint8_t *entry)
{
	return entry[4] == 0x05 || entry[4] == 0x0f || entry[4] == 0x85;
}

/* A chain of tables: the first entry of each is a partition, from that table
 * on, the second is the next table, from the first one on. */
static bool
read_extended(struct slice first, const char *path, const struct sink *sink)
{
	struct slice s = first;
	unsigned i;

	for (i = 0; i < LINKS_MAX && is_table(s); i++) {
		if (is_there(s, entry(s, 0)) &&
		    !read_partition(s, entry(s, 0), path, sink))
			return false;
		if (!is_there(first, entry(s, 1)) || !is_extended(entry(s, 1)))
			break;
		s = slice_tail(first, (size_t)begin_of(entry(s, 1)));
	}
	return true;
}

static bool
read_entry(struct slice body, const uint8_t *entry, const char *path,
    const struct sink *sink)
{
	if (!is_there(body, entry))
		return true;
	if (is_extended(entry) && !read_extended(slice_tail(body,
	    (size_t)begin_of(entry)), path, sink))
		return false;
	return read_partition(body, entry, path, sink);
}

bool
mbr_walk(struct slice body, const char *path, const struct sink *sink)
{
	char name[PATH_MAX_LEN + 1];
	unsigned i;

	texts_path(name, sizeof name, path, "partition");
	for (i = 0; i < ENTRIES; i++)
		if (!read_entry(body, entry(body, i), name, sink))
			return false;
	return true;
}
