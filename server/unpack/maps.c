/* SPDX-License-Identifier: GPL-2.0-only */
#include "unpack/maps.h"

#include "unpack/texts.h"
#include "wire/verdict.h"

#define SECTOR 512
#define GPT_ENTRY 128		/* at least */
#define APM_MARK 0x4552		/* "ER" */
#define APM_ENTRY 0x504d0000	/* "PM" */
#define ENTRIES_MAX 65536

static bool
visit(struct slice body, uint64_t at, uint64_t len, const char *path,
    const struct sink *sink)
{
	char name[PATH_MAX_LEN + 1];
	const struct slice s = slice_part(body, at, len);

	if (at == 0 || s.len == 0)
		return true;
	texts_path(name, sizeof name, path, "partition");
	return sink->spend(sink->ctx, s.len) &&
	    sink->visit_piece(sink->ctx, s.at, s.len, name);
}

bool
gpt_likely(struct slice s)
{
	return slice_big(s, SECTOR, 8) == GPT_MARK;
}

/* Of no kind it is free. */
static bool
visit_entry(struct slice body, uint64_t entry, const char *path,
    const struct sink *sink)
{
	const uint64_t first = slice_uint(body, entry + 32, 8);
	const uint64_t last = slice_uint(body, entry + 40, 8);

	if ((slice_uint(body, entry, 8) == 0 &&
	    slice_uint(body, entry + 8, 8) == 0) || last < first ||
	    first >= body.len / SECTOR)
		return true;
	return visit(body, first * SECTOR, last < body.len ?
	    (last - first + 1) * SECTOR : body.len, path, sink);
}

bool
gpt_walk(struct slice s, const char *path, const struct sink *sink)
{
	const uint64_t begin = slice_uint(s, SECTOR + 72, 8);
	const uint64_t count = slice_uint(s, SECTOR + 80, 4);
	const uint64_t size = slice_uint(s, SECTOR + 84, 4);
	uint64_t at = begin * SECTOR, i;

	if (begin >= s.len / SECTOR || size < GPT_ENTRY)
		return true;
	for (i = 0; i < count && i < ENTRIES_MAX && at < s.len; i++) {
		if (!visit_entry(s, at, path, sink))
			return false;
		at += size;
	}
	return true;
}

/* Blocks are as long as the first one says, or as those that are there. */
static uint64_t
apm_block(struct slice s)
{
	uint64_t block = slice_big(s, 2, 2);

	if (slice_big(s, 0, 2) != APM_MARK)
		return 0;
	if (block == 0 || slice_big(s, (size_t)block, 4) != APM_ENTRY)
		block = SECTOR;
	return slice_big(s, (size_t)block, 4) == APM_ENTRY ? block : 0;
}

bool
apm_likely(struct slice s)
{
	return apm_block(s) != 0;
}

bool
apm_walk(struct slice s, const char *path, const struct sink *sink)
{
	const uint64_t block = apm_block(s);
	size_t at = (size_t)block;
	unsigned i;

	for (i = 0; i < ENTRIES_MAX && slice_big(s, at, 4) == APM_ENTRY; i++) {
		if (!visit(s, slice_big(s, at + 8, 4) * block,
		    slice_big(s, at + 12, 4) * block, path, sink))
			return false;
		at += (size_t)block;
	}
	return true;
}
